import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Zipf } from './zipf.ts';

const rejected = new Error('rejected');

/** What one draw of 32 bits gives; null: it is rejected, and another would be needed. */
function accepted(zipf: Zipf, draw: number): number | null {
  try {
    return zipf.sample((attempt) => {
      if (attempt > 0) throw rejected;
      return draw;
    });
  } catch (error) {
    if (error !== rejected) throw error;
    return null;
  }
}

const GRID = 20_000;

it('accepts each rank as often as a plain table of its weights says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200 }), fc.double({ min: 0, max: 4, noNaN: true }), (n, s) => {
      const zipf = new Zipf(n, s);
      const counts = new Float64Array(n);
      for (let i = 0; i < GRID; i++) {
        const rank = accepted(zipf, Math.floor(((i + 0.5) / GRID) * 2 ** 32));
        if (rank !== null) counts[rank]!++;
      }
      // Of the area under the histogram and a little more, each rank has one stretch as long as its weight,
      // which the grid measures to a point.
      const antiderivative = (x: number) => (s === 1 ? Math.log(x) : (x ** (1 - s) - 1) / (1 - s));
      const area = 1 + antiderivative(n + 0.5) - antiderivative(1.5);
      const errors = Array.from(counts, (count, i) => Math.abs(count - (GRID * (i + 1) ** -s) / area));
      expect(Math.max(...errors)).toBeLessThan(1.01);
    }),
    { numRuns: 50 },
  );
});

it.each([0, 0.9, 1, 1 + 1e-12, 2])('takes any draw for ranks within the number: exponent %s', (s) => {
  for (const n of [1, 2, 1_000_000_000]) {
    const zipf = new Zipf(n, s);
    for (const draw of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
      const rank = accepted(zipf, draw) ?? 0;
      expect(Number.isInteger(rank) && rank >= 0 && rank < n).toBe(true);
    }
  }
});
