import { describe, expect, it } from 'vitest';
import type { ConfigOf } from '../../scenarios/index.ts';
import { Resharding, type Route } from './feed-resharding.ts';
import { SLOTS } from './feed-users.ts';
import { instagram, runOf } from './instagram.fixture.ts';

const join = (addedShards: number) => ({
  id: 'join',
  kind: 'set',
  atSeconds: 5,
  path: 'feed-cache.addedShards',
  value: addedShards,
});
/** 16,384 slots of ten feeds each; 16,000 keys a second: 1,600 slots, three of twelve shards in 2 s. */
const small = {
  'feed-cache.shards': 9,
  'feed-cache.feedEntries': 100,
  'feed-cache.keyBytes': 0,
  'feed-cache.memoryBytesPerShard': (16_384 * 10 * 1000) / 9,
  'feed-cache.migrationKeysPerSecond': 16_384,
};

describe('the plan', () => {
  const config = instagram({ set: { 'feed-cache.shards': 9 } }).design.nodes.find(
    ({ id }) => id === 'feed-cache',
  )!.config as ConfigOf<'FeedCache'>;
  const resharding = new Resharding(config, 3, 100);
  const ownersAt = (timeNs: number): number[] => {
    const owned = new Array<number>(12).fill(0);
    const way: Route = { owner: 0, redirectedBy: -1 };
    for (let slot = 0; slot < SLOTS; slot++) {
      resharding.route(slot, 9, 1, timeNs, () => true, way);
      owned[way.owner]! += 1;
    }
    return owned;
  };
  it('moves nothing before its time, and ends with shards that have as many slots each', () => {
    expect(ownersAt(resharding.beginNs).slice(9)).toEqual([0, 0, 0]);
    for (const slots of ownersAt(resharding.endNs)) expect(Math.abs(slots - SLOTS / 12)).toBeLessThan(6);
  });
  it('has moved half of the slots in half of the time, from all shards alike', () => {
    const owned = ownersAt((resharding.beginNs + resharding.endNs) / 2);
    for (const slots of owned.slice(0, 9))
      expect(Math.abs(slots - (SLOTS / 9) * (1 - 1 / 8))).toBeLessThan(6);
    for (const slots of owned.slice(9)) expect(Math.abs(slots - SLOTS / 24)).toBeLessThan(6);
  });
  it('asks the old shard first for what moves just then, and for what the client has not heard of', () => {
    const way: Route = { owner: 0, redirectedBy: -1 };
    const known = new Set<number>();
    const ask = (timeNs: number) => {
      resharding.route(0, 9, 1, timeNs, (slot) => known.has(slot) || !known.add(slot), way);
      return way.redirectedBy;
    };
    expect(ask(resharding.beginNs - 1)).toBe(-1);
    expect(ask(resharding.endNs)).toBe(0);
    expect(way.owner).toBe(9);
    expect(ask(resharding.endNs)).toBe(-1);
    expect(way.owner).toBe(9);
  });
});

describe('shards that join', () => {
  const result = runOf({
    durationSeconds: 16,
    timeline: [
      join(3),
      // Changes nothing: its phases are what is wanted.
      {
        id: 'settled',
        kind: 'traffic-spike',
        target: 'read-client',
        atSeconds: 8,
        durationSeconds: 1,
        multiplier: 1,
      },
    ],
    set: {
      ...small,
      'population.whalesPerReader': [1],
      'feed-cache.hitRatio': 1,
      'upload-client.photoUpload': null,
      'read-client.postDetail': null,
      'read-client.feedRead': { process: 'constant', ratePerSecond: 400 },
    },
  });
  const shards = (phase: string) =>
    (
      result.phases[phase]!.components['feed-cache'] as unknown as {
        shards: { throughputPerSecond: number }[];
      }
    ).shards.map(({ throughputPerSecond }) => throughputPerSecond);

  const redirections = (phase: string) =>
    (result.phases[phase]!.components['feed-cache'] as unknown as { redirectsPerSecond: number })
      .redirectsPerSecond;

  it('take their share of the commands over, while nobody fails', () => {
    expect(result.flows['feed-read']!.errorRatio).toBe(0);
    expect(shards('before').slice(9)).toEqual([0, 0, 0]);
    // Two commands a read, 800 a second: a twelfth for each, within five standard deviations of 7 s. The
    // old ones still answer those who have not heard of a move.
    const askedInVain = redirections('after:settled') / 9;
    shards('after:settled').forEach((served, shard) => {
      const own = served - (shard < 9 ? askedInVain : 0);
      expect(Math.abs(own - 800 / 12)).toBeLessThan(16);
    });
  });
  it('get every key that moves by a MIGRATE of ten', () => {
    // A quarter of 163,840 keys.
    const { completed } = result.flows['resharding']!.counts;
    expect(Math.abs(completed - 163_840 / 4 / 10)).toBeLessThan(25);
  });
  it('cost a hop of those who still ask the old ones', () => {
    expect(redirections('after:join')).toBeGreaterThan(10);
    const hop = result.phases['after:join']!.flows['feed-read']!.latencyMs.max!;
    expect(hop).toBeGreaterThan(result.phases['before']!.flows['feed-read']!.latencyMs.max! + 0.39);
  });
});

