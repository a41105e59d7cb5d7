import { expect, it } from 'vitest';
import { latencyChange } from './change.ts';

it.each([
  [10, 12, '+20 %', true],
  [10, 10.2, '+2 %', false],
  [10, 9, '−10 %', false],
  [1, 40, '×40', true],
  [0, 0, '±0 %', false],
  [0, 66, 'from 0', false],
  [0.001, 66, 'from 1 µs', false],
  [null, 66, '–', false],
  [66, null, '–', false],
])('from %s ms to %s ms is %j, worse: %s', (before, now, text, worse) =>
  expect(latencyChange(before, now)).toEqual({ text, worse }),
);
