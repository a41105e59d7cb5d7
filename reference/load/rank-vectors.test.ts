import { expect, it } from 'vitest';
import { encodeRank } from '../contract/index.ts';
import { rankProfile } from './rank-vectors.ts';

it('gives each user one vector, the same for the same seed', () => {
  const bytes = (seed: number, user: number) =>
    Buffer.from(encodeRank(rankProfile(seed, user, 0.5))).toString('hex');
  expect(bytes(1, 7)).toBe(bytes(1, 7));
  expect(new Set([bytes(1, 7), bytes(1, 8), bytes(2, 7)]).size).toBe(3);
});

it('leaves the asked share of users under fifty interactions', () => {
  const cold = (ratio: number) =>
    Array.from({ length: 10_000 }, (_, user) => rankProfile(1, user, ratio)).filter(
      ({ interactions }) => interactions < 50,
    ).length;
  expect([cold(0), cold(1)]).toEqual([0, 10_000]);
  // Six standard deviations: one false alarm in 10^9.
  expect(Math.abs(cold(0.3) - 3000)).toBeLessThan(6 * Math.sqrt(10_000 * 0.3 * 0.7));
});
