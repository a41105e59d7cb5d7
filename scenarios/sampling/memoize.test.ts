import { expect, it, vi } from 'vitest';
import { memoize } from './memoize.ts';

it('computes what it was not asked for lately, and keeps what was used last', () => {
  const compute = vi.fn(({ n }: { n: number }, m: number) => n * m);
  const product = memoize(2, compute);
  expect([product({ n: 2 }, 3), product({ n: 2 }, 3), product({ n: 2 }, 4)]).toEqual([6, 6, 8]);
  expect(compute).toHaveBeenCalledTimes(2);
  product({ n: 2 }, 3);
  product({ n: 5 }, 5); // pushes out (2, 4)
  product({ n: 2 }, 3);
  expect(compute).toHaveBeenCalledTimes(3);
  expect(product({ n: 2 }, 4)).toBe(8);
  expect(compute).toHaveBeenCalledTimes(4);
});
