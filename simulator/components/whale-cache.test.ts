import { describe, expect, it } from 'vitest';
import { whaleTail } from '../../scenarios/sampling/index.ts';
import { instagram, runOf } from './instagram.fixture.ts';

const quiet = {
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
  'feed-cache.hitRatio': 1,
  'read-client.imagesPerFeedRead': 0,
  'read-client.postDetail': null,
  'upload-client.like': null,
};
// Client and back 0.5, gateway 3, hops 1, balancer 0.1; computing, feed, vector and counts.
const withoutPulls = 4.6 + 0.551 + 2 + 0.5 + 5;
const query = 5;
const redisRead = 2;

describe('whales of readers', () => {
  // A few dozen whales, one pulled by each of 400 feed reads a second.
  const whales = {
    ...quiet,
    'population.users': 500_000,
    'population.followers': { mean: 671, exponent: 2.276, max: 20_000 },
    'population.whalesPerReader': [0, 1],
    'read-client.feedRead': { process: 'poisson', ratePerSecond: 400 },
    'upload-client.photoUpload': null,
    'feed-service.instances': 1,
    'feed-service.whaleCacheTtlSeconds': 0.5,
  };
  const seconds = 30;
  /** Share of look-ups that find an entry which lives `lifeSeconds` from the miss on (renewal theory). */
  const expectedHitRatio = (lifeSeconds: number): number => {
    const tail = whaleTail(instagram({ set: whales }).population, 10_000, 1)!;
    const total = tail.followers.reduce((sum, f) => sum + f, 0);
    return tail.followers.reduce((sum, f) => {
      const rate = (400 * f) / total;
      return sum + ((rate / 400) * rate * lifeSeconds) / (1 + rate * lifeSeconds);
    }, 0);
  };
  const reads = (form: string) =>
    runOf({ durationSeconds: seconds, set: { ...whales, 'feed-service.whaleCache': form } });

  it('in a process: misses of a moment are one, and the entry lives from the answer on', () => {
    const { flows, components } = reads('in-process');
    const { whaleCacheHitRatio: ratio } = components['feed-service'] as unknown as Record<string, number>;
    // 12,000 look-ups: four standard deviations are at most 0.018.
    const expected = expectedHitRatio(0.5 + query / 1000);
    expect(ratio! / expected).toBeGreaterThan(1 - 0.018 / expected);
    expect(ratio! / expected).toBeLessThan(1 + 0.018 / expected);
    expect(flows['feed-read']!.latencyMs.p50).toBeCloseTo(withoutPulls, 0);
    expect(flows['feed-read']!.latencyMs.max).toBeCloseTo(withoutPulls + query, 0);
  });
  it('in Redis: every pull reads the key first, hits end there', () => {
    const { flows, components } = reads('redis');
    const { whaleCacheHitRatio: ratio } = components['feed-service'] as unknown as Record<string, number>;
    expect(ratio).toBeGreaterThan(expectedHitRatio(0.5) - 0.018);
    expect(ratio).toBeLessThan(expectedHitRatio(0.5 + (query + 2 * redisRead) / 1000) + 0.018);
    expect(flows['feed-read']!.latencyMs.p50).toBeCloseTo(withoutPulls + redisRead, 0);
    expect(flows['feed-read']!.latencyMs.max).toBeCloseTo(withoutPulls + redisRead + query, 0);
  });
});

describe('a post that everybody follows', () => {
  // The photo is on its way for about a second.
  const post = (form: string, set: object = {}, more: readonly object[] = []) =>
    runOf({
      durationSeconds: 10,
      population: { users: 1000, followers: { mean: 100, max: 900 }, whalesPerReader: [1] },
      set: { ...quiet, 'feed-service.instances': 4, 'feed-service.whaleCache': form, ...set },
      timeline: [{ id: 'post', kind: 'whale-post', atSeconds: 1, followers: 1000, readBoost: 0 }, ...more],
    });
  const keyReads = (result: ReturnType<typeof post>): number =>
    result.components['post-db']!.hottestKey!.offeredReadsPerSecond * 10;

  it('is queried by every read without a cache', () => {
    expect(keyReads(post('none'))).toBeGreaterThan(750);
  });
  it('is queried once an instance in a process, and costs nothing after that', () => {
    const result = post('in-process');
    expect(keyReads(result)).toBeCloseTo(4, 9);
    expect(result.flows['feed-read']!.errorRatio).toBe(0);
  });
  it('is queried once with Redis, for its shard to read at every feed', () => {
    const result = post('redis');
    expect(keyReads(result)).toBeCloseTo(1, 9);
    const before = post('none').components['feed-cache']!.throughputPerSecond!;
    expect(result.components['feed-cache']!.throughputPerSecond! - before).toBeGreaterThan(75);
  });
  it('is lost with its shard when the replica is empty', () => {
    const found = (node: number, replica: string): number =>
      post('redis', { 'feed-cache.shards': 3, 'feed-cache.clusterNodeTimeoutMs': 1000 }, [
        { id: 'loss', kind: 'redis-node-loss', atSeconds: 4, target: 'feed-cache', node, replica },
      ]).components['feed-service']!['whaleCacheHitRatio'] as number;
    const less = [0, 1, 2].map((node) => found(node, 'warm') - found(node, 'empty')).sort((a, b) => a - b);
    expect(less[0]).toBeCloseTo(0, 3);
    expect(less[1]).toBeCloseTo(0, 3);
    // Until the promotion after some 2.3 s of the 8 that are left nobody can store it again.
    expect(less[2]).toBeGreaterThan(0.2);
    expect(less[2]).toBeLessThan(0.4);
  });
  it('is queried as before when Redis does not answer in time', () => {
    const result = post('redis', { 'feed-service->feed-cache.timeoutMs': 1.5 });
    expect(keyReads(result)).toBeGreaterThan(750);
    expect(result.flows['feed-read']!.errorRatio).toBe(0);
  });
  it('that cannot be read fails those who wait for the same query together', () => {
    const result = post('in-process', {
      'post-db.readDelay': { distribution: 'constant', ms: 400 },
      'feed-service->post-db.timeoutMs': 300,
      'feed-service.countQueries': 0,
      'feed-service.instances': 1,
    });
    // Every read since the post fails, and one query every 300 ms carries them all.
    expect(result.flows['feed-read']!.errorRatio!).toBeGreaterThan(0.7);
    expect(keyReads(result)).toBeGreaterThan(20);
    expect(keyReads(result)).toBeLessThanOrEqual(30);
  });
});

it('a Redis cache without a FeedCache is refused in a sentence', () => {
  expect(() => runOf({ set: { 'feed-service.whaleCache': 'redis' }, remove: ['feed-cache'] })).toThrow(
    /there is no FeedCache/,
  );
});
