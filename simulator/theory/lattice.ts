import { exp } from '../../scenarios/sampling/index.ts';

/**
 * Distributions of times on a lattice, for what has a transform but no closed form. Mass is put on the
 * multiples of a step such that the mean of every cell is kept; an error of the order of step^2 remains.
 * Source: Gerber, H. (1982), On the numerical evaluation of the distribution of aggregate claims,
 * Insurance: Mathematics and Economics 1, 13-18 (local moment matching).
 */
export interface Lattice {
  readonly step: number;
  /** Probability of 0, step, 2 step, ...; what lies beyond the end is missing. */
  readonly mass: Float64Array;
}

/** Probability that a time is larger than t; t >= 0. */
export type Tail = (t: number) => number;

/** Of exponential times. */
export const exponentialTail =
  (rate: number): Tail =>
  (t) =>
    exp(-rate * t);

/** `points` lattice points of the distribution with this tail. */
export function latticeOf(tail: Tail, step: number, points: number): Lattice {
  return fromLimitedMeans(limitedMeans(tail, step, points + 1), step, points);
}

/**
 * The time that is left of a service which is under way at a random instant: its density is
 * tail / mean. Source: Cox (1962), Renewal Theory, section 5.
 */
export function residualLattice(tail: Tail, mean: number, step: number, points: number): Lattice {
  // Tail of the residual: 1 - E[min(X, t)] / mean, on half steps for Simpson's rule.
  const limited = limitedMeans(tail, 0.5 * step, 2 * points + 3);
  const residualTail: Tail = (t) => 1 - limited[Math.round((2 * t) / step)]! / mean;
  return latticeOf(residualTail, step, points);
}

/** A single time, which has to be a multiple of the step. */
export function pointLattice(value: number, step: number, points: number): Lattice {
  const mass = new Float64Array(points);
  mass[Math.round(value / step)] = 1;
  return { step, mass };
}

/** Sum of two independent times. */
export function sum({ step, mass: a }: Lattice, { mass: b }: Lattice): Lattice {
  const mass = new Float64Array(a.length);
  for (let n = 0; n < a.length; n++) {
    let total = 0;
    for (let j = 0; j <= n; j++) total += a[j]! * b[n - j]!;
    mass[n] = total;
  }
  return { step, mass };
}

/** The first with its probability, otherwise nothing to wait for. */
export function sometimes(probability: number, { step, mass }: Lattice): Lattice {
  const mixed = mass.map((p) => probability * p);
  mixed[0]! += 1 - probability;
  return { step, mass: mixed };
}

/**
 * Sum of N independent times, P(N = n) = (1 - rho) rho^n: the wait in M/G/1, of residual services
 * (Benes 1957; the geometric form of the Pollaczek-Khinchine formula). Recursion of Panjer (1981).
 */
export function geometricSum(rho: number, { step, mass }: Lattice): Lattice {
  const total = new Float64Array(mass.length);
  const factor = 1 / (1 - rho * mass[0]!);
  total[0] = (1 - rho) * factor;
  for (let n = 1; n < mass.length; n++) {
    let convolved = 0;
    for (let j = 1; j <= n; j++) convolved += mass[j]! * total[n - j]!;
    total[n] = rho * factor * convolved;
  }
  return { step, mass: total };
}

/** p-quantile, linear between lattice points. @throws RangeError when the lattice ends below it */
export function latticeQuantile(p: number, { step, mass }: Lattice): number {
  let below = 0;
  // A mass stands for the times half a step around its point; that at 0 for those up to half a step.
  for (let n = 0; n < mass.length; n++) {
    const next = below + mass[n]!;
    if (next >= p) return n === 0 ? 0 : step * (n - 0.5 + (p - below) / mass[n]!);
    below = next;
  }
  throw new RangeError(`the lattice ends below the ${p}-quantile`);
}

/** E[min(X, k h)] for k = 0, 1, ...: Simpson's rule over each cell. */
function limitedMeans(tail: Tail, h: number, count: number): Float64Array {
  const limited = new Float64Array(count + 1);
  for (let k = 0; k < count; k++) {
    const a = k * h;
    limited[k + 1] = limited[k]! + (h * (tail(a) + 4 * tail(a + 0.5 * h) + tail(a + h))) / 6;
  }
  return limited;
}

function fromLimitedMeans(limited: Float64Array, step: number, points: number): Lattice {
  const mass = new Float64Array(points);
  mass[0] = 1 - limited[1]! / step;
  for (let k = 1; k < points; k++) mass[k] = (2 * limited[k]! - limited[k - 1]! - limited[k + 1]!) / step;
  return { step, mass };
}
