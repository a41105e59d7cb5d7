import { describe, expect, it } from 'vitest';
import { compileSampler, drawInt32, sampleNs, streamHash } from '../../scenarios/sampling/index.ts';
import { RateChange, RateChangeFromPast, type RateShift } from './rate-change.ts';

/** Poisson counts of steps with a mean that may change. */
function counts(seed: number, meanOf: (step: number) => number, steps: number): number[] {
  const gap = compileSampler({ distribution: 'exponential', meanMs: 1 });
  let draw = 0;
  return Array.from({ length: steps }, (_, step) => {
    let count = -1;
    for (let t = 0; t < meanOf(step); count++)
      t += sampleNs(gap, drawInt32(seed, 1, streamHash('rate-change.test'), draw++)) / 1e6;
    return count;
  });
}

const shiftsOf = (all: readonly number[], add: (count: number, step: number) => RateShift | null) =>
  all.map(add).filter((shift): shift is RateShift => shift !== null);

describe('what was not counted for a while', () => {
  it('is as if nothing had been counted in each step', () => {
    const [quiet, exposure] = [50, 3];
    const told = new RateChangeFromPast();
    for (let step = 0; step < quiet; step++) told.add(0, exposure, step);
    const late = new RateChangeFromPast(quiet * exposure, quiet);
    const all = counts(7, (step) => (step < 20 ? 0.2 : 40), 60);
    const shifts = (change: RateChangeFromPast) =>
      shiftsOf(all, (count, step) => change.add(count, exposure, quiet + step));
    const found = shifts(late);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(shifts(told));
  });
});

describe('a rate', () => {
  it('gives no alarm while it is what was expected', () => {
    for (let seed = 0; seed < 40; seed++) {
      const known = new RateChange();
      const learned = new RateChangeFromPast();
      const all = counts(seed, () => 5 + seed, 400);
      expect(shiftsOf(all, (count, step) => known.add(count, 5 + seed, step))).toEqual([]);
      expect(shiftsOf(all, (count, step) => learned.add(count, 1, step))).toEqual([]);
    }
  });

  it('gives one when it doubles, soon after, and its end', () => {
    const all = counts(99, (step) => (step >= 100 && step < 200 ? 40 : 20), 300);
    const known = new RateChange();
    const [up, down, ...rest] = shiftsOf(all, (count, step) => known.add(count, 20, step));
    expect(rest).toEqual([]);
    expect(up!.direction).toBe('up');
    expect(up!.atNs).toBeGreaterThanOrEqual(98);
    expect(up!.atNs).toBeLessThanOrEqual(102);
    expect(up!.ratio).toBeGreaterThan(1.6);
    expect(down!.direction).toBe('down');
    expect(down!.atNs).toBeLessThan(210);
  });

  it('that was learned gives one as well', () => {
    const learned = new RateChangeFromPast();
    const all = counts(7, (step) => (step >= 100 && step < 200 ? 60 : 20), 300);
    const shifts = shiftsOf(all, (count, step) => learned.add(count, 1, step));
    expect(shifts.map(({ direction }) => direction)).toEqual(['up', 'down']);
    expect(shifts[0]!.atNs).toBeGreaterThanOrEqual(98);
    expect(shifts[0]!.atNs).toBeLessThanOrEqual(104);
  });
});
