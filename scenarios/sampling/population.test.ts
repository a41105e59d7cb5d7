import { describe, expect, it } from 'vitest';
import type { Population } from '../scenario.ts';
import { followerLaw, maximumTrackedWhales, whaleTail } from './population.ts';

const population: Population = {
  users: 500_000_000,
  activeRatio: 1,
  followers: { mean: 671, exponent: 2.276, max: 1_600_000 },
  followees: { mean: 671 },
  whales: [],
  whalesPerReader: [0.25, 0.25, 0.25, 0.25],
};

/** Mid-points of n equal shares. */
const shares = (n: number) => Array.from({ length: n }, (_, i) => (i + 0.5) / n);

describe('followers', () => {
  it.each([
    { mean: 671, exponent: 2.276, max: 1_600_000 },
    { mean: 500, exponent: 2, max: 1_000_000 },
    { mean: 35, exponent: 3.1, max: 100_000 },
    { mean: 900, exponent: 1.5, max: 1000 },
  ])('have the mean asked for: %o', (followers) => {
    const law = followerLaw(followers);
    const n = 400_000;
    const mean = shares(n).reduce((sum, u) => sum + law.quantile(u), 0) / n;
    expect(mean / followers.mean).toBeCloseTo(1, 2);
    expect(law.quantile(0)).toBeCloseTo(followers.max, 3);
    expect(law.quantile(1)).toBeCloseTo(law.least, 6);
  });

  it('quantile and survival are inverse to each other', () => {
    const law = followerLaw(population.followers);
    for (const u of shares(50)) expect(law.survival(law.quantile(u))).toBeCloseTo(u, 9);
    expect(law.survival(law.max + 1)).toBe(0);
    expect(law.survival(law.least / 2)).toBe(1);
  });

  it('the mean above a threshold is that of the accounts above it', () => {
    const law = followerLaw(population.followers);
    const share = law.survival(10_000);
    const n = 200_000;
    const mean = shares(n).reduce((sum, u) => sum + law.quantile(u * share), 0) / n;
    expect(law.meanAbove(10_000)! / mean).toBeCloseTo(1, 3);
    expect(law.meanAbove(1_600_001)).toBeNull();
  });

  it('are all alike when the mean is the most', () => {
    const law = followerLaw({ mean: 100, exponent: 2.3, max: 100 });
    expect([law.quantile(0), law.quantile(1), law.meanAbove(50), law.survival(100)]).toEqual([
      100, 100, 100, 1,
    ]);
  });
});

describe('the whales that feed reads pull', () => {
  it('are as many as make a read rate of feed reads x followers / users', () => {
    const tail = whaleTail(population, 10_000, 1.5)!;
    const total = tail.followers.reduce((sum, f) => sum + f, 0);
    expect(total / (1.5 * population.users)).toBeCloseTo(1, 2);
    expect(tail.followers[0]).toBeGreaterThan(1_400_000);
    expect(tail.followers[0]).toBeLessThanOrEqual(1_600_000);
    expect(tail.followers.at(-1)).toBeGreaterThanOrEqual(10_000);
  });

  it('are drawn in proportion to their followers', () => {
    const tail = whaleTail({ ...population, users: 1_000_000 }, 10_000, 1.5)!;
    const n = tail.followers.length;
    const total = tail.followers.reduce((sum, f) => sum + f, 0);
    const drawn = new Float64Array(n);
    const grid = 2000;
    for (let i = 0; i < n; i++) {
      for (const coin of shares(grid)) {
        const account = tail.draw(((i + 0.5) / n) * 2 ** 32, coin * 2 ** 32);
        drawn[account] = drawn[account]! + 1 / (n * grid);
      }
    }
    for (let i = 0; i < n; i++) expect(drawn[i]).toBeCloseTo(tail.followers[i]! / total, 3);
  });

  it('beyond the number that is tracked are drawn as one', () => {
    const tail = whaleTail(population, 200, 1.5)!;
    expect(tail.followers.length).toBe(maximumTrackedWhales);
    const share =
      shares(300_000).filter((u) => tail.draw(u * 2 ** 32, ((u * 7919) % 1) * 2 ** 32) === -1).length /
      300_000;
    const law = followerLaw(population.followers);
    const tracked = tail.followers.reduce((sum, f) => sum + f, 0);
    const all = Math.round((1.5 * population.users) / law.meanAbove(200)!) * law.meanAbove(200)!;
    expect(share).toBeCloseTo(1 - tracked / all, 2);
  });

  it('are none when nobody reaches the threshold, or nobody pulls', () => {
    expect(whaleTail(population, 2_000_000, 1.5)).toBeNull();
    expect(whaleTail(population, 10_000, 0)).toBeNull();
  });
});
