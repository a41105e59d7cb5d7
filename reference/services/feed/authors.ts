import { LRUCache } from 'lru-cache';
import type { Cassandra, Statement } from '../platform/index.ts';

/** Who follows whom, from the reader's side, and how many follow them. */
export interface Authors {
  /** Accounts that a user follows, at most `followLimit`. @throws Error when the post database does not answer */
  followedBy(userId: string): Promise<readonly string[]>;
  /** Number of followers of each author; 0 for one without a row. @throws Error likewise */
  followers(authorIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Accounts that one user may follow. Source: Instagram's help pages, 7,500. */
export const followLimit = 7500;

const followees: Statement = {
  name: 'followees',
  cql: 'SELECT author_id FROM followees WHERE user_id = ? LIMIT ?',
  // A feed that is built without one of its authors stays so for its whole time to live.
  consistency: 'quorum',
  kind: 'idempotent',
};
const profiles: Statement = {
  name: 'profiles',
  cql: 'SELECT user_id, follower_count FROM users WHERE user_id IN ?',
  consistency: 'one',
  kind: 'idempotent',
};
const profilesSure: Statement = { ...profiles, name: 'profiles-sure', consistency: 'quorum' };
const chunk = 100;
/** How long a process remembers a profile: a count may be as old as that. */
const rememberedMs = 60_000;

/** @param remembered profiles that are kept */
export function createAuthors(cassandra: Cassandra, remembered = 50_000): Authors {
  const known = new LRUCache<string, number>({ max: remembered, ttl: rememberedMs });

  async function ask(statement: Statement, authorIds: readonly string[], counts: Map<string, number>) {
    const pages = [];
    for (let first = 0; first < authorIds.length; first += chunk)
      pages.push(cassandra.execute(statement, [authorIds.slice(first, first + chunk)]));
    for (const { rows } of await Promise.all(pages))
      for (const row of rows) {
        const count = Number(row['follower_count'] ?? 0);
        counts.set(row['user_id'] as string, count);
        known.set(row['user_id'] as string, count);
      }
    return authorIds.filter((authorId) => !counts.has(authorId));
  }

  return {
    async followedBy(userId) {
      const authors: string[] = [];
      let pageState: string | null = null;
      do {
        const page = await cassandra.execute(
          followees,
          [userId, followLimit],
          pageState === null ? {} : { pageState },
        );
        for (const row of page.rows) authors.push(row['author_id'] as string);
        pageState = page.pageState;
      } while (pageState !== null);
      return authors;
    },

    async followers(authorIds) {
      const counts = new Map<string, number>();
      const asked: string[] = [];
      for (const authorId of new Set(authorIds)) {
        const count = known.get(authorId);
        if (count === undefined) asked.push(authorId);
        else counts.set(authorId, count);
      }
      if (asked.length === 0) return counts;
      // The one replica that was asked may not have the row yet, and a whale must not pass for a small account.
      let missing = await ask(profiles, asked, counts);
      if (missing.length > 0) missing = await ask(profilesSure, missing, counts);
      for (const authorId of missing) counts.set(authorId, 0);
      return counts;
    },
  };
}