/** Commands a second by shard after the moves. */
const commandsAfter = (result: ReturnType<typeof runOf>): readonly number[] =>
  (
    result.phases['after:settled']!.components['feed-cache'] as unknown as {
      shards: { throughputPerSecond: number }[];
    }
  ).shards.map(({ throughputPerSecond }) => throughputPerSecond);
const settled = {
  id: 'settled',
  kind: 'traffic-spike',
  target: 'read-client',
  atSeconds: 8,
  durationSeconds: 1,
  multiplier: 1,
};

describe.each(['sequential', 'parallel'])('chunks of pushes by %s pipelines', (shardPipelines) => {
  const result = runOf({
    durationSeconds: 16,
    timeline: [join(3), settled],
    set: {
      ...small,
      'feed-cache.hitRatio': 1,
      'read-client.feedRead': null,
      'read-client.postDetail': { process: 'constant', ratePerSecond: 1 },
      'upload-client.like': null,
      'upload-client.photoUpload': { process: 'constant', ratePerSecond: 10 },
      'population.followers': { mean: 200, exponent: 2.276, max: 200 },
      'fanout-worker.shardPipelines': shardPipelines,
    },
  });
  it('go to the shards that have joined, each push once', () => {
    const { arrivals, completed, inFlightAtEnd } = result.flows['fanout']!.counts;
    expect(completed + inFlightAtEnd).toBe(arrivals);
    expect(inFlightAtEnd).toBeLessThan(5);
    expect(Math.abs(result.flows['fanout-lag']!.counts.completed - 200 * completed)).toBeLessThan(5 * 200);
    // 2,000 pushes a second, a twelfth for each shard, within five standard deviations of 7 s.
    const [old, added] = [commandsAfter(result).slice(0, 9), commandsAfter(result).slice(9)];
    for (const served of added) expect(Math.abs(served - 2000 / 12)).toBeLessThan(25);
    // The old ones answer besides who has not heard of a move.
    for (const served of old) expect(served).toBeGreaterThan(2000 / 12 - 25);
  });
  it('are sent again after a redirection', () => {
    const { redirectsPerSecond } = result.phases['after:join']!.components['feed-cache'] as unknown as {
      redirectsPerSecond: number;
    };
    expect(redirectsPerSecond).toBeGreaterThan(10);
  });
});

it('the posts of whales move with their slots', () => {
  const result = runOf({
    durationSeconds: 16,
    timeline: [join(3), settled],
    set: {
      ...small,
      'feed-cache.hitRatio': 1,
      'feed-cache.commandDemand': { distribution: 'constant', ms: 0.01 },
      'feed-service.whaleCache': 'redis',
      'feed-service.instances': 1,
      'upload-client.photoUpload': null,
      'read-client.postDetail': null,
      'read-client.feedRead': { process: 'poisson', ratePerSecond: 400 },
      // Some thirty whales, of whom everybody pulls twenty.
      'population.users': 500_000,
      'population.followers': { mean: 671, exponent: 2.276, max: 20_000 },
      'population.whalesPerReader': [...Array<number>(20).fill(0), 1],
    },
  });
  const after = commandsAfter(result);
  // 400 feeds and vectors a second are a twelfth of 800 for each: what is more are whales.
  const whales = after.slice(9).reduce((sum, served) => sum + served - 800 / 12, 0);
  expect(whales).toBeGreaterThan((400 * 20) / 12);
  expect(result.flows['feed-read']!.errorRatio).toBe(0);
});

it('shards join once', () => {
  const again = { ...join(4), id: 'again', atSeconds: 8 };
  expect(() => runOf({ durationSeconds: 10, timeline: [join(2), again] })).toThrow(/join once/);
});
