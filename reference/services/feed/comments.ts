import type { Comment } from '../../contract/index.ts';
import type { Cassandra, Statement } from '../platform/index.ts';

/** Comments that a post's detail shows. */
export const commentPage = 50;

const newest: Statement = {
  name: 'newest-comments',
  cql: 'SELECT comment_id, user_id, body, at FROM comments WHERE post_id = ? LIMIT ?',
  consistency: 'one',
  kind: 'idempotent',
};

/** Newest first. @throws Error when the post database does not answer */
export async function newestComments(cassandra: Cassandra, postId: string): Promise<Comment[]> {
  const { rows } = await cassandra.execute(newest, [postId, commentPage]);
  return rows.map((row) => ({
    commentId: row['comment_id'] as string,
    userId: row['user_id'] as string,
    text: row['body'] as string,
    atMs: (row['at'] as Date).getTime(),
  }));
}
