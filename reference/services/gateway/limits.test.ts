import { expect, it } from 'vitest';
import { localLimits } from './limits.ts';

it('opens again an hour after the first action, for as many as before', async () => {
  let nowMs = 0;
  const limits = localLimits({ upload: 2, like: 1 }, () => nowMs);
  const take = () => limits.take('user-1', 'upload');
  expect([await take(), await take(), await take()]).toEqual([0, 0, 3_600_000]);
  nowMs = 3_599_999;
  expect(await take()).toBe(1);
  nowMs = 3_600_000;
  expect([await take(), await take(), await take()]).toEqual([0, 0, 3_600_000]);
});
