import type { Attempt, Facts } from './facts.ts';
import type { Limits } from './observed.ts';

/** A post that a feed read has to show, unless the read is full of newer or better ones. */
export interface Expected extends Attempt {
  /** ms since 1970. */
  readonly createdAtMs: number;
  readonly whale: boolean;
}

/**
 * Acknowledged posts that belong into the feed of a user: of each followed whale those among its newest that
 * a read pulls, of all others those among the newest that a feed holds. What belongs to them after the run
 * belonged to them at any time before, because posts are only added. Quarantined posts take the place of
 * others, and are not shown themselves.
 */
export function expectedFeed(facts: Facts, userId: string): Expected[] {
  const { observed, limits } = facts;
  const authors = [...facts.followed(userId)];
  const isWhale = (author: string) => observed.authors.get(author)!.whale;
  const pushed = authors.filter((author) => !isWhale(author)).flatMap((author) => facts.rows(author));
  pushed.sort((a, b) => b.createdAtMs - a.createdAtMs);
  const pulled = authors
    .filter(isWhale)
    .flatMap((author) => withinNewest(facts.rows(author), limits.whalePullLength));
  return [
    ...withinNewest(pushed, limits.feedLength).map((post) => ({ ...post, whale: false })),
    ...pulled.map((post) => ({ ...post, whale: true })),
  ].flatMap(({ postId, createdAtMs, media, whale }) => {
    const attempt = facts.attempts.get(postId);
    const due = attempt?.outcome === 'ok' && media !== 'quarantined';
    return due ? [{ ...attempt, createdAtMs, whale }] : [];
  });
}

/** The newest `count` of a list from newest to oldest; which of equally old ones they are nobody promises. */
function withinNewest<Post extends { readonly createdAtMs: number }>(
  posts: readonly Post[],
  count: number,
): readonly Post[] {
  const beyond = posts[count];
  return beyond === undefined
    ? posts
    : posts.slice(0, count).filter((p) => p.createdAtMs > beyond.createdAtMs);
}

/** A feed read to be compared with what was expected. */
export interface Read {
  readonly posts: readonly string[];
  /** When it was sent, ms since 1970. */
  readonly atMs: number;
  /** Posts that it asked for. */
  readonly length: number;
  readonly ranking: Limits['ranking'];
}

/**
 * Expected posts that a read lacks although it had room for them: it was not full, or it is ordered by time
 * and has an older one. A full page that the model ordered proves nothing.
 */
export function lacks(facts: Facts, read: Read, expected: readonly Expected[]): Expected[] {
  const shown = new Set(read.posts);
  const full = read.posts.length >= read.length;
  if (full && read.ranking === 'mixed') return [];
  const oldestMs = full
    ? Math.min(...read.posts.map((post) => facts.observed.posts.get(post)?.createdAtMs ?? Infinity))
    : -Infinity;
  return expected.filter(
    ({ postId, createdAtMs, whale }) =>
      !shown.has(postId) &&
      createdAtMs > oldestMs &&
      !(whale && createdAtMs <= read.atMs - facts.limits.whaleWindowMs),
  );
}

/** The first id that a list has twice, or null. */
export function firstDuplicate(ids: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) return id;
    seen.add(id);
  }
  return null;
}
