import { z } from 'zod';

/** Of users: letters, digits, `-` and `_`; nothing that means something in a key, a path or a query. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/**
 * Of posts: a UUID of version 7, given out with the presigned form; a post has the id of its photo. So its
 * time is when the upload began, and creating it twice writes the same rows twice.
 */
export const postId = z.uuidv7();

/**
 * What the gateway offers. Every request but those for health carries `authorization: Bearer <JWT>`, and
 * may carry `traceparent` (W3C Trace Context); every answer has `x-request-id`.
 */
export const routes = {
  feed: { method: 'GET', path: '/feed' },
  post: { method: 'GET', path: '/posts/:postId' },
  presign: { method: 'POST', path: '/media' },
  createPost: { method: 'POST', path: '/posts' },
  like: { method: 'POST', path: '/posts/:postId/likes' },
  comment: { method: 'POST', path: '/posts/:postId/comments' },
} as const;

/**
 * Query of a feed read. `limit` is the number of posts asked for: at most `feedLength` of the settings, else
 * the answer is 400; without it `pageLength`. The checker reads whole feeds with it.
 */
export const feedQuery = z.strictObject({ limit: z.coerce.number().int().min(1).optional() });

export const presignRequest = z.strictObject({
  contentType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
});
/** A form that the client posts straight to the object store: one exact key, 1 byte to 20 MiB, 15 minutes. */
export interface Presigned {
  readonly mediaId: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
}

export const createPostRequest = z.strictObject({
  mediaId: postId,
  caption: z.string().max(2200).default(''),
});
export interface CreatedPost {
  readonly postId: string;
  readonly createdAtMs: number;
}

/**
 * `commentId` makes a repeated request harmless: it is a UUID of version 7, made by the client, and readers
 * see a post's comments in the order of these ids, newest first.
 */
export const commentRequest = z.strictObject({ commentId: z.uuidv7(), text: z.string().min(1).max(2200) });

/** One post as readers see it. Image URLs are `{cdn}/i/{postId}/{sizePx}`; the CDN picks the format. */
export interface FeedPost {
  readonly postId: string;
  readonly authorId: string;
  /** As of a minute ago or less. */
  readonly authorFollowers: number;
  readonly createdAtMs: number;
  readonly caption: string;
  readonly likes: number;
  readonly comments: number;
  /** `ready` when all variants are there, `pending` before, never a quarantined post. */
  readonly media: 'pending' | 'ready';
}
export interface Comment {
  readonly commentId: string;
  readonly userId: string;
  readonly text: string;
  readonly atMs: number;
}
/** One post with its newest comments, newest first; at most 50. */
export interface PostDetail extends FeedPost {
  readonly newestComments: readonly Comment[];
}
/** Best first; at most the feed's length. */
export interface Feed {
  readonly posts: readonly FeedPost[];
  /** Where the pushed part came from. */
  readonly source: 'cache' | 'rebuilt' | 'pull';
  readonly ranking: 'ml' | 'chronological';
}

/** Body of every answer above 399. */
export interface Failure {
  /** A word for programs, e.g. `rate-limited`, `not-found`, `unavailable`, `invalid`. */
  readonly error: string;
  readonly message: string;
  readonly requestId: string;
}

/** The CDN's answers say which tier had the image: `edge`, `regional` or `origin`. */
export const cdnTierHeader = 'x-cache-tier';
