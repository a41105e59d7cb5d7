import { expect, it } from 'vitest';
import { parseNumber, written } from './number-input.tsx';

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

it.each([
  [null, ''],
  [999, '999'],
  [5000, '5,000'],
  [-1_234_567, '-1,234,567'],
  [13_541.75, '13,541.75'],
  [0.0001, '0.0001'],
  [1e-7, '1e-7'],
  [1e21, '1e+21'],
])('writes %s as %j, and reads it again', (value, text) => {
  expect(written(value)).toBe(text);
  expect(parseNumber(text)).toBe(value);
});
