import { expect, it } from 'vitest';
import { parseNumber } from './number-input.tsx';

it.each([
  ['12', 12],
  [' 1,000 ', 1000],
  ['650K', 650_000],
  ['50m', 50_000_000],
  ['5e7', 5e7],
  ['1e-3', 0.001],
  ['−3', -3],
  ['.5', 0.5],
  ['', null],
  ['twelve', null],
  ['1.2.3', null],
  ['1e999', null],
  ['0x10', null],
])('reads %j as %s', (text, value) => expect(parseNumber(text)).toBe(value));
