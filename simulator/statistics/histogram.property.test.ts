import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, log } from '../../scenarios/sampling/index.ts';
import { Histogram, meanNs, quantileNs, quantileWithFailuresNs } from './histogram.ts';

/** Durations over all magnitudes, from 0 to 2^43 ns. */
const duration = fc.oneof(
  fc.nat({ max: 300 }),
  fc.double({ min: 0, max: 43, noNaN: true }).map((e) => Math.min(2 ** 43 - 129, Math.floor(2 ** e))),
);
const durations = fc.array(duration, { minLength: 1, maxLength: 400 });

function histogramOf(values: readonly number[]): Histogram {
  const h = new Histogram();
  for (const v of values) h.record(v);
  return h;
}

/** The plain twin: all samples kept and sorted, the i-th of n taken as the (i - 1/2)/n quantile. */
function neighbours(values: readonly number[], q: number): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * sorted.length;
  const at = (i: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, i))]!;
  return [at(Math.ceil(rank) - 1), at(Math.floor(rank))];
}

/** Widest that the bin of v can be, plus the half ns of rounding. */
function binWidth(v: number): number {
  return Math.max(1, (v + 128) / 128) + 1;
}

describe('against the sorted samples', () => {
  it('counting a duration many times is counting it once, many times', () => {
    fc.assert(
      fc.property(duration, fc.nat({ max: 50 }), durations, (value, times, others) => {
        const many = histogramOf(others);
        many.recordMany(value, times);
        const once = histogramOf([...others, ...Array.from({ length: times }, () => value)]);
        expect([...many.counts]).toEqual([...once.counts]);
        expect(many.count).toBe(once.count);
        expect([many.minNs, many.maxNs]).toEqual([once.minNs, once.maxNs]);
        expect(many.sumNs).toBeCloseTo(once.sumNs, 0);
      }),
    );
  });

  it('a quantile lies within a bin of the sample at its rank', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const [low, high] = neighbours(values, q);
        const estimate = quantileNs(histogramOf(values), q)!;
        expect(estimate).toBeGreaterThanOrEqual(low - binWidth(low));
        expect(estimate).toBeLessThanOrEqual(high + binWidth(high));
      }),
      { numRuns: 500 },
    );
  });
  it('quantiles rise with q and stay between minimum and maximum', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const h = histogramOf(values);
        const quantiles = Array.from({ length: 101 }, (_, i) => quantileNs(h, i / 100)!);
        expect(quantiles[0]).toBeGreaterThanOrEqual(Math.min(...values));
        expect(quantiles[100]).toBe(Math.max(...values));
        for (let i = 1; i <= 100; i++) expect(quantiles[i]).toBeGreaterThanOrEqual(quantiles[i - 1]!);
      }),
    );
  });
  it('count, sum, minimum, maximum and mean are exact', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const h = histogramOf(values);
        const sum = values.reduce((a, b) => a + b, 0);
        expect([h.count, h.sumNs, h.minNs, h.maxNs]).toEqual([
          values.length,
          sum,
          Math.min(...values),
          Math.max(...values),
        ]);
        expect(meanNs(h)).toBe(sum / values.length);
      }),
    );
  });
  it('adding two histograms counts what recording both would', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const merged = histogramOf(a);
        merged.addAll(histogramOf(b));
        const both = histogramOf([...a, ...b]);
        expect([...merged.counts]).toEqual([...both.counts]);
        expect(merged.count).toBe(both.count);
        expect([merged.minNs, merged.maxNs]).toEqual([both.minNs, both.maxNs]);
      }),
    );
  });
  it('failures push the ranks up, and are slower than any success', () => {
    fc.assert(
      fc.property(durations, fc.nat({ max: 50 }), (values, failures) => {
        const h = histogramOf(values);
        const q = values.length / (values.length + failures);
        expect(quantileWithFailuresNs(h, failures, q * 0.999)).toBeLessThanOrEqual(h.maxNs);
        if (failures > 0) expect(quantileWithFailuresNs(h, failures, 1)).toBe(Infinity);
      }),
    );
  });
});

describe('a histogram', () => {
  it('owns no bins until something is recorded, and keeps them when reset', () => {
    const h = new Histogram();
    expect([h.isEmpty, h.counts.length, quantileNs(h, 0.5), meanNs(h)]).toEqual([true, 0, null, null]);
    h.record(5);
    h.reset();
    expect(h.isEmpty).toBe(true);
    expect(h.counts.some((c) => c !== 0)).toBe(false);
    h.record(7);
    expect([h.count, h.minNs, h.maxNs, quantileNs(h, 0.99)]).toEqual([1, 7, 7, 7]);
  });
  it('has one value a bin below 128 ns', () => {
    const h = histogramOf(Array.from({ length: 128 }, (_, i) => i));
    expect([...h.counts.subarray(0, 128)]).toEqual(Array<number>(128).fill(1));
    expect(quantileNs(h, 0.5)).toBe(63);
  });
  it('gives equal samples back exactly, however wide their bin', () => {
    const h = histogramOf(Array<number>(1000).fill(1_234_567_890));
    expect([0, 0.5, 0.999, 1].map((q) => quantileNs(h, q))).toEqual(Array(4).fill(1_234_567_890));
  });
  it('takes durations longer than its bins', () => {
    const h = histogramOf([1e15, 5]);
    expect(quantileNs(h, 1)).toBe(1e15);
    expect(h.sumNs).toBe(1e15 + 5);
  });
  it.each([0.5, 0.9, 0.99, 0.999, 0.9999])(
    'finds the %s quantile of an exponential with a bias below 1e-4 of itself',
    (q) => {
      // All of a fine grid of quantiles in place of random samples: what is left is the bias.
      const N = 400_000;
      const h = new Histogram();
      for (let i = 0; i < N; i++) h.record(Math.round(-5e6 * log(1 - (i + 0.5) / N)));
      const exact = -5e6 * log(1 - q);
      // A grid point more or less at the rank is not bias.
      const grid = 5e6 / (N * exp(log(1 - q)));
      expect(Math.abs(quantileNs(h, q)! - exact)).toBeLessThan(1e-4 * exact + grid);
    },
  );
});
