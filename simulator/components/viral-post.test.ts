import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const viral = {
  id: 'viral',
  kind: 'viral-post',
  atSeconds: 5,
  likesPerSecond: 200,
  halfLifeSeconds: 100_000,
};
const on = (set: object = {}, entry: object = {}, parts: Parts = {}) =>
  runOf({
    durationSeconds: 25,
    timeline: [{ ...viral, ...entry }],
    ...parts,
    set: {
      'upload-client.photoUpload': null,
      'upload-client.like': constantRate(50),
      'population.whalesPerReader': [1],
      'feed-cache.hitRatio': 1,
      'post-db.keyReadsPerSecond': 20,
      'post-db.keyWritesPerSecond': 30,
      'post-db.keyQueueSeconds': 0.1,
      ...set,
    },
  });
const cached = { edges: [{ source: 'upload-service', target: 'feed-cache' }] };

it('all of its likes are for one counter, which serves what a key serves', () => {
  const { phases } = on();
  const { components, flows } = phases['after:viral']!;
  const { key, offeredWritesPerSecond, servedWritesPerSecond } = components['post-db']!.hottestKey!;
  expect(key).toBe('viral');
  // Poisson arrivals over 20 s, five standard errors.
  expect(Math.abs(offeredWritesPerSecond - 200)).toBeLessThan(5 * Math.sqrt(200 / 20));
  expect(servedWritesPerSecond).toBeCloseTo(30, 0);
  expect(flows['like']!.errors.rejected / 20).toBeCloseTo(offeredWritesPerSecond - 30, -0.5);
  expect(phases['before']!.flows['like']!.errorRatio).toBe(0);
});

it('its share of post details reads its key', () => {
  const { phases } = on(
    { 'read-client.postDetail': constantRate(100), 'post-db.keyReadsPerSecond': null },
    { likesPerSecond: 0, readShare: 0.4 },
  );
  // The post and its counter; binomial over 2,000 post details, five standard errors.
  const { offeredReadsPerSecond } = phases['after:viral']!.components['post-db']!.hottestKey!;
  expect(Math.abs(offeredReadsPerSecond / 2 - 40)).toBeLessThan((5 * Math.sqrt(2000 * 0.4 * 0.6)) / 20);
});

describe('a buffer of likes', () => {
  it('in Redis makes one update of all likes between two flushes, on one shard', () => {
    const { phases } = on(
      { 'upload-service.likeBuffer': 'redis', 'upload-service.likeFlushMs': 500 },
      {},
      cached,
    );
    const { components, flows } = phases['after:viral']!;
    expect(flows['like']!.errorRatio).toBe(0);
    // The clock of a flush starts with the first like after the last: every half second and 5 ms.
    expect(components['post-db']!.hottestKey!.servedWritesPerSecond).toBeGreaterThan(1.8);
    expect(components['post-db']!.hottestKey!.servedWritesPerSecond).toBeLessThanOrEqual(2);
    const shards = components['feed-cache']!.shards!.map(({ throughputPerSecond }) => throughputPerSecond);
    const before = phases['before']!.components['feed-cache']!.shards!.map((s) => s.throughputPerSecond);
    const more = shards.map((rate, i) => rate - before[i]!).sort((a, b) => b - a);
    expect(more[0]).toBeGreaterThan(150);
    expect(more[1]).toBeLessThan(50);
  });

  it('in each process makes one update for each of them', () => {
    const { phases } = on({
      'upload-service.likeBuffer': 'in-process',
      'upload-service.likeFlushMs': 1000,
      'upload-service.instances': 4,
    });
    const { components, flows } = phases['after:viral']!;
    expect(flows['like']!.errorRatio).toBe(0);
    expect(components['post-db']!.hottestKey!.servedWritesPerSecond).toBeCloseTo(4, 0);
  });

  it('without a cache to be in is refused', () => {
    expect(() => on({ 'upload-service.likeBuffer': 'redis' })).toThrow(/no FeedCache to collect them in/);
  });
});
