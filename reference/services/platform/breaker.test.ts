import { expect, it } from 'vitest';
import { Breakers } from './breaker.ts';

function fixture() {
  const clock = { ms: 0 };
  return { clock, breakers: new Breakers({ failures: 3, openMs: 1000 }, () => clock.ms) };
}

it('opens after errors in a row, for that shard alone', () => {
  const { breakers } = fixture();
  for (let n = 0; n < 2; n++) breakers.failed('a');
  breakers.succeeded('a');
  for (let n = 0; n < 2; n++) breakers.failed('a');
  expect(breakers.allows('a')).toBe(true);
  breakers.failed('a');
  expect(breakers.allows('a')).toBe(false);
  expect(breakers.allows('b')).toBe(true);
});

it('lets one call through when the time is over, and closes when that succeeds', () => {
  const { breakers, clock } = fixture();
  for (let n = 0; n < 3; n++) breakers.failed('a');
  clock.ms = 999;
  expect(breakers.allows('a')).toBe(false);
  clock.ms = 1000;
  expect([breakers.allows('a'), breakers.allows('a')]).toEqual([true, false]);
  breakers.failed('a');
  clock.ms = 1999;
  expect(breakers.allows('a')).toBe(false);
  clock.ms = 2000;
  expect(breakers.allows('a')).toBe(true);
  breakers.succeeded('a');
  expect([breakers.allows('a'), breakers.allows('a')]).toEqual([true, true]);
});
