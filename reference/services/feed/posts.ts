import { LRUCache } from 'lru-cache';
import type { Cassandra, Statement } from '../platform/index.ts';

/** A post that readers may see. */
export interface Post {
  readonly postId: string;
  readonly authorId: string;
  readonly createdAtMs: number;
  readonly caption: string;
  readonly media: 'pending' | 'ready';
}
export interface Counts {
  readonly likes: number;
  readonly comments: number;
}

/** What the feed service reads of single posts. */
export interface Posts {
  /** Rows of those that exist and are not quarantined. @throws Error when the post database does not answer */
  byId(postIds: readonly string[]): Promise<ReadonlyMap<string, Post>>;
  /** Of every id asked for. @throws Error when the post database does not answer */
  counts(postIds: readonly string[]): Promise<ReadonlyMap<string, Counts>>;
  /** As last read by this process; zero for a post never read. For ranking. */
  lastCounts(postId: string): Counts;
}

const columns = 'post_id, author_id, created_at, caption, media_state';
/** A list of ids is one query: the coordinator asks the replicas of each. At most `chunk` of them. */
const chunk = 100;
const rowsNear: Statement = {
  name: 'posts-by-id',
  cql: `SELECT ${columns} FROM posts WHERE post_id IN ?`,
  consistency: 'one',
  kind: 'idempotent',
};
const rowsSure: Statement = { ...rowsNear, name: 'posts-by-id-sure', consistency: 'quorum' };
const countsNear: Statement = {
  name: 'counts-by-id',
  cql: 'SELECT post_id, likes, comments FROM post_counters WHERE post_id IN ?',
  consistency: 'one',
  kind: 'idempotent',
};

const none: Counts = { likes: 0, comments: 0 };

/** @param remembered posts, and counts, that are kept: 20,000 of each are some 20 MB */
export function createPosts(cassandra: Cassandra, remembered = 20_000): Posts {
  // A post that is ready changes no more, so it is read once. Others are read each time.
  const ready = new LRUCache<string, Post>({ max: remembered });
  const counted = new LRUCache<string, Counts>({ max: remembered });

  async function query(statement: Statement, postIds: readonly string[]) {
    const pages = [];
    for (let first = 0; first < postIds.length; first += chunk)
      pages.push(cassandra.execute(statement, [postIds.slice(first, first + chunk)]));
    return (await Promise.all(pages)).flatMap(({ rows }) => rows);
  }

  return {
    async byId(postIds) {
      const found = new Map<string, Post>();
      const seen = new Set<string>();
      const take = (rows: Awaited<ReturnType<typeof query>>) => {
        for (const row of rows) {
          const postId = row['post_id'] as string;
          seen.add(postId);
          const media = row['media_state'] as Post['media'] | 'quarantined' | null;
          // A row without a state is one whose insert has not come to this replica, only its update.
          if (media === 'quarantined' || row['author_id'] === null) continue;
          const post: Post = {
            postId,
            authorId: row['author_id'] as string,
            createdAtMs: (row['created_at'] as Date).getTime(),
            caption: (row['caption'] as string | null) ?? '',
            media: media ?? 'pending',
          };
          found.set(postId, post);
          if (post.media === 'ready') ready.set(postId, post);
        }
      };
      const asked: string[] = [];
      for (const postId of postIds) {
        const post = ready.get(postId);
        if (post === undefined) asked.push(postId);
        else found.set(postId, post);
      }
      if (asked.length === 0) return found;
      take(await query(rowsNear, asked));
      // The one replica that was asked may have been away when the post was written.
      const missing = asked.filter((postId) => !seen.has(postId));
      if (missing.length > 0) take(await query(rowsSure, missing));
      return found;
    },

    async counts(postIds) {
      const rows = await query(countsNear, postIds);
      const found = new Map<string, Counts>();
      for (const row of rows) {
        const counts = { likes: Number(row['likes'] ?? 0), comments: Number(row['comments'] ?? 0) };
        found.set(row['post_id'] as string, counts);
        counted.set(row['post_id'] as string, counts);
      }
      for (const postId of postIds) if (!found.has(postId)) found.set(postId, none);
      return found;
    },

    lastCounts: (postId) => counted.get(postId) ?? none,
  };
}
