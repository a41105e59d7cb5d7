import type { Scenario } from '../scenario.ts';
import { followerLaw } from './population.ts';
import { drawUint32, sourceKey, streamHash } from './random.ts';

/**
 * Who follows whom, account by account: for a population that is small enough to be written into real
 * stores. Users are numbered from 0; an account is a user, or one of those that only the scenario names.
 */
export interface FollowGraph {
  readonly users: number;
  /** The users first, by number; then `population.whales` and the authors of the timeline's posts. */
  readonly accounts: readonly Account[];
  /** By user: indices of the accounts that it follows, rising. */
  readonly followees: readonly Uint32Array[];
}

export interface Account {
  /** `u` and the number of a user; or the id of a whale, or of an event whose author is a new account. */
  readonly id: string;
  /** Users, rising; an account does not follow itself. */
  readonly followers: Uint32Array;
}

/** Most users and follows of a graph: 5 million follows take about 40 MB. */
export const maximumGraph = { users: 100_000, follows: 5_000_000 } as const;

const FOLLOWERS = streamHash('graph.followers');

/** Name of a user. */
export const userId = (user: number): string => `u${user}`;

/** Name of the account that an event posts with. */
export const authorOf = (entry: { readonly id: string; readonly author?: string | null }): string =>
  entry.author ?? entry.id;

/**
 * Follower counts stand at the mid-points of equal shares of the power law, most first, so that a
 * population has the same accounts whatever the seed; who the followers are is drawn, every set of that
 * many users being equally likely (Floyd's algorithm: Bentley and Floyd, A sample of brilliance, 1987).
 *
 * @throws RangeError when there are more users or follows than `maximumGraph`
 */
export function followGraph({ population, timeline }: Scenario, seed: number): FollowGraph {
  const { users } = population;
  if (users > maximumGraph.users) throw new RangeError(`A graph has at most ${maximumGraph.users} users.`);
  const law = followerLaw(population.followers);
  const counts = Array.from({ length: users }, (_, i): [string, number] => [
    userId(i),
    Math.floor(law.quantile((i + 0.5) / users) + 0.5),
  ]);
  const named = new Map(population.whales.map(({ id, followers }) => [id, followers]));
  for (const entry of timeline) {
    if (entry.kind !== 'whale-post' && entry.kind !== 'viral-post') continue;
    const author = authorOf(entry);
    if (!named.has(author)) named.set(author, entry.kind === 'whale-post' ? entry.followers : 0);
  }
  const all = [...counts, ...named].map(([id, count], i): [string, number] => [
    id,
    Math.min(count, i < users ? users - 1 : users),
  ]);
  if (all.reduce((sum, [, count]) => sum + count, 0) > maximumGraph.follows)
    throw new RangeError(`A graph has at most ${maximumGraph.follows} follows.`);
  const accounts = all.map(([id, count], i): Account => ({
    id,
    followers: drawFollowers(seed, id, count, users, i),
  }));
  return { users, accounts, followees: followeesOf(accounts, users) };
}

/** `count` of the users but number `self`. */
function drawFollowers(seed: number, id: string, count: number, users: number, self: number): Uint32Array {
  const { key0, key1 } = sourceKey(seed, `graph/${id}`);
  const candidates = self < users ? users - 1 : users;
  const chosen = new Set<number>();
  for (let last = candidates - count; last < candidates; last++) {
    const drawn = Math.floor((drawUint32(key0, key1, FOLLOWERS, last) / 4294967296) * (last + 1));
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return Uint32Array.from(chosen, (candidate) => (candidate < self ? candidate : candidate + 1)).sort();
}

function followeesOf(accounts: readonly Account[], users: number): readonly Uint32Array[] {
  const counts = new Uint32Array(users);
  for (const { followers } of accounts) for (const user of followers) counts[user]! += 1;
  const followees = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (const [index, { followers }] of accounts.entries())
    for (const user of followers) followees[user]![counts[user]!++] = index;
  return followees;
}
