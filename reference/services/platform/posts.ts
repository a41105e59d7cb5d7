import { createHash } from 'node:crypto';
import type { Cassandra, Statement } from './cassandra.ts';
import { outboxBuckets } from './schema.ts';

/** A post as it was created. */
export interface Post {
  readonly postId: string;
  readonly authorId: string;
  readonly createdAtMs: number;
  readonly caption: string;
  readonly fileType: 'image/jpeg' | 'image/png' | 'image/webp';
}

/** A post that still has to be completed and published. */
export interface OutboxRow extends Post {
  readonly bucket: number;
  /** When the request came, ms: rows of a bucket are in this order. */
  readonly atMs: number;
}

/** Life of a photo's variants; a quarantined post is never shown. */
export type MediaState = 'pending' | 'ready' | 'quarantined';

/**
 * Write timestamps decide which of two writes to a cell remains, so they carry the order of a post's
 * life instead of anybody's clock: creation, then `ready`, then `quarantined`. Creating a post once more
 * writes the same cells at the same timestamp and never takes a photo back to `pending`; a quarantine
 * stands against a worker that finishes late. µs since 1970.
 */
const orderOf: Readonly<Record<MediaState, number>> = { pending: 0, ready: 1, quarantined: 2 };
/** An outbox row is deleted by another process than wrote it: its own time orders the two, not their clocks. */
export const outboxTimestampUs = (atMs: number, what: 'insert' | 'delete'): number =>
  atMs * 1000 + (what === 'insert' ? 0 : 1);
const timestampUs = (createdAtMs: number, state: MediaState) => createdAtMs * 1000 + orderOf[state];

const write = (name: string, cql: string): Statement => ({
  name,
  cql,
  consistency: 'quorum',
  kind: 'idempotent',
});
const statements = {
  insertOutbox: write(
    'insert-outbox',
    'INSERT INTO outbox (bucket, at, post_id, author_id, created_at, caption, file_type) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  insertPost: write(
    'insert-post',
    'INSERT INTO posts (post_id, author_id, created_at, caption, media_state) VALUES (?, ?, ?, ?, ?)',
  ),
  insertPostByAuthor: write(
    'insert-post-by-author',
    'INSERT INTO posts_by_author (author_id, created_at, post_id, caption, media_state) VALUES (?, ?, ?, ?, ?)',
  ),
  setMedia: write('set-media', 'UPDATE posts SET media_state = ? WHERE post_id = ?'),
  setMediaByAuthor: write(
    'set-media-by-author',
    'UPDATE posts_by_author SET media_state = ? WHERE author_id = ? AND created_at = ? AND post_id = ?',
  ),
};

/** Where the outbox row of a post lies. */
export const bucketOf = (postId: string): number =>
  createHash('sha256').update(postId).digest().readUInt32BE(0) % outboxBuckets;

/**
 * Makes the intent durable: from here on the post is completed and published whatever happens to the
 * process. Comes before any row of the post, and in a statement of its own: a logged batch over
 * partitions stalls for seconds when one node of three dies.
 */
export async function writeOutbox(cassandra: Cassandra, post: Post, atMs: number): Promise<OutboxRow> {
  const row = { ...post, bucket: bucketOf(post.postId), atMs };
  await cassandra.execute(
    statements.insertOutbox,
    [
      row.bucket,
      new Date(atMs),
      post.postId,
      post.authorId,
      new Date(post.createdAtMs),
      post.caption,
      post.fileType,
    ],
    { timestampUs: outboxTimestampUs(atMs, 'insert') },
  );
  return row;
}

/** Writes the rows that readers see. Harmless to repeat. */
export async function writePost(cassandra: Cassandra, post: Post): Promise<void> {
  const at = new Date(post.createdAtMs);
  const options = { timestampUs: timestampUs(post.createdAtMs, 'pending') };
  await Promise.all([
    cassandra.execute(
      statements.insertPost,
      [post.postId, post.authorId, at, post.caption, 'pending'],
      options,
    ),
    cassandra.execute(
      statements.insertPostByAuthor,
      [post.authorId, at, post.postId, post.caption, 'pending'],
      options,
    ),
  ]);
}

/** Says what became of a post's photo, in both tables. Harmless to repeat and to do late. */
export async function writeMediaState(
  cassandra: Cassandra,
  post: Pick<Post, 'postId' | 'authorId' | 'createdAtMs'>,
  state: 'ready' | 'quarantined',
): Promise<void> {
  const options = { timestampUs: timestampUs(post.createdAtMs, state) };
  await Promise.all([
    cassandra.execute(statements.setMedia, [state, post.postId], options),
    cassandra.execute(
      statements.setMediaByAuthor,
      [state, post.authorId, new Date(post.createdAtMs), post.postId],
      options,
    ),
  ]);
}
