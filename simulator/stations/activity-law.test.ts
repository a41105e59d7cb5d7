import { describe, expect, it } from 'vitest';
import { ActivityLaw } from './activity-law.ts';

describe.each([
  [1000, 0.99, 20],
  [1000, 1, 20],
  [1000, 1.5, 8],
  [50, 0.5, 3],
  [1000, 0, 1],
])('%s users, exponent %s, the first %s times as active as the mean', (users, exponent, maximum) => {
  const law = new ActivityLaw(users, exponent, maximum);

  it('has shares that fall and make up the whole', () => {
    let sum = 0;
    for (let user = 0; user < users; user++) {
      sum += law.share(user);
      if (user > 0) expect(law.share(user)).toBeLessThanOrEqual(law.share(user - 1) * (1 + 1e-9));
    }
    expect(sum).toBeCloseTo(1, 9);
    expect(law.share(0) * users).toBeCloseTo(maximum, 0);
  });

  it('draws users in these shares', () => {
    const steps = 200_000;
    const drawn = new Float64Array(users);
    for (let i = 0; i < steps; i++) drawn[law.userAt((i + 0.5) / steps)]! += 1 / steps;
    for (let user = 0; user < users; user += 7)
      expect(Math.abs(drawn[user]! - law.share(user))).toBeLessThan(2 / steps);
  });
});

it('knows one user', () => {
  const law = new ActivityLaw(1, 0.99, 100);
  expect(law.userAt(0.999)).toBe(0);
  expect(law.share(0)).toBeCloseTo(1, 12);
});
