import { describe, expect, it } from 'vitest';
import { binomialAtMost } from './binomial.ts';

describe('binomial distribution function', () => {
  it.each([
    // Small cases by hand.
    [0, 1, 0.25, 0.75],
    [1, 2, 0.5, 0.75],
    [2, 3, 0.5, 0.875],
    [4, 4, 0.3, 1],
    // 0.9^10 + 10 * 0.1 * 0.9^9
    [1, 10, 0.1, 0.7360989291],
  ])('P(X <= %i) of B(%i, %d) is %d', (successes, trials, probability, expected) => {
    expect(binomialAtMost(successes, trials, probability)).toBeCloseTo(expected, 9);
  });
});
