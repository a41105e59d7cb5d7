import type { History } from '../load/index.ts';
import { observe, type ObservedStack, type ObserveOptions } from './observation/observe.ts';
import type { Limits } from './observed.ts';
import { promises } from './promises.ts';
import type { Verdict } from './verdict.ts';

/** What one feed read pulls of a whale. Source: the published design, LIMIT 20. */
const whalePullLength = 20;

/** Twice what the stack needs to work off an outage of all brokers of 30 s (measured: 53 s after its begin). */
const freshAfterMs = 120_000;

export type CheckOptions = Partial<ObserveOptions> & Partial<Pick<Limits, 'freshAfterMs'>>;

/**
 * Judges a run: call it when the load has ended and every fault is healed. Waits for the queues, reads
 * everything back, and says of each promise whether it was kept.
 *
 * @throws Error when a part does not answer: then nothing is known, and nothing judged
 */
export async function check(
  history: History,
  stack: ObservedStack,
  options: CheckOptions = {},
): Promise<Verdict> {
  const { settings } = stack;
  const observed = await observe(history, stack, { settleTimeoutMs: 180_000, ...options });
  return promises(history, observed, {
    feedLength: settings.feedLength,
    pageLength: settings.pageLength,
    whalePullLength,
    whaleWindowMs: settings.whaleWindowSeconds * 1000,
    ranking: settings.rankedShare === 0 ? 'chronological' : 'mixed',
    freshAfterMs: options.freshAfterMs ?? freshAfterMs,
  });
}
