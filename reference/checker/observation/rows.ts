import pLimit from 'p-limit';
import type { Cassandra, Page, Parameter, Statement } from '../../services/index.ts';
import type { StoredAuthor, StoredPost } from '../observed.ts';

const read = (name: string, cql: string): Statement => ({
  name,
  cql,
  consistency: 'quorum',
  kind: 'idempotent',
});

const statements = {
  posts: read('check-posts', 'SELECT post_id, author_id, created_at, media_state FROM posts'),
  counters: read('check-counters', 'SELECT post_id, likes, comments FROM post_counters'),
  comments: read('check-comments', 'SELECT post_id, comment_id FROM comments'),
  outbox: read('check-outbox', 'SELECT post_id FROM outbox'),
  notes: read('check-notes', 'SELECT primary_address, slot FROM unreplicated_shards'),
  followerCount: read('check-follower-count', 'SELECT follower_count FROM users WHERE user_id = ?'),
  followers: read('check-followers', 'SELECT follower_id FROM followers WHERE author_id = ?'),
  list: read('check-list', 'SELECT post_id FROM posts_by_author WHERE author_id = ?'),
};

/** Partitions read at a time. */
const atOnce = pLimit(16);

/** What lies in the post database, every row read at QUORUM. */
export interface Rows {
  readonly posts: ReadonlyMap<string, StoredPost>;
  readonly authors: ReadonlyMap<string, StoredAuthor>;
  readonly comments: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads all posts, and the authors that have some or are named. A row without an author is what a late
 * update of a lost post leaves behind: it is no post.
 */
export async function readRows(
  cassandra: Cassandra,
  {
    alsoAuthors,
    whaleThreshold,
  }: { readonly alsoAuthors: Iterable<string>; readonly whaleThreshold: number },
): Promise<Rows> {
  const counters = new Map<string, { likes: number; comments: number }>();
  for await (const row of all(cassandra, statements.counters))
    counters.set(row['post_id'] as string, {
      likes: Number(row['likes'] ?? 0),
      comments: Number(row['comments'] ?? 0),
    });
  const posts = new Map<string, StoredPost>();
  for await (const row of all(cassandra, statements.posts))
    if (row['author_id'] !== null)
      posts.set(row['post_id'] as string, {
        authorId: row['author_id'] as string,
        createdAtMs: (row['created_at'] as Date).getTime(),
        media: row['media_state'] as StoredPost['media'],
        ...(counters.get(row['post_id'] as string) ?? { likes: 0, comments: 0 }),
      });
  const comments = new Map<string, string[]>();
  for await (const row of all(cassandra, statements.comments)) {
    const postId = row['post_id'] as string;
    comments.set(postId, [...(comments.get(postId) ?? []), row['comment_id'] as string]);
  }
  const names = new Set(alsoAuthors);
  for (const { authorId } of posts.values()) names.add(authorId);
  const authors = await Promise.all(
    [...names].map((author) =>
      atOnce(async () => [author, await readAuthor(cassandra, author, whaleThreshold)] as const),
    ),
  );
  return { posts, authors: new Map(authors), comments };
}

/** Post ids of the outbox. */
export async function readOutbox(cassandra: Cassandra): Promise<string[]> {
  return column(cassandra, statements.outbox, [], 'post_id');
}

/** Shards whose feeds are dropped when another node takes over: the primary that was noted, and a slot of it. */
export async function readUnreplicated(
  cassandra: Cassandra,
): Promise<readonly { readonly primary: string; readonly slot: number }[]> {
  const { rows } = await cassandra.execute(statements.notes, []);
  return rows.map((row) => ({ primary: row['primary_address'] as string, slot: row['slot'] as number }));
}

async function readAuthor(
  cassandra: Cassandra,
  author: string,
  whaleThreshold: number,
): Promise<StoredAuthor> {
  const [user] = (await cassandra.execute(statements.followerCount, [author])).rows;
  return {
    whale: ((user?.['follower_count'] as number | null | undefined) ?? 0) >= whaleThreshold,
    followers: await column(cassandra, statements.followers, [author], 'follower_id'),
    posts: await column(cassandra, statements.list, [author], 'post_id'),
  };
}

async function column(
  cassandra: Cassandra,
  statement: Statement,
  parameters: readonly Parameter[],
  name: string,
): Promise<string[]> {
  const values: string[] = [];
  for await (const row of all(cassandra, statement, parameters)) values.push(row[name] as string);
  return values;
}

/** Every row, page by page. */
async function* all(
  cassandra: Cassandra,
  statement: Statement,
  parameters: readonly Parameter[] = [],
): AsyncGenerator<Page['rows'][number]> {
  let pageState: string | null = null;
  do {
    const page: Page = await cassandra.execute(statement, parameters, {
      pageSize: 1000,
      ...(pageState === null ? {} : { pageState }),
    });
    yield* page.rows;
    pageState = page.pageState;
  } while (pageState !== null);
}
