import { formatCount, formatPercent, formatPerSecond } from '../ui/index.ts';
import type { SeriesBuffer } from './series-buffer.ts';

/** How a component is doing, with the reason in a few words when it is not well. */
export interface Health {
  readonly level: 'good' | 'warn' | 'bad';
  readonly reason: string | null;
}

export const good: Health = { level: 'good', reason: null };

/** Above this a queue is no longer short: at 70 % an M/M/1 queue holds 2.3 jobs, at 90 % 9. */
export const warnUtilization = 0.7;
export const badUtilization = 0.9;
/** A backlog grows if it did so over this many seconds and by more than noise. */
const growthSeconds = 5;
const growthNoise = 0.02;
/** Messages in a backlog that nobody minds. */
const smallBacklog = 100;
/** A key is short of capacity when it serves this much less than it is asked for. */
const servedShare = 0.95;

/** The worst thing to be said about a component after its latest row. */
export function healthOf(series: SeriesBuffer, component: string): Health {
  const last = (figure: string): number | null => series.last(`components.${component}.${figure}`);
  const warnings: Health[] = [];

  const offered = last('hottestKey.offeredReadsPerSecond');
  const served = last('hottestKey.servedReadsPerSecond');
  if (offered !== null && served !== null && offered > 10 && served < offered * servedShare) {
    return bad(`hot key ${formatCount(served)} of ${formatCount(offered)}`);
  }
  const offeredWrites = last('hottestKey.offeredWritesPerSecond');
  const servedWrites = last('hottestKey.servedWritesPerSecond');
  if (
    offeredWrites !== null &&
    servedWrites !== null &&
    offeredWrites > 10 &&
    servedWrites < offeredWrites * servedShare
  ) {
    return bad(`hot key ${formatCount(servedWrites)} of ${formatPerSecond(offeredWrites)} writes`);
  }
  const errors = last('errorRatio');
  if (errors !== null && errors >= 0.01) return bad(`${formatPercent(errors)} errors`);
  if (errors !== null && errors > 0) warnings.push(warn(`${formatPercent(errors)} errors`));

  const utilization = last('utilization');
  if (utilization !== null && utilization >= badUtilization) return bad('over 90 % busy');

  const growth = backlogGrowth(series.column(`components.${component}.backlog.mean`));
  if (growth !== null) return warn(`growing by ${formatPerSecond(growth.perSecond)}`);
  if (utilization !== null && utilization >= warnUtilization) warnings.push(warn('over 70 % busy'));
  return warnings[0] ?? good;
}

/** Growth of a backlog that rose in each of the last seconds; null if it did not. */
export function backlogGrowth(
  backlog: readonly (number | null)[],
): { readonly level: number; readonly perSecond: number } | null {
  const recent = backlog.slice(-(growthSeconds + 1));
  if (recent.length <= growthSeconds) return null;
  for (let at = 1; at < recent.length; at += 1) {
    const previous = recent[at - 1];
    const current = recent[at];
    if (typeof previous !== 'number' || typeof current !== 'number' || current <= previous) return null;
  }
  const first = recent[0]!;
  const level = recent.at(-1)!;
  if (level < smallBacklog || level - first < level * growthNoise) return null;
  return { level, perSecond: (level - first) / growthSeconds };
}

function warn(reason: string): Health {
  return { level: 'warn', reason };
}
function bad(reason: string): Health {
  return { level: 'bad', reason };
}
