import { describe, expect, it } from 'vitest';
import { SlidingP99, recoveryMs } from './recovery.ts';
import { emptyTotals } from './totals.ts';
import { layout } from './synthetic-run.fixture.ts';

const window = (name: string, from: number, to: number) => ({ name, fromNs: from * 1e9, toNs: to * 1e9 });
/** One value for each second's end, from the first second on; null where there is no window. */
const series = (values: readonly (readonly [seconds: number, value: number])[]): Float64Array =>
  Float64Array.from(values.flatMap(([seconds, value]) => Array<number>(seconds).fill(value)));

describe('recovery', () => {
  const before = window('before', 0, 20);
  const event = window('event', 20, 30);
  it('is the time from the end of the event to the first of ten good windows', () => {
    // Windows are worse from second 21 to second 36; 10 s later it is known.
    expect(
      recoveryMs(
        series([
          [20, 100],
          [16, 300],
          [20, 109],
        ]),
        before,
        event,
      ),
    ).toBe(7000);
  });
  it('is zero when the event left no mark', () => {
    expect(recoveryMs(series([[60, 100]]), before, event)).toBe(0);
  });
  it('counts from an end that is no whole second', () => {
    expect(
      recoveryMs(
        series([
          [20, 100],
          [16, 300],
          [20, 100],
        ]),
        before,
        { ...event, toNs: 30.25e9 },
      ),
    ).toBe(6750);
  });
  it('starts anew when a window is bad again within ten', () => {
    expect(
      recoveryMs(
        series([
          [30, 100],
          [1, 300],
          [9, 100],
          [1, 300],
          [20, 100],
        ]),
        before,
        event,
      ),
    ).toBe(12_000);
  });
  it('is null when it does not last ten windows, or never happens', () => {
    expect(
      recoveryMs(
        series([
          [20, 100],
          [16, 300],
          [9, 100],
        ]),
        before,
        event,
      ),
    ).toBeNull();
    expect(
      recoveryMs(
        series([
          [20, 100],
          [40, 111],
        ]),
        before,
        event,
      ),
    ).toBeNull();
    expect(
      recoveryMs(
        series([
          [20, 100],
          [40, Infinity],
        ]),
        before,
        event,
      ),
    ).toBeNull();
  });
  it('allows 1.1 times the highest window of before', () => {
    expect(
      recoveryMs(
        series([
          [10, 100],
          [10, 200],
          [40, 220],
        ]),
        before,
        event,
      ),
    ).toBe(0);
  });
  it('compares with windows wholly within before only', () => {
    // The window that ends at 24 s reaches back before 20 s: not in `before` from 20 to 25 s.
    const late = window('before', 20, 25);
    const values = series([
      [24, 1000],
      [1, 100],
      [60, 500],
    ]);
    expect(recoveryMs(values, late, window('event', 25, 30))).toBeNull();
    expect(recoveryMs(values, window('before', 20, 24.5), window('event', 24.5, 30))).toBeNull();
  });
  it('does not take seconds without samples as good', () => {
    expect(
      recoveryMs(
        series([
          [20, 100],
          [10, 300],
          [5, NaN],
          [10, 100],
        ]),
        before,
        event,
      ),
    ).toBe(6000);
  });
});

describe('p99 over 5 s', () => {
  it('covers the last five steps, with failures slower than any success', () => {
    const sliding = new SlidingP99();
    const step = (latencyNs: number, failures: number): number => {
      const { flows } = emptyTotals(layout);
      for (let i = 0; i < 100; i++) flows[0]!.latency.record(latencyNs);
      flows[0]!.failed[1] = failures;
      return sliding.next(flows[0]!);
    };
    expect([1, 2, 3, 4].map(() => step(1000, 0))).toEqual([NaN, NaN, NaN, NaN]);
    expect(step(1000, 0)).toBe(1000);
    expect(step(5000, 0)).toBeGreaterThan(4900);
    expect(step(1000, 20)).toBe(Infinity);
    for (let i = 0; i < 4; i++) step(1000, 0);
    expect(step(1000, 0)).toBe(1000);
  });
});
