import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { promotionSeconds } from './redis-failover.ts';

const of = (nodeTimeoutSeconds: number, primaries = 12, lost = 1): number =>
  promotionSeconds({ nodeTimeoutSeconds, primaries, lost });

describe('promotion after the death of one of twelve primaries', () => {
  // Seconds from SIGKILL, least and most of several kills: Redis 7.0, 12 primaries and 12 replicas on one machine.
  const measured = [
    [1, 2.5, 2.9],
    [2, 3.6, 4.6],
    [5, 7.4, 8.7],
    [8, 13.2, 13.2],
    [10, 16, 17],
    [15, 21.7, 23],
  ] as const;
  const deviation = (timeout: number, least: number, most: number): number =>
    of(timeout) / ((least + most) / 2) - 1;

  it.each(measured)(
    'with a node time-out of %s s takes what a real cluster takes, within 20 %%',
    (timeout, least, most) => {
      expect(Math.abs(deviation(timeout, least, most))).toBeLessThan(0.2);
    },
  );

  it('is what docs/caches.md says', () => {
    const rows = readFileSync(new URL('../../docs/caches.md', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => /^\| \d+ s /.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows.map(([, timeout, , simulated, percent]) => [timeout, simulated, percent])).toEqual(
      measured.map(([timeout, least, most]) => [
        `${timeout} s`,
        of(timeout).toFixed(1),
        `${Math.round(100 * deviation(timeout, least, most))} %`,
      ]),
    );
  });

  it('is later the longer the time-out, and never within it', () => {
    for (const timeout of [0.5, 1, 3, 15, 60]) {
      expect(of(timeout)).toBeGreaterThan(timeout + 0.5);
      expect(of(2 * timeout)).toBeGreaterThan(of(timeout));
    }
  });
});

it('is what playing through every ping of every node gives, to the last bit', () => {
  // From a form that kept all pings, not only those that can tell anything new.
  const all = [
    [0.02, 12, 4, 0.9407287660205037],
    [0.1, 32, 10, 1.046074535617954],
    [1, 3, 1, 2.337950239225465],
    [2, 12, 1, 3.6431457462901],
    [15, 100, 3, 21.16955626904295],
    [100, 12, 4, 141.54992970210557],
  ] as const;
  for (const [timeout, primaries, lost, seconds] of all) expect(of(timeout, primaries, lost)).toBe(seconds);
});

it('with a node time-out of a millisecond is ruled by the timers and the election', () => {
  expect(of(0.001, 32, 6)).toBeGreaterThan(0.5);
  expect(of(0.001, 32, 6)).toBeLessThan(0.5 + 0.5 + 3 * 0.1);
});

it('with the longest node time-out that a design may have is found in moments, between one and one and a half of it', () => {
  const longest = 10_000;
  expect(of(longest, 32)).toBeGreaterThan(longest);
  expect(of(longest, 32)).toBeLessThan(1.5 * longest);
});

describe('a majority', () => {
  it('is needed of all primaries, so that two cannot save one', () => {
    expect(of(5, 1)).toBe(Infinity);
    expect(of(5, 2)).toBe(Infinity);
    expect(of(5, 3)).toBeLessThan(10);
    expect(of(5, 12, 6)).toBe(Infinity);
  });
  it('comes later when more of them are gone', () => {
    expect(of(15, 12, 4)).toBeGreaterThan(of(15, 12, 1));
  });
});
