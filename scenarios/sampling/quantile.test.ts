import { describe, expect, it } from 'vitest';
import type { Distribution } from '../scenario.ts';
import { quantileOf } from './quantile.ts';
import { findRoot } from './root.ts';

const PROBABILITIES = [1e-9, 1e-4, 0.01, 0.3, 0.5, 0.7, 0.99, 0.9999, 1 - 1e-9];

/** P(X > x), each straight from its definition. */
const survival: [Distribution, (x: number) => number][] = [
  [{ distribution: 'exponential', meanMs: 2 }, (x) => Math.exp(-x / 2)],
  [{ distribution: 'erlang', meanMs: 3, k: 3 }, (x) => Math.exp(-x) * (1 + x + (x * x) / 2)],
  [{ distribution: 'erlang', meanMs: 3, k: 1 }, (x) => Math.exp(-x / 3)],
  [{ distribution: 'pareto', meanMs: 3, shape: 1.5 }, (x) => x ** -1.5],
  [{ distribution: 'uniform', minMs: 1, maxMs: 3 }, (x) => (3 - x) / 2],
  [
    // Balanced means with cv^2 = 4: p = (1 +- sqrt(3/5)) / 2, rates 2 p / mean.
    { distribution: 'hyperexponential', meanMs: 5, cv: 2 },
    (x) => {
      const p = 0.5 * (1 + Math.sqrt(0.6));
      return p * Math.exp((-2 * p * x) / 5) + (1 - p) * Math.exp((-2 * (1 - p) * x) / 5);
    },
  ],
];

describe.each(survival)('quantile of %o', (d, above) => {
  it.each(PROBABILITIES)('at %s inverts the distribution function', (p) => {
    const upper = 1 - p;
    const x = quantileOf(d).at(p, upper);
    const reached = above(x);
    // In the thinner tail, as far as the definition keeps its digits.
    if (p > 0.5) expect(Math.abs(reached / upper - 1)).toBeLessThan(1e-9 + 2e-16 / upper);
    else expect(Math.abs(1 - reached - p)).toBeLessThan(1e-14 + 1e-9 * p);
  });
});

describe('Erlang with many phases', () => {
  // Chi-square with 200 degrees of freedom is twice an Erlang of 100 phases; tables of chi-square.
  it.each([
    [0.05, 168.279],
    [0.95, 233.994],
    [0.99, 249.445],
  ])('at %s is half of chi-square', (p, chiSquare) => {
    const { at } = quantileOf({ distribution: 'erlang', meanMs: 100, k: 100 });
    expect(at(p, 1 - p)).toBeCloseTo(chiSquare / 2, 3);
  });
  it('keeps both far tails', () => {
    const { at } = quantileOf({ distribution: 'erlang', meanMs: 1, k: 1000 });
    expect(at(1e-12, 1)).toBeGreaterThan(0.78);
    expect(at(1e-12, 1)).toBeLessThan(0.8);
    expect(at(1, 1e-12)).toBeGreaterThan(1.22);
    expect(at(1, 1e-12)).toBeLessThan(1.25);
  });
});

describe('lognormal', () => {
  it('by percentiles goes through both of them', () => {
    const { at, meanMs } = quantileOf({ distribution: 'lognormal', p50Ms: 2, p99Ms: 20 });
    expect(at(0.5, 0.5)).toBeCloseTo(2, 12);
    expect(at(0.99, 0.01)).toBeCloseTo(20, 11);
    const sigma = Math.log(10) / 2.3263478740408408;
    expect(meanMs).toBeCloseTo(2 * Math.exp((sigma * sigma) / 2), 11);
  });
  it('by mean has median mean / sqrt(1 + cv^2)', () => {
    const { at } = quantileOf({ distribution: 'lognormal', meanMs: 3, cv: 2 });
    expect(at(0.5, 0.5)).toBeCloseTo(3 / Math.sqrt(5), 12);
  });
});

describe('root finding', () => {
  it('finds roots of rising and falling functions, from a bad guess too', () => {
    expect(findRoot((x) => [x ** 3 - 8, 3 * x * x], 0, 100, 90)).toBeCloseTo(2, 14);
    expect(findRoot((x) => [8 - x ** 3, -3 * x * x], 0, 100)).toBeCloseTo(2, 14);
    // Newton alone runs away here.
    expect(findRoot((x) => [Math.atan(x - 1), 1 / (1 + (x - 1) ** 2)], -50, 50, 40)).toBeCloseTo(1, 12);
  });
});
