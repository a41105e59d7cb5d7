import type { Facts } from './facts.ts';
import { Evidence, type PromiseVerdict } from './verdict.ts';

/** What acknowledged and refused attempts to create a post left behind. */
export function judgePosts(facts: Facts): PromiseVerdict[] {
  const { observed, attempts } = facts;
  const durable = new Evidence('durable');
  const noEffect = new Evidence('no-effect');
  for (const { postId, authorId, outcome } of attempts.values()) {
    const stored = observed.posts.get(postId);
    const listed = observed.authors.get(authorId)?.posts.filter((id) => id === postId).length ?? 0;
    if (outcome === 'ok') durable.check(postId, wrongWith(stored?.authorId, authorId, listed));
    if (outcome === 'failed')
      noEffect.check(
        postId,
        stored !== undefined || listed > 0 ? 'was refused, and is there all the same' : null,
      );
  }
  return [durable.verdict(), noEffect.verdict()];
}

function wrongWith(storedAuthorId: string | undefined, authorId: string, listed: number): string | null {
  if (storedAuthorId === undefined) return 'was acknowledged, and has no row';
  if (storedAuthorId !== authorId)
    return `was acknowledged to ${authorId}, and is a post of ${storedAuthorId}`;
  if (listed !== 1) return `is ${String(listed)} times in the list of its author ${authorId}`;
  return null;
}
