import { log } from '../../scenarios/sampling/index.ts';
import { LOG_ODDS } from './rank-change.ts';

/**
 * When does something begin to happen more often than it should? Counts over exposures (seconds, look-ups)
 * against a rate, by the cumulative sum of log-likelihood ratios of Poisson counts (Page 1954; Moustakides 1986)
 * for a rate `RATIO` times as high. As long as the rate is at most what was expected, the sum passes h with a
 * probability of at most exp(-h) at every step, since the likelihood ratio is a martingale.
 */
export class RateChange {
  private level = 0;
  private sinceNs = 0;
  private countSince = 0;
  private expectedSince = 0;
  private alarmed = false;
  private calm = 0;

  /**
   * Takes what was counted in a step from `fromNs` on, and at most how much was expected of it.
   * @returns the change that it gives away, or null
   */
  add(count: number, expected: number, fromNs: number): RateShift | null {
    if (this.alarmed) {
      this.calm = count <= expected * RATIO ? this.calm + 1 : 0;
      if (this.calm < CALM_STEPS) return null;
      this.alarmed = false;
      this.level = 0;
      return { direction: 'down', atNs: fromNs, ratio: 1 };
    }
    const level = this.level + count * LOG_RATIO - (RATIO - 1) * expected;
    if (level <= 0) {
      this.level = 0;
      return null;
    }
    if (this.level === 0) {
      this.sinceNs = fromNs;
      this.countSince = this.expectedSince = 0;
    }
    this.level = level;
    this.countSince += count;
    this.expectedSince += expected;
    if (level < LOG_ODDS) return null;
    this.alarmed = true;
    this.calm = 0;
    return { direction: 'up', atNs: this.sinceNs, ratio: this.countSince / this.expectedSince };
  }

  /** Is an alarm over that has not ended yet? What is counted now says nothing about ordinary times. */
  get isAlarmed(): boolean {
    return this.alarmed || this.level > 0;
  }
}

/** A change of how often something happens. */
export interface RateShift {
  readonly direction: 'up' | 'down';
  readonly atNs: number;
  /** How often it happened since, as a multiple of what was expected at most. */
  readonly ratio: number;
}

/**
 * The same where nobody says what to expect: it is what was counted before, as much of it as can be with a
 * probability of error of about 1e-9 (six standard deviations of a Poisson count, and for small counts more).
 */
export class RateChangeFromPast {
  private readonly change = new RateChange();
  private count = 0;

  /** In so many steps, and with so much exposure, nothing has been counted so far. */
  constructor(
    private exposure = 0,
    private steps = 0,
  ) {}

  add(count: number, exposure: number, fromNs: number): RateShift | null {
    if (exposure <= 0) return null;
    const rate = (this.count + 6 * Math.sqrt(this.count) + 20) / this.exposure;
    const found = this.steps < LEAST_PAST ? null : this.change.add(count, rate * exposure, fromNs);
    if (!this.change.isAlarmed) {
      this.count += count;
      this.exposure += exposure;
      this.steps += 1;
    }
    return found;
  }
}

/** Smallest rise that the sum is made for; it answers to one by half of this, more slowly. */
const RATIO = 1.3;
const LOG_RATIO = log(RATIO);
/** Steps that have to lie behind before one can be compared with them. */
const LEAST_PAST = 8;
/** Steps in a row at the ordinary rate that end a change. */
const CALM_STEPS = 4;
