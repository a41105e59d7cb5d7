import { expect, it } from 'vitest';
import type { Lag } from '../platform/index.ts';
import { createBehind } from './behind.ts';

function fixture(pullOnLagSeconds: number | null) {
  const state: { nowMs: number; lag: Lag | null } = { nowMs: 1_000_000, lag: null };
  const isBehind = createBehind(
    () => state.lag,
    { pullOnLagSeconds },
    () => state.nowMs,
  );
  return { state, isBehind };
}

it('is behind while the lag is greater than the setting, and no longer', () => {
  const { state, isBehind } = fixture(30);
  for (const [seconds, behind] of [
    [30, false],
    [31, true],
    [0, false],
  ] as const) {
    state.lag = { messages: 1, seconds, readAtMs: state.nowMs };
    expect(isBehind()).toBe(behind);
  }
});

it('counts the time in which the lag could not be read', () => {
  const { state, isBehind } = fixture(30);
  state.nowMs += 30_000;
  expect(isBehind()).toBe(false);
  state.nowMs += 1;
  expect(isBehind()).toBe(true);
  state.lag = { messages: 5, seconds: 20, readAtMs: state.nowMs };
  expect(isBehind()).toBe(false);
  state.nowMs += 10_001;
  expect(isBehind()).toBe(true);
});

it('is never behind without the setting', () => {
  const { state, isBehind } = fixture(null);
  state.lag = { messages: 5, seconds: 1e6, readAtMs: 0 };
  expect(isBehind()).toBe(false);
});
