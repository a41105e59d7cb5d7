import { describe, expect, it } from 'vitest';
import { drawUint32 } from '../../scenarios/sampling/index.ts';
import { UserRateLimit } from './user-rate-limit.ts';

const hourNs = 3600e9;

/** Draws of request `n`. */
const drawsOf = (n: number, seed: number) => (index: number) => drawUint32(n, seed, 1, index);

function admitted(limit: UserRateLimit, requests: number, seed: number, timeNs = 0): number {
  let count = 0;
  for (let n = 0; n < requests; n++) if (limit.admit(timeNs, drawsOf(n, seed))) count++;
  return count;
}

describe('a limit of requests a user an hour', () => {
  it('of one user is exact', () => {
    const limit = new UserRateLimit(1, 7);
    expect(admitted(limit, 100, 1)).toBe(7);
  });

  it('begins anew with each hour', () => {
    const limit = new UserRateLimit(1, 7);
    expect([
      admitted(limit, 10, 1),
      admitted(limit, 10, 1, hourNs),
      admitted(limit, 3, 1, 2.5 * hourNs),
    ]).toEqual([7, 7, 3]);
  });

  it('lets everybody have all of it in the end, and no more', () => {
    expect(admitted(new UserRateLimit(50, 20), 20_000, 3)).toBe(50 * 20);
  });

  it('admits as many as counting each user from the start does', () => {
    // Mean over many hours of sum(min(count, limit)); both are means of independent hours.
    const users = 40;
    const perHour = 30;
    const requests = 1100;
    const hours = 400;
    let ours = 0;
    let counted = 0;
    let square = 0;
    for (let seed = 0; seed < hours; seed++) {
      const one = admitted(new UserRateLimit(users, perHour), requests, seed);
      const counts = new Int32Array(users);
      for (let n = 0; n < requests; n++)
        counts[Math.floor((drawUint32(n, seed, 2, 0) / 2 ** 32) * users)]! += 1;
      const other = counts.reduce((sum, count) => sum + Math.min(count, perHour), 0);
      ours += one / hours;
      counted += other / hours;
      square += (one - other) ** 2 / hours;
    }
    // Five standard errors: one false alarm in two million.
    expect(Math.abs(ours - counted)).toBeLessThan(5 * Math.sqrt(square / hours));
    expect(ours).toBeLessThan(requests - 10);
  });

  it('needs no counters while nobody can be over it', () => {
    const limit = new UserRateLimit(500_000_000, 1000);
    expect(admitted(limit, 100_000, 1)).toBe(100_000);
  });
});
