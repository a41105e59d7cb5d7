import type { FeedEntry } from '../platform/index.ts';

/** Newest first; of equally old posts the one whose id sorts later, so that every list has one order. */
export function newestFirst(a: FeedEntry, b: FeedEntry): number {
  if (a.createdAtMs !== b.createdAtMs) return b.createdAtMs - a.createdAtMs;
  return a.postId < b.postId ? 1 : a.postId > b.postId ? -1 : 0;
}

/**
 * The newest `count` posts of several lists, each once: an author who became a whale has posts that were
 * pushed and are pulled.
 *
 * @param lists in any order, because posts of the same millisecond come from each store in its own order
 */
export function mergeNewest(lists: readonly (readonly FeedEntry[])[], count: number): FeedEntry[] {
  const merged = lists.flat().sort(newestFirst);
  const seen = new Set<string>();
  const newest: FeedEntry[] = [];
  for (const entry of merged) {
    if (newest.length === count) break;
    if (seen.has(entry.postId)) continue;
    seen.add(entry.postId);
    newest.push(entry);
  }
  return newest;
}
