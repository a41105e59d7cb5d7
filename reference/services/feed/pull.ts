import pLimit from 'p-limit';
import type { Cassandra, FeedEntry, Statement } from '../platform/index.ts';

/** Newest posts of one whale that a feed read pulls. Source: the published design, LIMIT 20. */
export const whalePullLength = 20;

/** Reads feeds from the post database: one query an author, some at a time. */
export interface Pull {
  /**
   * The newest posts of whales, at most `whalePullLength` of each, inside of the window.
   *
   * @throws Error when the query of any of them fails: a feed without its whales is not a feed
   */
  whales(authorIds: readonly string[], nowMs: number): Promise<readonly (readonly FeedEntry[])[]>;
  /**
   * The newest `count` of each author, for a read that the cache cannot serve.
   *
   * @throws Error when any query fails
   */
  authors(authorIds: readonly string[], count: number): Promise<readonly (readonly FeedEntry[])[]>;
  /** The same of what is durable at LOCAL_QUORUM, for a feed that will be kept. @throws Error likewise */
  authorsSurely(authorIds: readonly string[], count: number): Promise<readonly (readonly FeedEntry[])[]>;
}

const columns = 'post_id, created_at, media_state';
const whale: Statement = {
  name: 'whale-pull',
  cql: `SELECT ${columns} FROM posts_by_author WHERE author_id = ? AND created_at > ? LIMIT ?`,
  consistency: 'one',
  kind: 'idempotent',
};
const author: Statement = {
  name: 'author-pull',
  cql: `SELECT ${columns} FROM posts_by_author WHERE author_id = ? LIMIT ?`,
  consistency: 'one',
  kind: 'idempotent',
};
const authorSurely: Statement = { ...author, name: 'author-pull-sure', consistency: 'quorum' };

export function createPull(
  cassandra: Cassandra,
  settings: { readonly whaleWindowSeconds: number; readonly pullParallelism: number },
): Pull {
  async function pull(
    statement: Statement,
    parameters: readonly (readonly (string | number | Date)[])[],
    count: number,
  ): Promise<FeedEntry[][]> {
    const atOnce = pLimit(settings.pullParallelism);
    return Promise.all(
      parameters.map((values) =>
        atOnce(async () => {
          const { rows } = await cassandra.execute(statement, values, { pageSize: count });
          return rows
            .filter((row) => row['media_state'] !== 'quarantined')
            .map((row) => ({
              postId: row['post_id'] as string,
              createdAtMs: (row['created_at'] as Date).getTime(),
            }));
        }),
      ),
    );
  }
  const newest = (statement: Statement, authorIds: readonly string[], count: number) =>
    pull(
      statement,
      authorIds.map((authorId) => [authorId, count]),
      count,
    );
  return {
    whales: (authorIds, nowMs) =>
      pull(
        whale,
        authorIds.map((authorId) => [
          authorId,
          new Date(nowMs - settings.whaleWindowSeconds * 1000),
          whalePullLength,
        ]),
        whalePullLength,
      ),
    authors: (authorIds, count) => newest(author, authorIds, count),
    authorsSurely: (authorIds, count) => newest(authorSurely, authorIds, count),
  };
}
