import { exp, findRoot, log, log1p, normalQuantile } from '../../scenarios/sampling/index.ts';

/**
 * Quantile of Student's t with `degrees` degrees of freedom (a whole number, 1 or more), 0 < p < 1.
 * The distribution function is inverted; it is the regularised incomplete beta function
 * I(degrees / (degrees + t^2); degrees / 2, 1 / 2) (Abramowitz & Stegun 1964, 26.7.1 and 26.5.27).
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentTQuantile(1 - p, degrees);
  const upper = 1 - p;
  const z = normalQuantile(p, upper);
  const logBeta = logBetaHalf(degrees);
  // Tail and density in log t: the tail is close to a power of t, so that Newton is fast from anywhere.
  const f = (y: number): readonly [number, number] => {
    const t = exp(y);
    const x = degrees / (degrees + t * t);
    const tail = 0.5 * incompleteBetaHalf(x, 0.5 * degrees, logBeta);
    const density = exp(-0.5 * (degrees + 1) * log1p((t * t) / degrees) - 0.5 * log(degrees) - logBeta);
    return [log(tail) - log(upper), (-density * t) / tail];
  };
  return exp(findRoot(f, log(z) - 1e-9, log(z) + 1 - log(upper), log(z)));
}

/** log B(degrees / 2, 1 / 2), from B(1/2, 1/2) = pi and B(1, 1/2) = 2 upwards. */
function logBetaHalf(degrees: number): number {
  let beta = degrees % 2 === 1 ? 3.141592653589793 : 2;
  for (let a = degrees % 2 === 1 ? 0.5 : 1; a < 0.5 * degrees; a++) beta *= a / (a + 0.5);
  return log(beta);
}

/** Regularised incomplete beta function I(x; a, 1/2), by its continued fraction (26.5.8). */
function incompleteBetaHalf(x: number, a: number, logBeta: number): number {
  const front = exp(a * log(x) + 0.5 * log1p(-x) - logBeta);
  if (x < (a + 1) / (a + 2.5)) return (front / a) * betaFraction(x, a, 0.5);
  return 1 - 2 * front * betaFraction(1 - x, 0.5, a);
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return value;
}
