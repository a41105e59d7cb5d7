import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aliasTable, drawFrom } from './alias-table.ts';

const weights = fc
  .array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true })), {
    minLength: 1,
    maxLength: 300,
  })
  .filter((all) => all.reduce((sum, weight) => sum + weight, 0) > 1e-300);

it('has exactly as many draws for each as its share of the weights', () => {
  fc.assert(
    fc.property(weights, (all) => {
      const table = aliasTable(all);
      const n = all.length;
      // Of the n x 2^32 pairs of column and coin.
      const draws = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        draws[i]! += table[2 * i]!;
        draws[table[2 * i + 1]!]! += 2 ** 32 - table[2 * i]!;
      }
      const total = all.reduce((sum, weight) => sum + weight, 0);
      // Each column rounds up to a whole number of coins; a large weight is what n columns leave.
      for (const [i, weight] of all.entries())
        expect(Math.abs(draws[i]! - (weight / total) * n * 2 ** 32)).toBeLessThanOrEqual(n + 1);
    }),
  );
});

it('takes the column of the first draw, and its own entry below the bound of the second', () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(), (all, coin, at) => {
      const table = aliasTable(all);
      const i = at % all.length;
      const middle = Math.floor(((i + 0.5) / all.length) * 2 ** 32);
      expect(drawFrom(table, middle, coin)).toBe(coin < table[2 * i]! ? i : table[2 * i + 1]!);
    }),
  );
});

it('never draws what has no weight', () => {
  const table = aliasTable([0, 3, 0, 1]);
  for (const column of [0, 2 ** 30, 2 ** 31, 3 * 2 ** 30])
    for (const coin of [0, 2 ** 31, 2 ** 32 - 1]) expect([1, 3]).toContain(drawFrom(table, column, coin));
});
