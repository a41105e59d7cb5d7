import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../scenario.ts';
import { MAXIMUM_NS, compileSampler, sampleNs, samplerCompiler, type Sampler } from './distribution.ts';
import { quantileOf } from './quantile.ts';
import { drawUint32 } from './random.ts';

const meanMs = fc.double({ min: 0.01, max: 1000, noNaN: true });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Distributions with a variance, with the squared coefficient of variation of each. */
const arbitrary: Record<string, fc.Arbitrary<readonly [Distribution, cv2: number]>> = {
  exponential: meanMs.map((m) => [{ distribution: 'exponential', meanMs: m }, 1]),
  erlang: fc
    .tuple(meanMs, fc.integer({ min: 1, max: 200 }))
    .map(([m, k]) => [{ distribution: 'erlang', meanMs: m, k }, 1 / k]),
  hyperexponential: fc
    .tuple(meanMs, between(1, 10))
    .map(([m, cv]) => [{ distribution: 'hyperexponential', meanMs: m, cv }, cv * cv]),
  'lognormal by mean': fc
    .tuple(meanMs, between(0.05, 3))
    .map(([m, cv]) => [{ distribution: 'lognormal', meanMs: m, cv }, cv * cv]),
  'lognormal by percentiles': fc.tuple(meanMs, between(1.1, 30)).map(([p50Ms, ratio]) => {
    const sigma = Math.log(ratio) / 2.3263478740408408;
    return [{ distribution: 'lognormal', p50Ms, p99Ms: p50Ms * ratio }, Math.exp(sigma * sigma) - 1];
  }),
  uniform: fc.tuple(meanMs, between(0.001, 1)).map(([m, half]) => {
    return [{ distribution: 'uniform', minMs: m * (1 - half), maxMs: m * (1 + half) }, half ** 2 / 3];
  }),
  pareto: fc
    .tuple(meanMs, between(3.5, 20))
    .map(([m, shape]) => [{ distribution: 'pareto', meanMs: m, shape }, 1 / (shape * (shape - 2))]),
};

/** One draw in the middle of each of 2^18 equal parts of all draws. */
function evenSample(sampler: Sampler): Float64Array {
  return Float64Array.from({ length: 1 << 18 }, (_, i) => sampleNs(sampler, i * 16384 + 8192));
}

/** Draw whose survival probability is 1 - p. */
function drawAt(p: number): number {
  return Math.floor((1 - p) * 2 ** 32) >>> 0;
}

/** Building a table takes milliseconds: without a limit, shrinking a counterexample takes many minutes. */
const limits = { interruptAfterTimeLimit: 10_000 };

describe.each(Object.entries(arbitrary))('%s', (_name, distributions) => {
  it('has the exact mean, and the variance within 0.1 %', () => {
    fc.assert(
      fc.property(distributions, ([d, cv2]) => {
        const sampler = compileSampler(d);
        expect(sampler.meanNs / (quantileOf(d).meanMs * 1e6)).toBeCloseTo(1, 6); // the cap takes less than that
        expect(Math.abs(sampler.cv2 / cv2 - 1)).toBeLessThan(1e-3);
      }),
      { ...limits, numRuns: 15 },
    );
  });
  it('states the mean and variance of what it really gives', () => {
    fc.assert(
      fc.property(distributions, ([d]) => {
        const sampler = compileSampler(d);
        const sample = evenSample(sampler);
        const mean = sample.reduce((a, b) => a + b) / sample.length;
        const variance = sample.reduce((s, x) => s + (x - mean) ** 2, 0) / sample.length;
        // The even sample misses what is rarer than 2^-18; rounding to whole ns adds 1/12.
        expect(Math.abs(mean / sampler.meanNs - 1)).toBeLessThan(1e-3);
        const stated = sampler.cv2 * sampler.meanNs ** 2;
        expect(Math.abs(variance - stated)).toBeLessThan(0.05 * stated + 0.2);
      }),
      { ...limits, numRuns: 3 },
    );
  });
  it('has p10 to p99.99 within 0.2 % (0.5 % with cv above 2)', () => {
    fc.assert(
      fc.property(distributions, between(0.1, 0.9999), ([d, cv2], p) => {
        const exact = quantileOf(d).at(p, 1 - p) * 1e6;
        const tolerance = (cv2 > 4 ? 5e-3 : 2e-3) * exact + 0.6;
        expect(Math.abs(sampleNs(compileSampler(d), drawAt(p)) - exact)).toBeLessThan(tolerance);
      }),
      { ...limits, numRuns: 40 },
    );
  });
  it('gives whole ns from 0 on, falling as the draw rises', () => {
    fc.assert(
      fc.property(distributions, fc.array(fc.nat({ max: 2 ** 32 - 1 }), { minLength: 2 }), ([d], draws) => {
        const sampler = compileSampler(d);
        const falling = draws.sort((a, b) => a - b).map((u) => sampleNs(sampler, u));
        expect(falling.every((x) => Number.isInteger(x) && x >= 0 && x <= MAXIMUM_NS)).toBe(true);
        for (let i = 1; i < falling.length; i++) expect(falling[i]).toBeLessThanOrEqual(falling[i - 1]!);
      }),
      { ...limits, numRuns: 15 },
    );
  });
  it('takes its draw signed or unsigned', () => {
    const sampler = compileSampler(fc.sample(distributions, { numRuns: 1, seed: 1 })[0]![0]);
    for (const u of [0, 1, 2 ** 31, 2 ** 32 - 1]) expect(sampleNs(sampler, u | 0)).toBe(sampleNs(sampler, u));
  });
});

