import type { Distribution } from '../scenario.ts';
import { scaleByPowerOfTwo } from './math.ts';
import { memoize } from './memoize.ts';
import { quantileOf, type Quantile } from './quantile.ts';

/**
 * Sampling by table: a draw of 32 bits is taken as the survival probability (u + 1/2) / 2^32, and a
 * log-linear table gives the quantile there. The table has `CELLS_PER_OCTAVE` cells for each halving
 * of the survival probability, so the upper tail is as fine as the middle. In each cell the quantile is a
 * straight line with the cell's exact mean and variance, as far as the line stays between the
 * exact quantiles at the cell's ends.
 *
 * Hence, against the exact distribution (property-tested): the mean before rounding to whole ns is
 * exact but for what the cap takes; the variance is within 0.1 %; p10 to p99.99 are within 0.2 % (0.5 % for a
 * hyperexponential or Pareto tail); values are monotone in the draw. What is not there: detail below the lowest 1/64 of
 * samples, and anything rarer than 2^-32. Values are capped at `MAXIMUM_NS`.
 *
 * Layout for hot loops, which inline `sampleNs`:
 *
 *     table[2 i]      value at the cell's first draw, ns (float64, not rounded)
 *     table[2 i + 1]  slope per unit of the fraction (<= 0: a larger draw is a smaller value)
 *     k = Math.clz32(u)                    octave, 0 to 32
 *     s = u << k                           leading one at bit 31
 *     i = (k << 5) | ((s >>> 26) & 31)     cell, 0 to 1024
 *     fraction = s & 0x3ffffff
 *     ns = Math.floor(table[2 i] + table[2 i + 1] * fraction + 0.5)
 *
 * `u` may be signed or unsigned; only its 32 bits count. 16.4 KB a table, of which half of all draws
 * touch 0.5 KB.
 */
export interface Sampler {
  /** Whole ns of a constant; -1 when the distribution is not constant. */
  readonly constantNs: number;
  /** Empty for a constant. */
  readonly table: Float64Array;
  /** Mean of what the sampler gives, ns, before rounding to whole ns. */
  readonly meanNs: number;
  /** Squared coefficient of variation of what the sampler gives. */
  readonly cv2: number;
}

/** Longest time that a sampler gives: 2^43 ns, 2.4 hours. */
export const MAXIMUM_NS = 8796093022208;

const CELL_BITS = 5;
const CELLS_PER_OCTAVE = 32;
const FRACTION_BITS = 26;
const CELLS = 32 * CELLS_PER_OCTAVE + 1;
const NS_PER_MS = 1e6;
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

const NO_TABLE = new Float64Array(0);

/** One sample in whole ns for a draw of 32 bits. Constants ignore the draw. */
export function sampleNs(sampler: Sampler, draw: number): number {
  if (sampler.constantNs >= 0) return sampler.constantNs;
  const octave = Math.clz32(draw);
  const shifted = draw << octave;
  const cell = ((octave << 5) | ((shifted >>> 26) & 31)) << 1;
  const table = sampler.table;
  return Math.floor(table[cell]! + table[cell + 1]! * (shifted & 0x3ffffff) + 0.5);
}

/** Compiles samplers and gives equal distributions the same table. One per compiled model. */
export function samplerCompiler(): (d: Distribution) => Sampler {
  const known = new Map<string, Sampler>();
  return (d) => {
    const name = JSON.stringify(Object.entries(d).sort(([a], [b]) => (a < b ? -1 : 1)));
    const sampler = known.get(name) ?? compileSampler(d);
    known.set(name, sampler);
    return sampler;
  };
}

/** Tables that are kept: 4 MB. */
const KEPT_TABLES = 256;

/** The table of `d`, which has passed the validator. Takes a few milliseconds the first time. */
export const compileSampler: (d: Distribution) => Sampler = memoize(KEPT_TABLES, (d) => {
  const quantile = quantileOf(d);
  const least = quantile.at(TWO_TO_MINUS_32, 1 - TWO_TO_MINUS_32);
  const most = quantile.at(1 - TWO_TO_MINUS_32, TWO_TO_MINUS_32);
  if (least === most) return constantSampler(least);
  return tableSampler(quantile);
});

function constantSampler(ms: number): Sampler {
  const constantNs = Math.min(MAXIMUM_NS, Math.floor(ms * NS_PER_MS + 0.5));
  return { constantNs, table: NO_TABLE, meanNs: constantNs, cv2: 0 };
}

