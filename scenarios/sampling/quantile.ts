import type { Distribution } from '../scenario.ts';
import { exp, expm1, log, log1p, normalQuantile } from './math.ts';
import { findRoot } from './root.ts';

/** The exact inverse of a distribution function: the slow twin that sampling tables are built from. */
export interface Quantile {
  readonly meanMs: number;
  /**
   * The value below which a share `lower` of all samples lies, in ms. `upper` = 1 - lower; both are
   * passed, so that neither tail loses digits. 0 < lower < 1.
   */
  at(lower: number, upper: number): number;
  /** Lower probabilities between which the quantile is smooth, without 0 and 1. */
  readonly kinks: readonly number[];
}

/** Inverse distribution function of `d`; `d` has passed the validator (means positive, shape > 1 ...). */
export function quantileOf(d: Distribution): Quantile {
  switch (d.distribution) {
    case 'constant':
      return constant(d.ms);
    case 'exponential':
      return smooth(d.meanMs, (lower, upper) => -d.meanMs * logUpper(lower, upper));
    case 'erlang':
      return erlang(d.meanMs, d.k);
    case 'hyperexponential':
      return hyperexponential(d.meanMs, d.cv);
    case 'lognormal':
      return 'meanMs' in d ? lognormalByMean(d.meanMs, d.cv) : lognormalByPercentiles(d.p50Ms, d.p99Ms);
    case 'uniform':
      return smooth(0.5 * (d.minMs + d.maxMs), (lower, upper) => d.minMs * upper + d.maxMs * lower);
    case 'pareto':
      return pareto(d.meanMs, d.shape);
    case 'empirical':
      return empirical(d.quantiles);
  }
}

function smooth(meanMs: number, at: Quantile['at']): Quantile {
  return { meanMs, at, kinks: [] };
}

function constant(ms: number): Quantile {
  return smooth(ms, () => ms);
}

/** log(upper), from whichever tail is the smaller. */
function logUpper(lower: number, upper: number): number {
  return lower < 0.5 ? log1p(-lower) : log(upper);
}

/** Sum of k exponential phases: P(X > x) = e^-y sum over i < k of y^i / i!, y = k x / mean. */
function erlang(meanMs: number, k: number): Quantile {
  if (k === 1) return quantileOf({ distribution: 'exponential', meanMs });
  let logFactorial = 0; // log (k - 1)!
  for (let i = 2; i < k; i++) logFactorial += log(i);
  const logDensity = (y: number): number => (k - 1) * log(y) - y - logFactorial;
  /** P(X > y) / density(y), a finite sum of falling terms for y >= k - 1. */
  const tailOverDensity = (y: number): number => {
    let term = 1;
    let sum = 1;
    for (let i = k - 1; i > 0 && term > 1e-18 * sum; i--) sum += term *= i / y;
    return sum;
  };
  /** P(X <= y) / density(y), a series of falling terms for y <= k. */
  const headOverDensity = (y: number): number => {
    let term = y / k;
    let sum = term;
    for (let i = k + 1; term > 1e-18 * sum; i++) sum += term *= y / i;
    return sum;
  };
  // The median lies between k - 1 and k. The logarithm of either tail is concave: Newton converges.
  return smooth(meanMs, (lower, upper) => {
    const z = normalQuantile(lower, upper);
    const cube = 1 - 1 / (9 * k) + z / (3 * Math.sqrt(k)); // Wilson & Hilferty 1931
    const guess = k * cube * cube * cube;
    const y =
      lower < 0.5
        ? findRoot(
            (x) => {
              const sum = headOverDensity(x);
              return [logDensity(x) + log(sum) - log(lower), 1 / sum];
            },
            k * lower * 1e-3,
            k,
            guess,
          )
        : findRoot(
            (x) => {
              const sum = tailOverDensity(x);
              return [logDensity(x) + log(sum) - log(upper), -1 / sum];
            },
            k - 1,
            k + 50 * Math.sqrt(k) - 4 * log(upper),
            guess,
          );
    return (y * meanMs) / k;
  });
}

