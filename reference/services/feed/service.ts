import type { FastifyInstance } from 'fastify';
import {
  feedQuery,
  postId,
  routes,
  type ApplicationSettings,
  type Comment,
  type Feed,
  type PostDetail,
} from '../../contract/index.ts';
import { parseInput, RequestFailure, requireUser } from '../platform/index.ts';
import type { Authors } from './authors.ts';
import type { Posts } from './posts.ts';
import { asShown } from './read.ts';

export interface FeedServiceParts {
  readonly readFeed: (userId: string, limit: number) => Promise<Feed>;
  readonly posts: Posts;
  readonly authors: Authors;
  readonly newestComments: (postId: string) => Promise<readonly Comment[]>;
  readonly settings: Pick<ApplicationSettings, 'feedLength' | 'pageLength'>;
}

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
/** What is written to the client is compiled from these: several times as fast as looking at each value. */
const shownPost = {
  type: 'object',
  properties: {
    postId: text,
    authorId: text,
    authorFollowers: whole,
    createdAtMs: whole,
    caption: text,
    likes: whole,
    comments: whole,
    media: text,
  },
} as const;
const feedAnswer = {
  type: 'object',
  properties: { posts: { type: 'array', items: shownPost }, source: text, ranking: text },
} as const;

/**
 * Adds the read side's routes. An error of the post database becomes 503: a read has no effect, so it may
 * be tried again, and the load balancer does.
 */
export function addFeedRoutes(server: FastifyInstance, parts: FeedServiceParts): void {
  const { posts, authors, settings } = parts;

  server.get(routes.feed.path, { schema: { response: { 200: feedAnswer } } }, async (request) => {
    const userId = requireUser(request);
    const { limit = settings.pageLength } = parseInput(feedQuery, request.query, 'query');
    if (limit > settings.feedLength)
      throw new RequestFailure('invalid', `query: limit: a feed has at most ${settings.feedLength} posts.`);
    return parts.readFeed(userId, limit).catch(unavailable(request));
  });

  server.get(routes.post.path, async (request): Promise<PostDetail> => {
    requireUser(request);
    const id = parseInput(postId, (request.params as { postId: unknown }).postId, 'postId');
    const [rows, counts, comments] = await Promise.all([
      posts.byId([id]),
      posts.counts([id]),
      parts.newestComments(id),
    ]).catch(unavailable(request));
    const post = rows.get(id);
    if (post === undefined) throw new RequestFailure('not-found', 'There is no such post.');
    const followers = await authors.followers([post.authorId]).catch(unavailable(request));
    return {
      ...asShown(post, counts.get(id)!, followers.get(post.authorId)!),
      newestComments: comments,
    };
  });
}

const unavailable =
  (request: { readonly log: { warn(details: object, message: string): void } }) =>
  (error: unknown): never => {
    request.log.warn({ err: error }, 'the post database did not answer');
    throw new RequestFailure('unavailable', 'The feed cannot be read now; try again.', {
      'retry-after': '1',
    });
  };
