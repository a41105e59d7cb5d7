import { expect, it } from 'vitest';
import { rankDimensions } from '../../contract/index.ts';
import { modelFor, score, shareOf, type Candidate } from './rank.ts';

const post: Candidate = { authorId: 'a', authorFollowers: 50, createdAtMs: 0, likes: 0, comments: 0 };
const weights = (set: Record<number, number>) =>
  Float32Array.from({ length: rankDimensions }, (_, dimension) => set[dimension] ?? 0);
const settings = { rankedShare: 1, coldStartInteractions: 50 };

it('ranks by the model from 50 interactions on', () => {
  const rank = (interactions: number) => ({ weights: weights({}), interactions });
  expect(modelFor('u', null, settings)).toBeNull();
  expect(modelFor('u', rank(49), settings)).toBeNull();
  expect(modelFor('u', rank(50), settings)).not.toBeNull();
});

it('serves the model to its share of the users, always the same ones', () => {
  const rank = { weights: weights({}), interactions: 99 };
  const users = Array.from({ length: 10_000 }, (_, n) => `user-${n}`);
  const ranked = (rankedShare: number) =>
    users.filter((user) => modelFor(user, rank, { ...settings, rankedShare }) !== null);
  expect(ranked(0)).toEqual([]);
  expect(ranked(1)).toEqual(users);
  const few = ranked(0.05);
  // 10,000 x 0.05 with a standard deviation of 22: six of them are one false alarm in 10^9.
  expect(Math.abs(few.length - 500)).toBeLessThan(132);
  const more = new Set(ranked(0.5));
  expect(few.every((user) => more.has(user))).toBe(true);
  expect(shareOf('user-1')).toBe(shareOf('user-1'));
});

it('weighs likes, comments, freshness, nearness and subject', () => {
  const now = 1000;
  expect(score(weights({ 20: 2 }), post, now)).toBe(2);
  expect(score(weights({ 22: 3 }), { ...post, likes: 10 }, now)).toBe(3);
  expect(score(weights({ 29: 4 }), { ...post, comments: 1e9 }, now)).toBe(4);
  const fresh = weights({ 30: 1 });
  expect(score(fresh, post, 0)).toBe(1);
  expect(score(fresh, post, 3_600_000)).toBeCloseTo(Math.exp(-1), 6);
  expect(score(weights({ 36: 5 }), post, now)).toBe(5);
  expect(score(weights({ 39: 5 }), { ...post, authorFollowers: 5e6 }, now)).toBe(5);
  const subjects = Array.from({ length: 20 }, (_, n) => score(weights({ [n]: 1 }), post, now));
  expect(subjects.reduce((sum, x) => sum + x)).toBe(1.5);
});