/**
 * Two exponential phases with balanced means, p1/rate1 = p2/rate2.
 * Source: Whitt, W. (1982), Approximating a point process by a renewal process I, eq. 3.7.
 */
function hyperexponential(meanMs: number, cv: number): Quantile {
  if (cv === 1) return quantileOf({ distribution: 'exponential', meanMs });
  const cv2 = cv * cv;
  const p1 = 0.5 * (1 + Math.sqrt((cv2 - 1) / (cv2 + 1)));
  const p2 = 1 / ((cv2 + 1) * 2 * p1); // p1 p2 = 1 / (2 (cv2 + 1)), without cancellation
  const rate1 = 2 * p1;
  const rate2 = 2 * p2;
  const density = (x: number): number => p1 * rate1 * exp(-rate1 * x) + p2 * rate2 * exp(-rate2 * x);
  const tail = (x: number): number => p1 * exp(-rate1 * x) + p2 * exp(-rate2 * x);
  const head = (x: number): number => -p1 * expm1(-rate1 * x) - p2 * expm1(-rate2 * x);
  return smooth(meanMs, (lower, upper) => {
    const high = -logUpper(lower, upper) / rate2;
    const low = -logUpper(lower, upper) / rate1;
    const x =
      lower < 0.5
        ? findRoot((t) => [head(t) - lower, density(t)], low, high, low)
        : findRoot((t) => [log(tail(t)) - log(upper), -density(t) / tail(t)], low, high, low);
    return x * meanMs;
  });
}

function lognormalByMean(meanMs: number, cv: number): Quantile {
  if (cv === 0) return constant(meanMs);
  const variance = log1p(cv * cv);
  return lognormal(log(meanMs) - 0.5 * variance, Math.sqrt(variance), meanMs);
}

function lognormalByPercentiles(p50Ms: number, p99Ms: number): Quantile {
  if (p99Ms === p50Ms) return constant(p50Ms);
  const sigma = log(p99Ms / p50Ms) / normalQuantile(0.99, 0.01);
  return lognormal(log(p50Ms), sigma, p50Ms * exp(0.5 * sigma * sigma));
}

function lognormal(mu: number, sigma: number, meanMs: number): Quantile {
  return smooth(meanMs, (lower, upper) => exp(mu + sigma * normalQuantile(lower, upper)));
}

/** P(X > x) = (minimum / x)^shape, minimum = mean (shape - 1) / shape; shape > 1. */
function pareto(meanMs: number, shape: number): Quantile {
  const minimumMs = (meanMs * (shape - 1)) / shape;
  return smooth(meanMs, (lower, upper) => minimumMs * exp(-logUpper(lower, upper) / shape));
}

/** Linear between the points, constant outside of them; equal q in a row are a jump. */
function empirical(points: readonly (readonly [q: number, ms: number])[]): Quantile {
  const q = Float64Array.from(points, (p) => p[0]);
  const ms = Float64Array.from(points, (p) => p[1]);
  const last = points.length - 1;
  let meanMs = q[0]! * ms[0]! + (1 - q[last]!) * ms[last]!;
  for (let i = 1; i <= last; i++) meanMs += (q[i]! - q[i - 1]!) * 0.5 * (ms[i]! + ms[i - 1]!);
  return {
    meanMs,
    kinks: [...q].filter((x, i) => x > 0 && x < 1 && x !== q[i - 1]),
    at(lower) {
      if (lower <= q[0]!) return ms[0]!;
      if (lower >= q[last]!) return ms[last]!;
      let i = 1;
      while (q[i]! < lower) i += 1;
      return ms[i - 1]! + ((ms[i]! - ms[i - 1]!) * (lower - q[i - 1]!)) / (q[i]! - q[i - 1]!);
    },
  };
}
