import { Histogram, quantileWithFailuresNs } from './histogram.ts';
import type { FlowTotals } from './totals.ts';
import { STEP_NS, type Window } from './windows.ts';

/** A window of recovery: 5 steps, one ends with every step. */
const WINDOW_STEPS = 5;
/** Windows in a row that must be good: 10 s of them. */
const STEPS_TO_HOLD = 10;
const TOLERANCE = 1.1;

/**
 * The p99 latency of one flow over the last 5 s, at the end of every step, with failures slower than
 * any success. Keeps five histograms, whatever the length of the run.
 */
export class SlidingP99 {
  private readonly steps = Array.from({ length: WINDOW_STEPS }, () => new Histogram());
  private readonly failures = new Float64Array(WINDOW_STEPS);
  private readonly merged = new Histogram();
  private step = 0;

  /** Takes in the next whole step; returns ns, Infinity for a failure, NaN without a whole window or samples. */
  next(flow: FlowTotals): number {
    const slot = this.step % WINDOW_STEPS;
    this.steps[slot]!.reset();
    this.steps[slot]!.addAll(flow.latency);
    this.failures[slot] = flow.failed.reduce((sum, n) => sum + n, 0);
    this.step += 1;
    if (this.step < WINDOW_STEPS) return NaN;
    this.merged.reset();
    for (const histogram of this.steps) this.merged.addAll(histogram);
    const failed = this.failures.reduce((sum, n) => sum + n, 0);
    return quantileWithFailuresNs(this.merged, failed, 0.99) ?? NaN;
  }
}

/**
 * Time from the end of an event until the p99 is back, ms; null when it does not come back or there
 * is nothing to compare with. `p99Ns[i]` is the value of the window that ends i + 1 steps after the
 * start. Back means: at most 1.1 times the highest window that lies wholly within `before`, for the
 * ten windows from then on.
 */
export function recoveryMs(p99Ns: ArrayLike<number>, before: Window, event: Window): number | null {
  let highest = -Infinity;
  const firstBefore = Math.ceil(before.fromNs / STEP_NS) + WINDOW_STEPS;
  for (let end = firstBefore; end * STEP_NS <= before.toNs; end++) {
    const value = p99Ns[end - 1];
    if (value !== undefined && value > highest) highest = value;
  }
  if (highest === -Infinity) return null;
  const limit = TOLERANCE * highest;
  let good = 0;
  for (let end = Math.ceil(event.toNs / STEP_NS); end <= p99Ns.length; end++) {
    const value = end === 0 ? NaN : p99Ns[end - 1]!;
    good = value <= limit ? good + 1 : 0;
    if (good === STEPS_TO_HOLD) return ((end - good + 1) * STEP_NS - event.toNs) / 1e6;
  }
  return null;
}
