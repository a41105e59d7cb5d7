import { describe, expect, it } from 'vitest';
import { promotionSeconds } from './redis-failover.ts';

const of = (nodeTimeoutSeconds: number, primaries = 12, lost = 1): number =>
  promotionSeconds({ nodeTimeoutSeconds, primaries, lost });

describe('promotion after the death of one of twelve primaries', () => {
  // Seconds from SIGKILL, least and most of several kills: Redis 7.0, 12 primaries and 12 replicas on one machine.
  it.each([
    [1, 2.5, 2.9],
    [2, 3.6, 4.6],
    [5, 7.4, 8.7],
    [8, 13.2, 13.2],
    [10, 16, 17],
    [15, 21.7, 23],
  ])('with a node time-out of %s s takes what a real cluster takes, within 20 %%', (timeout, least, most) => {
    const measured = (least + most) / 2;
    expect(Math.abs(of(timeout) / measured - 1)).toBeLessThan(0.2);
  });

  it('is later the longer the time-out, and never within it', () => {
    for (const timeout of [0.5, 1, 3, 15, 60]) {
      expect(of(timeout)).toBeGreaterThan(timeout + 0.5);
      expect(of(2 * timeout)).toBeGreaterThan(of(timeout));
    }
  });
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
