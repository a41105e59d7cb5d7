import { expect, it } from 'vitest';
import { resultOf, scenarioOf } from '../engine/engine.fixture.ts';
import { characteristicTime, lruHitRatio, ttlHitRatio } from './index.ts';

/** Hit ratios of a Cache in eight runs; nothing takes time, so that theory and model mean the same. */
function hitRatios(keys: object, ratePerSecond: number, seconds: number, warmupSeconds: number): number[] {
  const nothing = { distribution: 'constant', ms: 0 };
  const scenario = scenarioOf({
    nodes: [
      {
        id: 'client',
        kind: 'Client',
        config: { flow: 'read', arrivals: { process: 'poisson', ratePerSecond } },
      },
      { id: 'cache', kind: 'Cache', config: { serviceTime: nothing, keys } },
      { id: 'database', kind: 'Database', config: { servers: 1000, readTime: nothing } },
    ],
    edges: [
      { source: 'client', target: 'cache' },
      { source: 'cache', target: 'database' },
    ],
    durationSeconds: seconds,
  });
  const warm = { ...scenario, run: { ...scenario.run, warmupSeconds } };
  return Array.from({ length: 8 }, (_, i) => resultOf(warm, undefined, i + 1).components['cache']!.hitRatio!);
}

/** Mean and half the width of its interval for 7 degrees of freedom that misses once in a thousand. */
function interval(values: readonly number[]): readonly [mean: number, half: number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return [mean, 5.408 * Math.sqrt(variance / values.length)];
}

it('a cache without limit hits lambda T / (1 + lambda T) of the references to a key that lives for T', () => {
  // 200 keys alike, each 0.5 a second; false alarm once in a thousand.
  const keys = { count: 200, zipfExponent: 0, capacity: 200, ttlSeconds: 4 };
  const [mean, half] = interval(hitRatios(keys, 100, 260, 20));
  expect(half).toBeLessThan(0.01);
  expect(Math.abs(mean - ttlHitRatio(0.5, 4))).toBeLessThan(half);
});

it('a cache that forgets the least recently used hits what Che, Tung and Wang say', () => {
  const count = 5000;
  const capacity = 500;
  const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -0.8);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const rates = weights.map((w) => (2000 * w) / total);
  const theory = lruHitRatio(rates, capacity);
  const [mean, half] = interval(
    hitRatios({ count, zipfExponent: 0.8, capacity, ttlSeconds: null }, 2000, 25, 5),
  );
  expect(half).toBeLessThan(0.005);
  // The approximation itself is good to some thousandths at this size (Fricker, Robert and Roberts, ITC 2012).
  expect(Math.abs(mean - theory)).toBeLessThan(half + 0.003);
});

it('the characteristic time is when as many keys have been asked for as fit', () => {
  expect(characteristicTime([1, 1, 1, 1], 2)).toBeCloseTo(Math.log(2), 12);
  expect(characteristicTime([1, 1], 2)).toBe(Infinity);
});

it('a sample of the keys hits as often as all of them', () => {
  // 200,000 keys of which 140,000 are kept: half of those as the head, the others one of two.
  const keys = { count: 200_000, zipfExponent: 0.6, capacity: 20_000, ttlSeconds: null };
  const rate = 4000;
  const [full, halfFull] = interval(hitRatios({ ...keys, trackedKeys: 200_000 }, rate, 14, 12));
  const [sampled, half] = interval(hitRatios({ ...keys, trackedKeys: 140_000 }, rate, 14, 12));
  expect(full).toBeGreaterThan(0.1);
  expect(Math.abs(sampled - full)).toBeLessThan(half + halfFull);
});
