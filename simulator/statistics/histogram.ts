import { scaleByPowerOfTwo } from '../../scenarios/sampling/index.ts';

/**
 * A mergeable log-linear histogram of durations in ns: the bin is read off the bits of the float.
 *
 * A value v falls in the bin that is given by the exponent and the seven leading significand bits
 * of v + 128: one value a bin below 128 ns, then 128 bins an octave of v + 128, so that a bin is
 * never wider than 1/64 of its values, and between 1/256 and 1/128 of them above a microsecond.
 * Bins reach to 2^43 ns (2.4 hours); longer values count in the last bin, and in sum and maximum
 * as what they are.
 *
 * A histogram that was never recorded to owns no bins.
 */
export class Histogram {
  /** One entry a bin, or empty. */
  counts: Float64Array = NO_COUNTS;
  /** Count, sum (ns), minimum (ns, Infinity when empty), maximum (ns, -Infinity when empty). */
  totals: Float64Array = new Float64Array([0, 0, Infinity, -Infinity]);

  get count(): number {
    return this.totals[COUNT]!;
  }
  get sumNs(): number {
    return this.totals[SUM]!;
  }
  get minNs(): number {
    return this.totals[MINIMUM]!;
  }
  get maxNs(): number {
    return this.totals[MAXIMUM]!;
  }
  get isEmpty(): boolean {
    return this.totals[COUNT]! === 0;
  }

  /** Counts one duration: a whole number of ns, 0 or more. */
  record(ns: number): void {
    if (this.counts.length === 0) this.counts = new Float64Array(BINS);
    bits[0] = ns < HIGHEST ? ns + 128 : HIGHEST + 128;
    this.counts[(words[HIGH]! >>> 13) - FIRST_BIN]! += 1;
    const totals = this.totals;
    totals[COUNT]! += 1;
    totals[SUM]! += ns;
    if (ns < totals[MINIMUM]!) totals[MINIMUM] = ns;
    if (ns > totals[MAXIMUM]!) totals[MAXIMUM] = ns;
  }

  /** Counts the same duration `times` times, 0 or more. */
  recordMany(ns: number, times: number): void {
    if (times === 0) return;
    this.record(ns);
    this.counts[binOf(ns)]! += times - 1;
    this.totals[COUNT]! += times - 1;
    this.totals[SUM]! += ns * (times - 1);
  }

  /** Adds everything that `other` counted. */
  addAll(other: Histogram): void {
    if (other.isEmpty) return;
    if (this.counts.length === 0) this.counts = new Float64Array(BINS);
    const last = binOf(other.maxNs);
    for (let bin = binOf(other.minNs); bin <= last; bin++) this.counts[bin]! += other.counts[bin]!;
    const totals = this.totals;
    totals[COUNT]! += other.count;
    totals[SUM]! += other.sumNs;
    totals[MINIMUM] = Math.min(this.minNs, other.minNs);
    totals[MAXIMUM] = Math.max(this.maxNs, other.maxNs);
  }

  /** Adds what a histogram had counted when `dataOf` took it down. */
  addData(data: HistogramData): void {
    if (data.totals[COUNT] === 0) return;
    if (this.counts.length === 0) this.counts = new Float64Array(BINS);
    for (let i = 0; i < data.counts.length; i++) this.counts[data.first + i]! += data.counts[i]!;
    this.totals[COUNT]! += data.totals[COUNT]!;
    this.totals[SUM]! += data.totals[SUM]!;
    this.totals[MINIMUM] = Math.min(this.minNs, data.totals[MINIMUM]!);
    this.totals[MAXIMUM] = Math.max(this.maxNs, data.totals[MAXIMUM]!);
  }

  /** Empties it and keeps its bins. */
  reset(): void {
    if (this.isEmpty) return;
    this.counts.fill(0, binOf(this.minNs), binOf(this.maxNs) + 1);
    this.totals[COUNT] = 0;
    this.totals[SUM] = 0;
    this.totals[MINIMUM] = Infinity;
    this.totals[MAXIMUM] = -Infinity;
  }
}

/** A histogram as plain data that crosses threads: only the bins in use. */
export interface HistogramData {
  /** Index of the first bin in `counts`. */
  readonly first: number;
  readonly counts: Float64Array;
  readonly totals: Float64Array;
}

export function dataOf(h: Histogram): HistogramData {
  const totals = h.totals.slice();
  if (h.isEmpty) return { first: 0, counts: NO_COUNTS, totals };
  const first = binOf(h.minNs);
  return { first, counts: h.counts.slice(first, binOf(h.maxNs) + 1), totals };
}

/** Indices into `Histogram.totals`. */
export const COUNT = 0;
export const SUM = 1;
export const MINIMUM = 2;
export const MAXIMUM = 3;

const NO_COUNTS = new Float64Array(0);
export const BINS = 4608; // 36 octaves of 128, from 2^7 to 2^43
const FIRST_BIN = (1023 + 7) << 7;
const HIGHEST = 8796093022079; // 2^43 - 129

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Index of the bin of a duration, ns. */
export function binOf(ns: number): number {
  bits[0] = ns < HIGHEST ? ns + 128 : HIGHEST + 128;
  return (words[HIGH]! >>> 13) - FIRST_BIN;
}

/** Least duration of a bin; that of bin + 1 bounds it. */
function lowerBound(bin: number): number {
  return scaleByPowerOfTwo(128 + (bin & 127), bin >>> 7) - 128;
}

/** Mean in ns; null when empty. */
export function meanNs(h: Histogram): number | null {
  return h.isEmpty ? null : h.sumNs / h.count;
}

/**
 * The q-quantile in ns, 0 <= q <= 1; null when empty.
 *
 * Samples are taken as evenly spread over their bin (Hazen's plotting position: the i-th of n is the
 * (i - 1/2)/n quantile). A bin covers the half-integers around its whole ns, since times were
 * rounded; the first and the last bin in use end at minimum and maximum. Bias for a smooth density f
 * is at most w^2 |f'| / (8 f) with bin width w, which is 1e-4 of the mean at the p99.9 of an
 * exponential.
 */
export function quantileNs(h: Histogram, q: number): number | null {
  return quantileWithFailuresNs(h, 0, q);
}

/** The same with `failures` further samples that are slower than any: Infinity when one is met. */
export function quantileWithFailuresNs(h: Histogram, failures: number, q: number): number | null {
  const total = h.count + failures;
  if (total === 0) return null;
  const rank = q * total;
  if (rank > h.count || h.isEmpty) return Infinity;
  const first = binOf(h.minNs);
  const last = binOf(h.maxNs);
  let below = 0;
  let bin = first;
  while (bin < last && below + h.counts[bin]! < rank) {
    below += h.counts[bin]!;
    bin += 1;
  }
  const from = Math.max(h.minNs, lowerBound(bin) - 0.5);
  const to = bin === last ? h.maxNs : lowerBound(bin + 1) - 0.5;
  if (lowerBound(bin + 1) - lowerBound(bin) === 1) return lowerBound(bin);
  return from + (to - from) * Math.min(1, Math.max(0, (rank - below) / h.counts[bin]!));
}
