import type { Interval } from '../result.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * 95 % confidence interval of a mean by Student's t, from independent estimates of it: one a
 * replication, or one a batch. Null with fewer than two.
 */
export function interval95(estimates: readonly number[]): Interval | null {
  const n = estimates.length;
  if (n < 2) return null;
  const mean = estimates.reduce((sum, x) => sum + x, 0) / n;
  const variance = estimates.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (n - 1);
  const half = studentTQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return [mean - half, mean + half];
}

/** Successes of one flow in one batch. */
export interface Batch {
  readonly count: number;
  readonly meanNs: number | null;
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
}

/** Samples that a batch needs beyond a quantile for its estimate to count. */
const SAMPLES_BEYOND = 10;

/**
 * 95 % interval of a figure from the batches of one run (batch means; Law & Kelton 2000, 9.5.3).
 * Null when any batch has too few samples: fewer than ten beyond the quantile, or for the mean
 * fewer than ten at all.
 */
export function batchInterval95(
  batches: readonly Batch[],
  figure: 'meanNs' | 'p50Ns' | 'p99Ns',
): Interval | null {
  const needed = SAMPLES_BEYOND / { meanNs: 1, p50Ns: 0.5, p99Ns: 0.01 }[figure];
  if (batches.some((batch) => batch.count < needed)) return null;
  return interval95(batches.map((batch) => batch[figure]!));
}
