import { operationsOf, type Facts } from './facts.ts';
import { Evidence, type PromiseVerdict } from './verdict.ts';

/** Counts, comments, and what readers were told of single posts. */
export function judgeInteractions(facts: Facts): PromiseVerdict[] {
  const { history, observed, limits, attempts } = facts;
  const counters = new Evidence('counters');
  const likes = tally(operationsOf(history, 'like'));
  const comments = tally(operationsOf(history, 'comment'));
  for (const [postId, post] of observed.posts) {
    counters.check(postId, outside('likes', post.likes, likes.get(postId)));
    counters.check(postId, outside('comments', post.comments, comments.get(postId)));
  }

  const stored = new Evidence('comments');
  for (const { postId, commentId, outcome } of operationsOf(history, 'comment')) {
    if (outcome !== 'ok') continue;
    const times = observed.comments.get(postId)?.filter((id) => id === commentId).length ?? 0;
    stored.check(commentId, times === 1 ? null : `is ${String(times)} times under post ${postId}`);
  }

  const readable = new Evidence('readable');
  for (const { postId, status, sentMs, n } of operationsOf(history, 'post-detail')) {
    const acknowledgedMs = attempts.get(postId)?.acknowledgedMs ?? Infinity;
    if (acknowledgedMs + limits.freshAfterMs > sentMs) continue;
    if (observed.posts.get(postId)?.media === 'quarantined') continue;
    readable.check(
      postId,
      status === 404 ? `was said not to exist by operation ${String(n)}, after its acknowledgement` : null,
    );
  }
  return [counters.verdict(), stored.verdict(), readable.verdict()];
}

interface Tally {
  acknowledged: number;
  attempted: number;
}

/** By post; what was refused is not attempted. */
function tally(
  operations: readonly { readonly postId: string; readonly outcome: 'ok' | 'failed' | 'unknown' }[],
): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { postId, outcome } of operations) {
    if (outcome === 'failed') continue;
    const found = tallies.get(postId) ?? { acknowledged: 0, attempted: 0 };
    found.attempted += 1;
    if (outcome === 'ok') found.acknowledged += 1;
    tallies.set(postId, found);
  }
  return tallies;
}

function outside(what: string, count: number, { acknowledged, attempted } = none): string | null {
  if (count >= acknowledged && count <= attempted) return null;
  return `has ${String(count)} ${what}; acknowledged ${String(acknowledged)}, attempted ${String(attempted)}`;
}
const none: Tally = { acknowledged: 0, attempted: 0 };