describe('heavy tails', () => {
  it('are kept up to the cap, with the mean that is left', () => {
    const sampler = compileSampler({ distribution: 'pareto', meanMs: 10, shape: 1.1 });
    expect(sampleNs(sampler, 0)).toBeLessThanOrEqual(MAXIMUM_NS);
    expect(sampleNs(sampler, 0)).toBeGreaterThan(MAXIMUM_NS / 1000);
    // Mean of min(X, cap) of a Pareto: minimum (shape - (minimum / cap)^(shape - 1)) / (shape - 1).
    const minimum = (10e6 * 0.1) / 1.1;
    const expected = (minimum * (1.1 - (minimum / MAXIMUM_NS) ** 0.1)) / 0.1;
    expect(sampler.meanNs / expected).toBeCloseTo(1, 4);
  });
});

describe('empirical', () => {
  const d: Distribution = {
    distribution: 'empirical',
    quantiles: [
      [0, 1],
      [0.3, 2],
      [0.3, 8],
      [0.9, 10],
      [1, 100],
    ],
  };
  const sampler = compileSampler(d);
  it('has the mean of its pieces', () => {
    expect(sampler.meanNs).toBeCloseTo((0.3 * 1.5 + 0.6 * 9 + 0.1 * 55) * 1e6, 3);
  });
  it('stays between its points', () => {
    const sample = evenSample(sampler);
    expect(sample.reduce((a, b) => Math.min(a, b))).toBeGreaterThanOrEqual(1e6);
    expect(sample.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(100e6);
    const inGap = sample.filter((x) => x > 2.01e6 && x < 7.99e6).length / sample.length;
    expect(inGap).toBeLessThan(1 / 64);
  });
  it('goes through its points', () => {
    for (const [p, ms] of [
      [0.15, 1.5],
      [0.6, 9],
      [0.95, 55],
      [0.999, 99.1],
    ] as const) {
      expect(sampleNs(sampler, drawAt(p)) / 1e6).toBeCloseTo(ms, 2);
    }
  });
  it('is constant outside of them', () => {
    const half = compileSampler({
      distribution: 'empirical',
      quantiles: [
        [0.25, 4],
        [0.75, 6],
      ],
    });
    expect(half.meanNs).toBeCloseTo(5e6, 3);
    expect(sampleNs(half, drawAt(0.999))).toBe(6e6);
    expect(sampleNs(half, drawAt(0.05))).toBe(4e6);
  });
});

describe('constants', () => {
  const same: Distribution[] = [
    { distribution: 'constant', ms: 2.5 },
    { distribution: 'uniform', minMs: 2.5, maxMs: 2.5 },
    { distribution: 'lognormal', meanMs: 2.5, cv: 0 },
    { distribution: 'lognormal', p50Ms: 2.5, p99Ms: 2.5 },
    {
      distribution: 'empirical',
      quantiles: [
        [0, 2.5],
        [1, 2.5],
      ],
    },
  ];
  it.each(same)('%o has no table', (d) => {
    const sampler = compileSampler(d);
    expect([sampler.constantNs, sampler.table.length, sampler.meanNs, sampler.cv2]).toEqual([
      2.5e6, 0, 2.5e6, 0,
    ]);
    expect(sampleNs(sampler, 12345)).toBe(2.5e6);
  });
  it('of zero stay zero, and are capped', () => {
    expect(compileSampler({ distribution: 'constant', ms: 0 }).constantNs).toBe(0);
    expect(compileSampler({ distribution: 'constant', ms: 1e12 }).constantNs).toBe(MAXIMUM_NS);
  });
});

it('random draws have the mean: one in 100,000 false alarms', () => {
  const N = 1_000_000;
  const sampler = compileSampler({ distribution: 'exponential', meanMs: 1 });
  let sum = 0;
  for (let i = 0; i < N; i++) sum += sampleNs(sampler, drawUint32(i, 42, 7, 0));
  expect(Math.abs(sum / N - 1e6)).toBeLessThan((4.42 * 1e6) / Math.sqrt(N));
});

it('one compiler gives equal distributions one table, whatever the order of members', () => {
  const compile = samplerCompiler();
  const a = compile({ distribution: 'lognormal', meanMs: 3, cv: 2 });
  expect(compile({ cv: 2, meanMs: 3, distribution: 'lognormal' })).toBe(a);
  expect(compile({ distribution: 'lognormal', meanMs: 3, cv: 1 })).not.toBe(a);
});
