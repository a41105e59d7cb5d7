import type { z } from 'zod';
import type { commentRequest } from '../../contract/index.ts';
import { RequestFailure, type Cassandra, type Log, type Statement } from '../platform/index.ts';
import { orUnavailable, orUnknown } from './write-failures.ts';

const select = (name: string, cql: string, consistency: Statement['consistency']): Statement => ({
  name,
  cql,
  consistency,
  kind: 'idempotent',
});
const write = (name: string, cql: string, kind: Statement['kind']): Statement => ({
  name,
  cql,
  consistency: 'quorum',
  kind,
});

const stateCql = 'SELECT media_state FROM posts WHERE post_id = ?';
const statements = {
  stateNearby: select('select-post-state', stateCql, 'one'),
  state: select('select-post-state-quorum', stateCql, 'quorum'),
  addLike: write('add-like', 'UPDATE post_counters SET likes = likes + 1 WHERE post_id = ?', 'increment'),
  addComment: write(
    'add-comment-count',
    'UPDATE post_counters SET comments = comments + 1 WHERE post_id = ?',
    'increment',
  ),
  commentCounted: select(
    'select-comment-counted',
    'SELECT counted FROM comments WHERE post_id = ? AND comment_id = ? AND user_id = ?',
    'quorum',
  ),
  insertComment: write(
    'insert-comment',
    'INSERT INTO comments (post_id, comment_id, user_id, body, at) VALUES (?, ?, ?, ?, ?)',
    'idempotent',
  ),
  markCounted: write(
    'mark-comment-counted',
    'UPDATE comments SET counted = true WHERE post_id = ? AND comment_id = ? AND user_id = ?',
    'idempotent',
  ),
};

/**
 * Adds one like. An increment is sent once: it has no memory of who added it, so one whose outcome is not
 * known is told as such and never repeated by us. The counter is between the likes that were
 * acknowledged and those that were tried.
 *
 * @throws RequestFailure `not-found`, `unavailable` (not counted) or `outcome-unknown`
 */
export async function like(cassandra: Cassandra, postId: string): Promise<void> {
  await requirePost(cassandra, postId);
  await orUnknown(cassandra.execute(statements.addLike, [postId]));
}

/**
 * Stores a comment under the id that its author gave it, and counts it. The same comment once more
 * writes the same row; it is counted again only when nobody noted that it had been.
 *
 * @throws RequestFailure `not-found`, `unavailable` (nothing was done) or `outcome-unknown`
 */
export async function comment(
  cassandra: Cassandra,
  postId: string,
  userId: string,
  { commentId, text }: z.output<typeof commentRequest>,
  nowMs: number,
  log: Log,
): Promise<void> {
  await requirePost(cassandra, postId);
  const key = [postId, commentId, userId];
  const before = await orUnavailable(cassandra.execute(statements.commentCounted, key));
  if (before.rows[0]?.['counted'] === true) return;
  await orUnknown(cassandra.execute(statements.insertComment, [...key, text, new Date(nowMs)]));
  await cassandra.execute(statements.addComment, [postId]).catch((error: unknown) => {
    // The comment is there already, whatever became of its count.
    throw new RequestFailure('outcome-unknown', 'It may or may not have been counted.', {}, { cause: error });
  });
  await cassandra.execute(statements.markCounted, key).catch((error: unknown) => {
    log.warn({ err: error, postId, commentId }, 'Sent once more, this comment would be counted twice');
  });
}

/** Nobody can fill the counters with posts that are not there, or find one that is quarantined. */
async function requirePost(cassandra: Cassandra, postId: string): Promise<void> {
  const stateOf = async (statement: Statement) =>
    (await orUnavailable(cassandra.execute(statement, [postId]))).rows[0]?.['media_state'] as
      string | undefined;
  // The nearest node may not have heard yet of a post that its author has just been promised.
  const state = (await stateOf(statements.stateNearby)) ?? (await stateOf(statements.state));
  if (state === undefined || state === 'quarantined')
    throw new RequestFailure('not-found', 'There is no such post.');
}