function tableSampler(quantile: Quantile): Sampler {
  const table = new Float64Array(2 * CELLS);
  const atNs = (lower: number, upper: number): number =>
    Math.min(MAXIMUM_NS, quantile.at(lower, upper) * NS_PER_MS);
  // Kinks as survival probabilities, as the cells are.
  const kinks = quantile.kinks.map((lower) => 1 - lower);

  let mean = 0;
  let meanSquare = 0;
  for (let octave = 0; octave < 32; octave++) {
    // From octave 27 on there are fewer draws than cells: the cells between are never met.
    const draws = octave <= FRACTION_BITS ? 1 << (FRACTION_BITS - octave) : 1;
    const stride = octave <= FRACTION_BITS ? 1 : 1 << (octave - FRACTION_BITS);
    for (let cell = 0; cell < CELLS_PER_OCTAVE; cell += stride) {
      const first = scaleByPowerOfTwo(CELLS_PER_OCTAVE + cell, FRACTION_BITS - octave);
      const line = lineThrough(atNs, kinks, first, draws, octave);
      const i = 2 * ((octave << CELL_BITS) | cell);
      table[i] = line.value;
      table[i + 1] = line.slope;
      const share = draws * TWO_TO_MINUS_32;
      mean += share * line.mean;
      meanSquare += share * (line.mean * line.mean + line.variance);
    }
  }
  const rarest = moments(atNs, kinks, 0, TWO_TO_MINUS_32).mean;
  table[2 * (CELLS - 1)] = rarest;
  mean += TWO_TO_MINUS_32 * rarest;
  meanSquare += TWO_TO_MINUS_32 * rarest * rarest;

  // What numerical integration left over. A capped distribution has the mean that it has.
  const exactNs = quantile.meanMs * NS_PER_MS;
  const capped = atNs(1, scaleByPowerOfTwo(1, -52)) >= MAXIMUM_NS;
  const scale = capped ? 1 : exactNs / mean;
  for (let i = 0; i < table.length; i++) table[i]! *= scale;
  return {
    constantNs: -1,
    table,
    meanNs: mean * scale,
    cv2: Math.max(0, meanSquare / (mean * mean) - 1),
  };
}

interface Line {
  readonly value: number;
  readonly slope: number;
  readonly mean: number;
  readonly variance: number;
}

type AtNs = (lower: number, upper: number) => number;

/** The line over the draws `first` to `first + draws - 1` with mean and variance of the quantile there. */
function lineThrough(
  atNs: AtNs,
  kinks: readonly number[],
  first: number,
  draws: number,
  octave: number,
): Line {
  const { mean, variance } = moments(atNs, kinks, first * TWO_TO_MINUS_32, (first + draws) * TWO_TO_MINUS_32);
  if (draws === 1) return { value: mean, slope: 0, mean, variance: 0 };
  const highest = atSurvival(atNs, (first + 0.5) * TWO_TO_MINUS_32);
  const lowest = atSurvival(atNs, (first + draws - 0.5) * TWO_TO_MINUS_32);
  // Evenly spaced points with step d have variance d^2 (n^2 - 1) / 12.
  const step = Math.sqrt((12 * variance) / (draws * draws - 1));
  const room = Math.max(0, Math.min(highest - mean, mean - lowest));
  const half = Math.min(0.5 * (draws - 1) * step, room);
  const slope = (-2 * half) / (draws - 1);
  return {
    value: mean + half,
    slope: scaleByPowerOfTwo(slope, -octave),
    mean,
    variance: (slope * slope * (draws * draws - 1)) / 12,
  };
}

function atSurvival(atNs: AtNs, survival: number): number {
  return atNs(1 - survival, survival);
}

/** Gauss-Legendre nodes and weights on -1 to 1, four points. */
const NODES = [-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526];
const WEIGHTS = [0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538];

/** Mean and variance of the quantile over survival probabilities `from` to `to`, on one side of 1/2. */
function moments(
  atNs: AtNs,
  kinks: readonly number[],
  from: number,
  to: number,
): { readonly mean: number; readonly variance: number } {
  // Measured from the nearer end of 0 to 1, where doubles are dense.
  const inLowerHalf = from >= 0.5;
  const nearer = inLowerHalf ? 1 - to : from;
  const farther = inLowerHalf ? 1 - from : to;
  const cuts = kinks.map((s) => (inLowerHalf ? 1 - s : s)).filter((t) => t > nearer && t < farther);
  // Quantiles are singular at 0 and 1: a piece that touches an end is halved towards it.
  if (nearer === 0) for (let i = 1; i <= 60; i++) cuts.push(scaleByPowerOfTwo(farther, -i));
  const bounds = [nearer, ...cuts.sort((a, b) => a - b), farther];

  const values: number[] = [];
  const shares: number[] = [];
  for (let piece = 1; piece < bounds.length; piece++) {
    const start = bounds[piece - 1]!;
    const half = 0.5 * (bounds[piece]! - start);
    for (let n = 0; n < 4; n++) {
      const t = start + half * (1 + NODES[n]!);
      values.push(inLowerHalf ? atNs(t, 1 - t) : atNs(1 - t, t));
      shares.push((half * WEIGHTS[n]!) / (farther - nearer));
    }
  }
  const mean = values.reduce((sum, x, n) => sum + shares[n]! * x, 0);
  const variance = values.reduce((sum, x, n) => sum + shares[n]! * (x - mean) * (x - mean), 0);
  return { mean, variance };
}
