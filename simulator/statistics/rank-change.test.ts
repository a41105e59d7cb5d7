import { describe, expect, it } from 'vitest';
import { compileSampler, drawInt32, sampleNs, streamHash } from '../../scenarios/sampling/index.ts';
import { RankChange, UnitChange, type Shift } from './rank-change.ts';

type Times = Parameters<typeof compileSampler>[0];
const families: readonly Times[] = [
  { distribution: 'exponential', meanMs: 2 },
  { distribution: 'constant', ms: 3 },
  { distribution: 'lognormal', meanMs: 1, cv: 2 },
  { distribution: 'pareto', meanMs: 2, shape: 1.5 },
  { distribution: 'uniform', minMs: 1, maxMs: 2 },
];
const stream = streamHash('rank-change.test');
const draws = (times: Times, seed: number) => {
  const sampler = compileSampler(times);
  return (i: number): number => sampleNs(sampler, drawInt32(seed, 0, stream, i));
};

describe('the change of ranks', () => {
  it('is none as long as nothing changes, whatever the distribution', () => {
    // 5 x 40,000 samples at exp(-25) x 4 each: a false alarm has a probability of 1e-5.
    const found: (Shift | null)[] = [];
    families.forEach((times, seed) => {
      const change = new RankChange();
      const draw = draws(times, seed);
      for (let i = 0; i < 40_000; i++) found.push(change.add(draw(i), i));
    });
    expect(found.filter((shift) => shift !== null)).toEqual([]);
  });

  it.each([
    [3, 120],
    [10, 60],
  ])('is found when times become %d times as long, within %d samples, and where it began', (factor, most) => {
    for (const [seed, times] of families.entries()) {
      const change = new RankChange();
      const draw = draws(times, 100 + seed);
      let shift: Shift | null = null;
      for (let i = 0; i < 2000 && shift === null; i++)
        shift = change.add(draw(i) * (i < 1000 ? 1 : factor), i);
      expect(shift?.direction).toBe('up');
      expect(shift!.foundNs).toBeLessThan(1000 + most);
      expect(Math.abs(shift!.atNs - 1000)).toBeLessThan(40);
      expect(shift!.afterNs / shift!.beforeNs).toBeGreaterThan(0.4 * factor);
    }
  });

  it('ends when times are as they were', () => {
    const change = new RankChange();
    const draw = draws(families[0]!, 7);
    const shifts: Shift[] = [];
    for (let i = 0; i < 3000; i++) {
      const shift = change.add(draw(i) * (i >= 1000 && i < 2000 ? 5 : 1), i);
      if (shift !== null) shifts.push(shift);
    }
    expect(shifts.map(({ direction }) => direction)).toEqual(['up', 'down']);
  });
});

describe('the change of a unit', () => {
  it('is found though it does several kinds of work, and one of many units', () => {
    const kinds = families.map((times, seed) => ({
      change: new RankChange(),
      draw: draws(times, 200 + seed),
    }));
    const units = Array.from({ length: 20 }, () => new UnitChange());
    const found: { readonly unit: number; readonly direction: string }[] = [];
    for (let i = 0; i < 40_000; i++) {
      const { change, draw } = kinds[i % kinds.length]!;
      const unit = Math.floor(i / kinds.length) % units.length;
      const ns = draw(i) * (unit === 13 && i > 20_000 && i < 30_000 ? 6 : 1);
      if (change.add(ns, i) !== null) throw new Error('A whole kind of work seems to have changed.');
      const shift = units[unit]!.add(change.rank, ns, change.meanNs, i);
      if (shift !== null) found.push({ unit, direction: shift.direction });
    }
    expect(found).toEqual([
      { unit: 13, direction: 'up' },
      { unit: 13, direction: 'down' },
    ]);
  });
});
