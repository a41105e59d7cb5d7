import { describe, expect, it } from 'vitest';
import type { ConfigOf } from '../../scenarios/index.ts';
import { exp } from '../../scenarios/sampling/index.ts';
import { ttlHitRatio } from '../theory/index.ts';
import { EmergentFeeds } from './feed-contents.ts';
import { FeedUsers } from './feed-users.ts';
import { instagram, runOf } from './instagram.fixture.ts';

function configOf(set: Readonly<Record<string, unknown>>): ConfigOf<'FeedCache'> {
  const scenario = instagram({
    set: {
      'feed-cache.hitRatio': 'emergent',
      ...Object.fromEntries(Object.entries(set).map(([path, value]) => [`feed-cache.${path}`, value])),
    },
  });
  return scenario.design.nodes.find((node) => node.id === 'feed-cache')!.config as ConfigOf<'FeedCache'>;
}

/** A stream of reads at a rate, straight against the contents, from a warm start. Which of them hit. */
function reads(config: ConfigOf<'FeedCache'>, ratePerSecond: number, seconds: number, seed: number): number {
  const population = { ...instagram().population, users: config.users!, activeRatio: 1 };
  const users = new FeedUsers(config, population);
  const contents = new EmergentFeeds(users, config, { reads: ratePerSecond, pushes: 0 });
  // A generator of the test's own: the draws of a run belong to its requests.
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  let now = 0;
  let hits = 0;
  const count = Math.round(ratePerSecond * seconds);
  for (let i = 0; i < count; i++) {
    now += (-Math.log(uniform()) / ratePerSecond) * 1e9;
    const user = users.codeOf(users.law.userAt(uniform()));
    if (contents.lookUp(user, now)) hits++;
    else contents.fill(user, now);
  }
  return hits / count;
}

describe('feeds that expire', () => {
  it('are found as often as the formula says, each user by their own rate, from the first second on', () => {
    const config = configOf({ users: 20_000, ttlSeconds: 100, vectorRefreshSeconds: null });
    const rate = 400;
    const { law } = new FeedUsers(config, { ...instagram().population, activeRatio: 1 });
    let expected = 0;
    for (let user = 0; user < 20_000; user++)
      expected += law.share(user) * ttlHitRatio(rate * law.share(user), 100);
    // 40,000 reads, hardly correlated: four standard errors, false alarm once in 16,000.
    const error = Math.sqrt((expected * (1 - expected)) / 40_000);
    expect(Math.abs(reads(config, rate, 100, 1) - expected)).toBeLessThan(4 * error);
  });
});

describe('a warm start', () => {
  const config = configOf({ users: 2000, ttlSeconds: 60, memoryBytesPerShard: 100_000 });
  const users = new FeedUsers(config, { ...instagram().population, activeRatio: 1 });
  const start = (reads: number): EmergentFeeds => new EmergentFeeds(users, config, { reads, pushes: 10 });
  const code = (user: number): number => users.codeOf(user);
  const everybody = Array.from({ length: 2000 }, (_, user) => user);
  /** Who finds a feed and a vector, without a change. */
  const held = ({ store }: EmergentFeeds): boolean[] =>
    Array.from({ length: 4000 }, (_, entry) => store.has(entry, 0));

  it('is the same again, whatever a run has done with its own', () => {
    const first = start(50);
    const before = held(first);
    expect(new Set(before)).toEqual(new Set([true, false]));
    first.clear(0);
    for (const user of everybody) first.fill(code(user), 1e9);
    expect(held(first)).not.toEqual(before);
    const second = start(50);
    expect(held(second)).toEqual(before);
    expect(second.memoryRatio()).toBeLessThanOrEqual(1);
    // The order in which entries make room is part of it.
    const third = start(50);
    for (const contents of [second, third])
      for (const user of everybody.slice(0, 200)) contents.fill(code(user), 1e9);
    expect(held(second)).toEqual(held(third));
  });

  it('is another one for other rates', () => {
    expect(held(start(5))).not.toEqual(held(start(50)));
  });
});

describe('a sample of the users', () => {
  const common = {
    users: 200_000,
    ttlSeconds: 600,
    vectorRefreshSeconds: null,
    shards: 1,
    // Room for a tenth of the feeds: memory decides as well as age.
    memoryBytesPerShard: 20_000 * 2120,
  };
  const full = reads(configOf({ ...common, trackedUsers: 200_000 }), 300, 200, 7);

  it('hits as often as all of them, within the error of a sample', () => {
    const sampled = reads(configOf({ ...common, trackedUsers: 10_000 }), 300, 200, 7);
    // Of 10,000 users one in ten has a feed: the share of feeds there is known to 1/sqrt(1000), 3 %.
    expect(full).toBeGreaterThan(0.1);
    expect(Math.abs(sampled - full)).toBeLessThan(4 * Math.sqrt((full * (1 - full)) / 10_000) + 0.005);
  });

  it('and so does a least-recently-used cache by the approximation of Che, Tung and Wang', () => {
    const config = configOf({ ...common, ttlSeconds: null, trackedUsers: 200_000 });
    const { law } = new FeedUsers(config, { ...instagram().population, activeRatio: 1 });
    // Half a million users' exponentials are many: every twentieth, twenty times.
    const rates = Array.from({ length: 10_000 }, (_, i) => 300 * law.share(20 * i + 10));
    let low = 0;
    let high = 1e6;
    for (let i = 0; i < 60; i++) {
      const time = (low + high) / 2;
      const present = rates.reduce((sum, rate) => sum + 20 * (1 - exp(-rate * time)), 0);
      if (present < 20_000) low = time;
      else high = time;
    }
    const expected = rates.reduce((sum, rate) => sum + (20 * rate * (1 - exp(-rate * low))) / 300, 0);
    // 60,000 reads: four standard errors, and what the approximation itself leaves.
    const error = 4 * Math.sqrt((expected * (1 - expected)) / 60_000) + 0.003;
    expect(Math.abs(reads(config, 300, 200, 11) - expected)).toBeLessThan(error);
  });
});

it('a whole run hits as often', () => {
  const { components } = runOf({
    durationSeconds: 60,
    set: {
      'upload-client.photoUpload': null,
      'population.users': 10_000,
      'population.followers.max': 5000,
      'feed-cache.hitRatio': 'emergent',
      'feed-cache.activity.exponent': 0,
      'feed-cache.activity.maximumToMean': 1,
      'feed-cache.ttlSeconds': 100,
      'read-client.feedRead': { process: 'poisson', ratePerSecond: 200 },
    },
  });
  const expected = ttlHitRatio(200 / 10_000, 100);
  const error = Math.sqrt((expected * (1 - expected)) / 12_000);
  expect(Math.abs(components['feed-cache']!.hitRatio! - expected)).toBeLessThan(4 * error);
});
