import { expect, it } from 'vitest';
import { ratioOf } from './ratio.ts';

it('compares the middle ones', () => {
  const names = { what: 'reads', unit: '1/s', atLeast: 0.7, note: '' };
  expect(ratioOf(names, [100, 1, 110], [80, 75, 900]).ratio).toBe(0.8);
  expect(ratioOf(names, [1, 3], [4, 4]).ratio).toBe(2);
});
