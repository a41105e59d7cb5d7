import { exp } from '../../scenarios/sampling/index.ts';

const ONE_OVER_SQRT_2_PI = 0.3989422804014327;

/**
 * P(Z > z) of the standard normal distribution: Taylor series below 5 (absolute error under 1e-15;
 * Marsaglia 2004, Evaluating the normal distribution, Journal of Statistical Software 11(4)), continued
 * fraction above (Abramowitz & Stegun 1964, 26.2.14).
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = ONE_OVER_SQRT_2_PI * exp(-0.5 * z * z);
  if (z < 5) {
    let term = z;
    let sum = z;
    for (let i = 3; term > 1e-17 * sum; i += 2) sum += term *= (z * z) / i;
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let i = 40; i > 0; i--) fraction = z + i / fraction;
  return density / fraction;
}
