import { exp, findRoot, log, pow } from '../../scenarios/sampling/index.ts';

/**
 * How often each of n users comes, most active first: a shifted power law (Mandelbrot, 1953), user k
 * with probability proportional to the integral of (x + shift)^-exponent from k to k + 1. The shift
 * bounds the most active user's rate, which for a plain power law of people would be absurd: the first
 * of 500 million by Zipf's law would open a feed 31,000 times a second.
 */
export class ActivityLaw {
  private readonly shift: number;
  /** What each look takes of the shift alone: warm starts look millions of times. */
  private readonly shiftPower: number;
  private readonly atShift: number;
  private readonly total: number;

  /** @param maximumToMean Rate of the most active user as a multiple of the mean, at least 1. */
  constructor(
    private readonly users: number,
    private readonly exponent: number,
    maximumToMean: number,
  ) {
    this.shift = users === 1 || exponent === 0 ? 1 : shiftFor(users, exponent, maximumToMean);
    this.shiftPower = pow(this.shift, 1 - exponent);
    this.atShift = antiderivative(this.shift, exponent);
    this.total = this.below(users);
  }

  /** The user for a uniform number in [0, 1). */
  userAt(u: number): number {
    const { shift, exponent, shiftPower } = this;
    const n = 1 - exponent;
    const x = n === 0 ? shift * exp(u * this.total) : pow(shiftPower + n * u * this.total, 1 / n);
    return Math.min(this.users - 1, Math.max(0, Math.floor(x - shift)));
  }

  /** Share of all requests that come from the user. */
  share(user: number): number {
    return (this.below(user + 1) - this.below(user)) / this.total;
  }

  /** Integral of the density from 0 to x, not normalised. */
  private below(x: number): number {
    return antiderivative(x + this.shift, this.exponent) - this.atShift;
  }
}

function antiderivative(x: number, exponent: number): number {
  const n = 1 - exponent;
  return n === 0 ? log(x) : pow(x, n) / n;
}

function shiftFor(users: number, exponent: number, maximumToMean: number): number {
  const excess = (logShift: number): readonly [number, number] => {
    const shift = exp(logShift);
    const from = antiderivative(shift, exponent);
    const first = antiderivative(1 + shift, exponent) - from;
    const total = antiderivative(users + shift, exponent) - from;
    return [(users * first) / total - maximumToMean, NaN];
  };
  const high = log(users) + 14;
  // Beyond that all users are alike; below it the law is the plain one.
  if (excess(high)[0] >= 0) return exp(high);
  const low = -20;
  if (excess(low)[0] <= 0) return exp(low);
  return exp(findRoot(excess, low, high));
}
