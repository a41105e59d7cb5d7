import { describe, expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';
import { promotionSeconds } from './redis-failover.ts';

/** No whales, no spread: a feed read's time says where its feed came from. */
const plain: Readonly<Record<string, unknown>> = {
  'population.whalesPerReader': [1],
  'population.users': 30_000,
  'population.followers.max': 9000,
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
  'feed-cache.hitRatio': 1,
  'feed-cache.clusterNodeTimeoutMs': 2000,
  'upload-client.photoUpload': null,
  'read-client.postDetail': null,
  'read-client.feedRead': { process: 'constant', ratePerSecond: 300 },
};
const promotion = promotionSeconds({ nodeTimeoutSeconds: 2, primaries: 12, lost: 1 });
// From the client and back, computing with ranking, counts.
const rest = 0.5 + 3 + 0.5 + 0.1 + 0.5 + 0.551 + 5;
const refused = 0.4;

function run(loss: object, set: Readonly<Record<string, unknown>> = {}, durationSeconds = 17) {
  const timeline = [{ id: 'loss', kind: 'redis-node-loss', target: 'feed-cache', atSeconds: 5, ...loss }];
  return runOf({ timeline, set: { ...plain, ...set }, durationSeconds });
}
const shard = (figures: unknown, index: number): number =>
  (figures as { shards: { throughputPerSecond: number }[] }).shards[index]!.throughputPerSecond;

describe('a lost node of twelve', () => {
  it('refuses its twelfth of the commands until its warm replica is promoted; nobody notices but PostDB', () => {
    const { phases, flows } = run({ node: 3, durationSeconds: 10 });
    expect(flows['feed-read']!.errorRatio).toBe(0);
    // A feed from the cache takes 2 ms and the vector 0.5; refused, either takes the way there and back.
    const before = phases['before']!.flows['feed-read']!.latencyMs;
    expect(before.max).toBeCloseTo(rest + 2 + 0.5, 3);
    const during = phases['during:loss']!;
    expect(during.flows['feed-read']!.latencyMs.max).toBeCloseTo(rest + refused + 5 + 0.5, 3);
    expect(phases['after:loss']!.flows['feed-read']!.latencyMs.max).toBeCloseTo(rest + 2.5, 3);
    expect(phases['after:loss']!.components['feed-cache']!.hitRatio).toBe(1);
  });

  it('executes nothing meanwhile, and everything from then on', () => {
    const late = (durationSeconds: number) => run({ node: 3, durationSeconds }).phases;
    // What was under way when it died may still be counted.
    expect(shard(late(promotion - 0.1)['during:loss']!.components['feed-cache'], 3)).toBeLessThan(1);
    const after = late(promotion + 0.1)['after:loss']!.components['feed-cache'];
    // Feeds of a twelfth, vectors of another.
    expect(shard(after, 3)).toBeGreaterThan(40);
  });

  it('costs PostDB a query for each feed that it cannot serve', () => {
    const { phases } = run({ durationSeconds: promotion });
    const queries = (phase: string): number => phases[phase]!.components['post-db']!.throughputPerSecond;
    const lost = queries('during:loss') - queries('before');
    // One of the 300 reads in twelve; likes and comments come regularly.
    expect(lost).toBeGreaterThan(300 / 12 - 8);
    expect(lost).toBeLessThan(300 / 12 + 8);
  });

  it('fails the feed reads of its users where there is no fallback', () => {
    const { phases } = run({ durationSeconds: 10 }, { 'feed-service.fallbackToPull': false });
    const { errors, completedPerSecond } = phases['during:loss']!.flows['feed-read']!;
    // 25 a second until the promotion: four standard deviations.
    const expected = 25 * promotion;
    expect(Math.abs(errors.unavailable - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(completedPerSecond).toBeGreaterThan(250);
    expect(phases['after:loss']!.flows['feed-read']!.errorRatio).toBe(0);
  });

  it('stays away without a replica, and comes back empty', () => {
    const { phases } = run({ replica: 'none', durationSeconds: 10 });
    expect(phases['during:loss']!.components['feed-cache']!.hitRatio).toBe(1);
    expect(shard(phases['during:loss']!.components['feed-cache'], 0)).toBeLessThan(1);
    const after = phases['after:loss']!.components['feed-cache']!.hitRatio!;
    expect(after).toBeLessThan(0.97);
    expect(after).toBeGreaterThan(0.9);
  });

  it('stays away where no majority can promote one', () => {
    const { phases } = run({ durationSeconds: 10 }, { 'feed-cache.shards': 2 });
    expect(shard(phases['during:loss']!.components['feed-cache'], 0)).toBeLessThan(1);
  });

  it('that is back before the promotion has lost its feeds, and the replica’s too', () => {
    const { phases } = run({ durationSeconds: 1 });
    expect(phases['after:loss']!.components['feed-cache']!.hitRatio).toBeLessThan(0.97);
  });
});

it('a zone that is lost takes every third primary, and their replicas in other zones take over', () => {
  const lost = promotionSeconds({ nodeTimeoutSeconds: 2, primaries: 12, lost: 4 });
  const { phases } = runOf({
    timeline: [{ id: 'loss', kind: 'zone-loss', zone: 1, atSeconds: 2, durationSeconds: lost + 4 }],
    set: { ...plain, 'feed-service.instances': 1, 'api-gateway.instances': 1 },
    durationSeconds: 12,
  });
  const during = phases['during:loss']!.components['feed-cache'];
  // Four seconds of service, while the others served all the time.
  for (const index of [1, 4, 7, 10]) {
    const share = shard(during, index) / shard(during, index - 1);
    expect(Math.abs(share - 4 / (lost + 4))).toBeLessThan(0.2);
  }
});

describe('an empty replica', () => {
  it('misses each user’s first read, so that the hit ratio comes back with the users', () => {
    const set = { 'population.users': 6000, 'feed-cache.activity': { exponent: 0, maximumToMean: 1 } };
    const { phases, series } = run({ replica: 'empty', durationSeconds: 5 }, set, 45);
    expect(phases['before']!.components['feed-cache']!.hitRatio).toBe(1);
    const hitRatio = series['components.feed-cache.hitRatio'] as number[];
    // A user comes every 20 s: a twelfth of 1 - e^(-t/20) is missing. Sixty hits a second at least.
    const missing = (second: number): number => {
      let sum = 0;
      for (let i = 0; i < 5; i++) sum += (1 - hitRatio[second + i]!) / 5;
      return sum;
    };
    const from = Math.ceil(5 + promotion);
    const expected = (second: number): number => Math.exp(-(second + 2.5 - 5 - promotion) / 20) / 12;
    for (const second of [from, from + 10, from + 20, from + 30])
      expect(Math.abs(missing(second) - expected(second))).toBeLessThan(
        4 * Math.sqrt(expected(second) / 1500),
      );
  });
});

describe('the fan-out', () => {
  it('waits for the promotion with the first follower that it cannot reach', () => {
    const everyoneHas = { 'population.followers.mean': 500, 'population.followers.max': 500 };
    const posts = { 'upload-client.photoUpload': { process: 'constant', ratePerSecond: 2 } };
    const { series, flows } = run(
      { durationSeconds: 10 },
      { ...everyoneHas, ...posts, 'image-worker.workers': 64 },
    );
    const pushes = series['flows.fanout-lag.completedPerSecond'] as number[];
    const at = (from: number, to: number): number =>
      pushes.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
    expect(at(1, 5)).toBeGreaterThan(900);
    // Two posts a second, each stopped after a dozen pushes.
    expect(at(6, 5 + Math.floor(promotion))).toBeLessThan(100);
    expect(flows['fanout-lag']!.latencyMs.max).toBeGreaterThan((promotion - 1) * 1000);
    // Sixteen workers may have had a post in hand at the end.
    expect(flows['fanout-lag']!.counts.completed).toBeGreaterThan(500 * (2 * 16 - 16));
  });
});
