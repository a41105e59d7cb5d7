import type { Population } from '../scenario.ts';
import { aliasTable, drawFrom } from './alias-table.ts';
import { log, pow } from './math.ts';
import { memoize } from './memoize.ts';
import { findRoot } from './root.ts';

/**
 * Followers of an account: a truncated power law with density proportional to x^-exponent from a
 * least count to `max`, the least fitted so that the mean is as given (Clauset, Shalizi and Newman,
 * Power-law distributions in empirical data, SIAM Review 2009, section 2; continuous form).
 */
export interface FollowerLaw {
  readonly least: number;
  readonly max: number;
  /** Share of accounts with at least that many followers. */
  survival(followers: number): number;
  /** Followers of the account above which a share `survival` of all accounts lies; not rounded. */
  quantile(survival: number): number;
  /** Mean followers of the accounts that have at least `threshold`; null when there are none. */
  meanAbove(threshold: number): number | null;
}

/** Integral of x^(power - exponent) from `from` to `to`. */
function integral(from: number, to: number, power: number, exponent: number): number {
  const n = power + 1 - exponent;
  return n === 0 ? log(to / from) : (pow(to, n) - pow(from, n)) / n;
}

export function followerLaw({ mean, exponent, max }: Population['followers']): FollowerLaw {
  /** Mean for a least count, less the mean asked for; and its derivative. */
  const excess = (from: number): readonly [number, number] => {
    const mass = integral(from, max, 0, exponent);
    const sum = integral(from, max, 1, exponent);
    return [sum / mass - mean, (pow(from, -exponent) * (sum - from * mass)) / (mass * mass)];
  };
  // Below this the law would reach accounts with a millionth of a follower, which means nobody.
  const floor = 1e-6;
  const least = mean >= max ? max : excess(floor)[0] >= 0 ? floor : findRoot(excess, floor, mean);
  const degenerate = least >= max;
  const n = 1 - exponent;
  const low = pow(least, n);
  const high = pow(max, n);
  return {
    least,
    max,
    survival(followers) {
      if (followers <= least) return 1;
      if (followers > max || degenerate) return 0;
      return (pow(followers, n) - high) / (low - high);
    },
    quantile(survival) {
      if (degenerate) return max;
      return Math.min(max, Math.max(least, pow(high + survival * (low - high), 1 / n)));
    },
    meanAbove(threshold) {
      if (threshold > max) return null;
      if (degenerate || threshold === max) return max;
      const from = Math.max(threshold, least);
      return integral(from, max, 1, exponent) / integral(from, max, 0, exponent);
    },
  };
}

/** Most accounts that are followed one by one; smaller ones are drawn, but share no counters. */
export const maximumTrackedWhales = 65_536;

/**
 * The whales whose posts ordinary feed reads pull: the tail of the power law from the threshold on,
 * as many accounts as make each one's read rate feed reads x followers / users, drawn in proportion
 * to their followers.
 */
export interface WhaleTail {
  /** Followers by account, most first; at most `maximumTrackedWhales`. */
  readonly followers: Float64Array;
  /** Alias table of the accounts, and behind them of those too small to be tracked, where there are any. */
  readonly table: Uint32Array;
  /** An account for two uniform 32-bit draws; -1: one of those too small to be tracked. */
  draw(column: number, coin: number): number;
}

/**
 * @param meanPulls Whales that a feed read pulls on average.
 * @returns null when no account reaches the threshold, or nobody pulls.
 */
export function whaleTail(population: Population, threshold: number, meanPulls: number): WhaleTail | null {
  return whaleTailOf(population.followers, population.users, threshold, meanPulls);
}

/** Tails that are kept: of a few designs, or thresholds, that are compared. */
const KEPT_TAILS = 8;

const whaleTailOf = memoize(KEPT_TAILS, findWhaleTail);

function findWhaleTail(
  distribution: Population['followers'],
  users: number,
  threshold: number,
  meanPulls: number,
): WhaleTail | null {
  const law = followerLaw(distribution);
  const meanFollowers = law.meanAbove(threshold);
  if (meanFollowers === null || meanPulls === 0) return null;
  const accounts = Math.max(1, Math.floor((meanPulls * users) / meanFollowers + 0.5));
  const tracked = Math.min(accounts, maximumTrackedWhales);
  const share = law.survival(threshold);
  const followers = new Float64Array(tracked);
  // Accounts stand at the mid-points of equal shares of the tail, so that a design has the same whales in every run.
  for (let i = 0; i < tracked; i++) followers[i] = law.quantile((share * (i + 0.5)) / accounts);
  const rest = Math.max(0, accounts * meanFollowers - followers.reduce((sum, f) => sum + f, 0));
  const weights = accounts > tracked ? [...followers, rest] : [...followers];
  const table = aliasTable(weights);
  return {
    followers,
    table,
    draw(column, coin) {
      const chosen = drawFrom(table, column, coin);
      return chosen < tracked ? chosen : -1;
    },
  };
}
