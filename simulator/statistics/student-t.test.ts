import { expect, it } from 'vitest';
import { studentTQuantile } from './student-t.ts';

// Tables of Abramowitz & Stegun (1964), 26.10, and of Fisher & Yates, to the digits printed there.
it.each([
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 3, 3.182],
  [0.975, 4, 2.776],
  [0.975, 9, 2.262],
  [0.975, 19, 2.093],
  [0.975, 29, 2.045],
  [0.975, 120, 1.98],
  [0.995, 4, 4.604],
  [0.9995, 2, 31.599],
  [0.9, 3, 1.638],
  [0.75, 1, 1],
  [0.55, 60, 0.126],
  [0.025, 19, -2.093],
])('quantile %s with %s degrees of freedom is %s', (p, degrees, expected) => {
  expect(studentTQuantile(p, degrees)).toBeCloseTo(expected, 3);
});

it('is exact where there is a closed form: one and two degrees of freedom', () => {
  for (const p of [0.6, 0.9, 0.975, 0.9999]) {
    expect(studentTQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 11);
    expect(studentTQuantile(p, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 11);
  }
});
