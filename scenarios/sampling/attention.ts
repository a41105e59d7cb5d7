import type { Arrivals, TimelineEntryOf } from '../scenario.ts';
import { pow } from './math.ts';

/** What draws readers and likes to one post, and fades. */
export type AttentionEntry = TimelineEntryOf<'whale-post'> | TimelineEntryOf<'viral-post'>;

/** What is left of attention `timeNs - sinceNs` after a post: half after each half-life. */
export const attention = (entry: AttentionEntry, sinceNs: number, timeNs: number): number =>
  pow(2, -(timeNs - sinceNs) / (entry.halfLifeSeconds * 1e9));

/** After this many half-lives nothing is left that a run could notice. */
const ATTENTION_HALF_LIVES = 60;

/** Requests that a post draws to itself besides the ordinary ones: a Poisson process of a rate that fades. */
export interface DrawnRequests {
  readonly maximumRatePerSecond: number;
  readonly ratePerSecond: (timeNs: number) => number;
  readonly untilNs: number;
}

/**
 * Feed reads of followers who come back for a whale's post: `readBoost` times those that they would have
 * made anyway, fading. Null when there are none: users of a closed flow, and a trace, have no rate of
 * their own that could be boosted.
 *
 * @param sinceNs Acknowledgement of the post.
 */
export function extraFeedReads(
  entry: TimelineEntryOf<'whale-post'>,
  feedRead: Arrivals | null,
  users: number,
  sinceNs: number,
): DrawnRequests | null {
  if (feedRead === null || highestOrdinaryRate(feedRead) * entry.readBoost === 0) return null;
  const boost = (entry.followers / users) * entry.readBoost;
  return {
    maximumRatePerSecond: highestOrdinaryRate(feedRead) * boost,
    ratePerSecond: (timeNs) => ordinaryRate(feedRead, timeNs) * boost * attention(entry, sinceNs, timeNs),
    untilNs: sinceNs + ATTENTION_HALF_LIVES * entry.halfLifeSeconds * 1e9,
  };
}

/** Likes of one post; null when nobody likes it. @param sinceNs From when on, ns. */
export function likesOf(entry: AttentionEntry, sinceNs: number): DrawnRequests | null {
  if (entry.likesPerSecond === 0) return null;
  return {
    maximumRatePerSecond: entry.likesPerSecond,
    ratePerSecond: (timeNs) => entry.likesPerSecond * attention(entry, sinceNs, timeNs),
    untilNs: sinceNs + ATTENTION_HALF_LIVES * entry.halfLifeSeconds * 1e9,
  };
}

/**
 * Which viral post a post detail is of, by a 32-bit draw; null: an ordinary one. `posts` are those that
 * have begun, in order.
 */
export function viralChoice<Post extends { readonly entry: AttentionEntry }>(
  posts: readonly Post[],
  draw: number,
  timeNs: number,
): Post | null {
  const u = (draw + 0.5) / 2 ** 32;
  let share = 0;
  for (const post of posts) {
    const { entry } = post;
    if (entry.kind !== 'viral-post') continue;
    share += entry.readShare * attention(entry, entry.atSeconds * 1e9, timeNs);
    if (u < share) return post;
  }
  return null;
}

/** Rate of an arrival process by its own figures, a second; 0 where it has none (closed, trace). */
export function ordinaryRate(arrivals: Arrivals, timeNs: number): number {
  if (!('ratePerSecond' in arrivals)) return 0;
  const points = arrivals.profile;
  if (points === undefined) return arrivals.ratePerSecond;
  const second = timeNs / 1e9;
  const after = points.findIndex(([at]) => at > second);
  if (after === 0) return arrivals.ratePerSecond * points[0]![1];
  if (after < 0) return arrivals.ratePerSecond * points[points.length - 1]![1];
  const [from, low] = points[after - 1]!;
  const [to, high] = points[after]!;
  return arrivals.ratePerSecond * (low + ((high - low) * (second - from)) / (to - from));
}

/** Highest that `ordinaryRate` gets. */
export function highestOrdinaryRate(arrivals: Arrivals): number {
  if (!('ratePerSecond' in arrivals)) return 0;
  return arrivals.ratePerSecond * Math.max(...(arrivals.profile ?? [[0, 1]]).map(([, m]) => m));
}
