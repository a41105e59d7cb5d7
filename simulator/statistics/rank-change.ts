import { BINS, binOf } from './histogram.ts';

/**
 * When do samples of one kind begin to be larger, or smaller, than those before? A cumulative sum of
 * sequential ranks (McDonald 1990, "A CUSUM procedure based on sequential ranks", Naval Research Logistics 37).
 *
 * The n-th sample has rank R among the first n. As long as nothing changes, U = (R - 1/2) / n is as good as
 * uniform on [0, 1] and independent of all ranks before, whatever the distribution (Renyi 1962): nothing has to
 * be known or estimated. Samples in one bin (a 16th of an octave) share the rank in the middle, which only makes
 * alarms rarer (Jensen).
 */
export class RankChange {
  /** Samples by bin, as a binary indexed tree (Fenwick 1994). */
  private readonly tree = new Int32Array(SIZE + 1);
  private readonly counts = new Int32Array(COARSE);
  private samples = 0;
  private sum = 0;
  private readonly up = new RankSums();
  private readonly down = new RankSums();
  /** Rank of the last sample, 0 to 1. */
  rank = 0.5;

  /** Takes a duration in ns that was drawn at a time, ns. @returns the change that it gives away, or null */
  add(ns: number, timeNs: number): Shift | null {
    const bin = binOf(ns) >>> COARSER;
    const below = this.countBelow(bin);
    for (let i = bin + 1; i <= SIZE; i += i & -i) this.tree[i]! += 1;
    const same = (this.counts[bin]! += 1);
    const before = this.samples === 0 ? ns : this.meanNs;
    this.samples += 1;
    this.sum += ns;
    this.rank = (below + same / 2) / this.samples;
    const up = this.up.add(this.rank, ns, before, timeNs);
    const down = this.down.add(1 - this.rank, ns, before, timeNs);
    const found = up ?? down;
    if (found === null) return null;
    this.restart();
    return { ...found, direction: found === up ? 'up' : 'down' };
  }

  /** Mean of the samples since the last change, ns. */
  get meanNs(): number {
    return this.sum / this.samples;
  }

  private countBelow(bin: number): number {
    let below = 0;
    for (let i = bin; i > 0; i -= i & -i) below += this.tree[i]!;
    return below;
  }

  /** What comes is compared with what it is from now on. */
  private restart(): void {
    this.tree.fill(0);
    this.counts.fill(0);
    this.samples = this.sum = 0;
    this.up.reset();
    this.down.reset();
  }
}

/**
 * Watches one of many alike units (instances, shards): given the rank of each of its samples among those of the
 * same kind of all units, tells when its own begin to be larger. Kinds of work may be mixed: all ranks are alike.
 */
export class UnitChange {
  private readonly slow = new RankSums();
  private isSlow = false;
  /** How much speaks for its being as the others again. */
  private relief = 0;
  private reliefSinceNs = 0;

  /** @param rank of the sample, @param meanNs of its kind. */
  add(rank: number, ns: number, meanNs: number, timeNs: number): Shift | null {
    if (!this.isSlow) {
      const found = this.slow.add(rank, ns, meanNs, timeNs);
      if (found === null) return null;
      this.isSlow = true;
      this.relief = 0;
      return { ...found, direction: 'up' };
    }
    if (this.relief === 0) this.reliefSinceNs = timeNs;
    this.relief = Math.max(0, this.relief + RELIEF_RANK - rank);
    if (this.relief < RELIEVED) return null;
    this.isSlow = false;
    this.slow.reset();
    return { direction: 'down', atNs: this.reliefSinceNs, foundNs: timeNs, beforeNs: ns, afterNs: meanNs };
  }
}

/** A change of durations. */
export interface Shift {
  readonly direction: 'up' | 'down';
  /** Time of the first sample that is likely to be of the new kind, and of the one that gave it away, ns. */
  readonly atNs: number;
  readonly foundNs: number;
  /** Means, ns. */
  readonly beforeNs: number;
  readonly afterNs: number;
}

/**
 * Two sums S := max(0, S + U - k), one for small shifts that last and one for large ones. With theta such that
 * E exp(theta (U - k)) = 1, P(S >= h) <= exp(-theta h) at every sample (Kingman 1970, "Inequalities in the
 * theory of queues"), so that h = LOG_ODDS / theta makes a false alarm as rare as exp(-LOG_ODDS).
 */
class RankSums {
  /** A row a test. One array instead of objects: a double in a member of an object has a place of its own. */
  private readonly excursions = new Float64Array(TESTS.length * EXCURSION);

  add(rank: number, ns: number, meanNs: number, timeNs: number): Omit<Shift, 'direction'> | null {
    const { excursions } = this;
    for (let i = 0; i < TESTS.length; i++) {
      const { slack, threshold } = TESTS[i]!;
      const row = i * EXCURSION;
      if (excursions[row + LEVEL] === 0) {
        excursions[row + SINCE] = timeNs;
        excursions[row + SAMPLES] = excursions[row + SUM] = excursions[row + ORDINARY] = 0;
      }
      const level = Math.max(0, excursions[row + LEVEL]! + rank - slack);
      excursions[row + LEVEL] = level;
      excursions[row + SAMPLES]! += 1;
      excursions[row + SUM]! += ns;
      excursions[row + ORDINARY]! += meanNs;
      if (level < threshold) continue;
      const samples = excursions[row + SAMPLES]!;
      return {
        atNs: excursions[row + SINCE]!,
        foundNs: timeNs,
        beforeNs: excursions[row + ORDINARY]! / samples,
        afterNs: excursions[row + SUM]! / samples,
      };
    }
    return null;
  }

  reset(): void {
    for (let i = 0; i < TESTS.length; i++) this.excursions[i * EXCURSION + LEVEL] = 0;
  }
}

/** Of an excursion of a sum above zero: how far it is, since when, ns, what was sampled since, and what would have been ordinary. */
const LEVEL = 0;
const SINCE = 1;
const SAMPLES = 2;
const SUM = 3;
const ORDINARY = 4;
const EXCURSION = 5;

const COARSER = 3;
const COARSE = BINS >>> COARSER;
const SIZE = 1024;

/** Minus the logarithm of the bound on false alarms of one sum at one sample. */
export const LOG_ODDS = 25;

/** `theta` solves (exp(theta) - 1) / theta = exp(slack x theta). */
const TESTS = [
  { slack: 0.6, theta: 2.5215 },
  { slack: 0.85, theta: 19.957 },
].map(({ slack, theta }) => ({ slack, threshold: LOG_ODDS / theta }));

/** A unit whose ranks are below this on average is no longer slow; so much in sum says so. */
const RELIEF_RANK = 0.65;
const RELIEVED = 3;
