import { describe, expect, it } from 'vitest';
import { drawUint32, normalQuantile, uniform } from '../../scenarios/sampling/index.ts';
import { batchInterval95, interval95, type Batch } from './intervals.ts';
import { mser } from './warmup.ts';

describe('95 % interval', () => {
  it('of five numbers, by hand', () => {
    const [low, high] = interval95([9, 10, 11, 10, 10])!;
    expect(low).toBeCloseTo(10 - 2.776445 * Math.sqrt(0.5 / 5), 5);
    expect(high).toBeCloseTo(10 + 2.776445 * Math.sqrt(0.5 / 5), 5);
  });
  it('is null with fewer than two', () => {
    expect([interval95([]), interval95([1])]).toEqual([null, null]);
  });
  it('covers the mean of normal samples 95 times in 100', () => {
    // 4,000 intervals: 95 % within 1.4 % fails by chance once in 20,000.
    let covered = 0;
    for (let run = 0; run < 4000; run++) {
      const sample = Array.from({ length: 20 }, (_, i) => normalQuantile(uniform(drawUint32(run, 5, 9, i))));
      const [low, high] = interval95(sample)!;
      if (low < 0 && high > 0) covered += 1;
    }
    expect(Math.abs(covered / 4000 - 0.95)).toBeLessThan(0.014);
  });
});

describe('batch means', () => {
  const batches = (count: number): Batch[] =>
    Array.from({ length: 20 }, (_, i) => ({ count, meanNs: 100 + i, p50Ns: 90 + i, p99Ns: 400 + i }));
  it('need ten samples beyond the quantile in every batch', () => {
    const null3 = [null, null, null];
    const of = (b: Batch[]) => (['meanNs', 'p50Ns', 'p99Ns'] as const).map((f) => batchInterval95(b, f));
    expect(of(batches(9))).toEqual(null3);
    expect(of(batches(19)).map((x) => x === null)).toEqual([false, true, true]);
    expect(of(batches(999)).map((x) => x === null)).toEqual([false, false, true]);
    expect(of(batches(1000)).some((x) => x === null)).toBe(false);
    expect(of([...batches(1000).slice(1), { count: 0, meanNs: null, p50Ns: null, p99Ns: null }])).toEqual(
      null3,
    );
    expect(of([])).toEqual(null3);
  });
  it('are an interval of the batches', () => {
    expect(batchInterval95(batches(1000), 'p99Ns')).toEqual(interval95(batches(1).map((b) => b.p99Ns!)));
  });
});

describe('MSER-5', () => {
  const noise = (i: number): number => uniform(drawUint32(1, 2, 3, i)) - 0.5;
  it('cuts off a start that is off, and not much more', () => {
    const means = Array.from({ length: 200 }, (_, i) => 10 + noise(i) + (i < 30 ? 8 - i / 5 : 0));
    const d = mser(means);
    expect(d).toBeGreaterThanOrEqual(28);
    expect(d).toBeLessThan(60);
  });
  it('agrees with the definition, evaluated term by term', () => {
    for (let run = 0; run < 50; run++) {
      const means = Array.from({ length: 40 }, (_, i) => 5 + noise(100 * run + i) + 20 / (1 + i));
      const errors = Array.from({ length: 21 }, (_, d) => {
        const kept = means.slice(d);
        const mean = kept.reduce((a, b) => a + b) / kept.length;
        return kept.reduce((s, x) => s + (x - mean) ** 2, 0) / kept.length ** 2;
      });
      expect(mser(means)).toBe(errors.indexOf(Math.min(...errors)));
    }
  });
  it('leaves nothing out of a constant, and at most half of anything', () => {
    expect(mser(Array<number>(100).fill(3))).toBe(0);
    expect(mser([])).toBe(0);
    expect(mser(Array.from({ length: 100 }, (_, i) => i))).toBeLessThanOrEqual(50);
  });
});
