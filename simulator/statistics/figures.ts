import {
  failureCodes,
  timeCategories,
  type ComponentFigures,
  type FlowFigures,
  type HottestKey,
  type LatencyFigures,
  type TimeCategory,
} from '../result.ts';
import type { ComponentLayout, FlowLayout } from './cell.ts';
import { meanNs, quantileNs, type Histogram } from './histogram.ts';
import type { ComponentTotals, FlowTotals } from './totals.ts';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

/** Figures of one flow over a window of `coveredNs`, without intervals; CONTRACTS: result file. */
export function flowFigures(
  layout: FlowLayout,
  totals: FlowTotals,
  coveredNs: number,
  latencyCi95Ms: FlowFigures['latencyCi95Ms'] = NO_INTERVALS,
): FlowFigures {
  const failed = sumOf(totals.failed);
  return {
    offeredPerSecond: perSecond(totals.arrivals, coveredNs),
    completedPerSecond: perSecond(totals.completed, coveredNs),
    errorRatio: ratio(failed, totals.completed + failed),
    latencyMs: latencyFigures(totals.latency),
    latencyCi95Ms,
    failedLatencyMs: totals.failedLatency.isEmpty ? null : latencyFigures(totals.failedLatency),
    ...timeFigures(layout, totals),
    timeSamples: totals.traced,
    errors: {
      timeout: totals.failed[failureCodes.indexOf('timeout')]!,
      rejected: totals.failed[failureCodes.indexOf('rejected')]!,
      unavailable: totals.failed[failureCodes.indexOf('unavailable')]!,
      notFound: totals.failed[failureCodes.indexOf('notFound')]!,
    },
    rateLimited: totals.rateLimited,
    counts: {
      inFlightAtStart: totals.inFlightAtStart,
      arrivals: totals.arrivals,
      completed: totals.completed,
      failed,
      rateLimited: totals.rateLimited,
      inFlightAtEnd: totals.inFlightAtEnd,
    },
  };
}

export const NO_INTERVALS: FlowFigures['latencyCi95Ms'] = { mean: null, p50: null, p99: null };

function latencyFigures(h: Histogram): LatencyFigures {
  return {
    count: h.count,
    mean: toMs(meanNs(h)),
    p50: toMs(quantileNs(h, 0.5)),
    p90: toMs(quantileNs(h, 0.9)),
    p95: toMs(quantileNs(h, 0.95)),
    p99: toMs(quantileNs(h, 0.99)),
    p999: toMs(quantileNs(h, 0.999)),
    max: h.isEmpty ? null : h.maxNs / NS_PER_MS,
  };
}

function timeFigures(
  layout: FlowLayout,
  { traced, time }: FlowTotals,
): Pick<FlowFigures, 'timeMs' | 'timeByComponentMs'> {
  if (traced === 0) return { timeMs: null, timeByComponentMs: null };
  const timeMs = Object.fromEntries(timeCategories.map((c) => [c, 0])) as Record<TimeCategory, number>;
  const byComponent: Record<string, Partial<Record<TimeCategory, number>>> = {};
  layout.timeCells.forEach(({ component, category }, i) => {
    if (time[i] === 0) return;
    const ms = time[i]! / traced / NS_PER_MS;
    timeMs[category] += ms;
    const row = (byComponent[component] ??= {});
    row[category] = (row[category] ?? 0) + ms;
  });
  return { timeMs, timeByComponentMs: byComponent };
}

/** Figures of one component over a window of `coveredNs`; CONTRACTS: result file. */
export function componentFigures(
  layout: ComponentLayout,
  totals: ComponentTotals,
  coveredNs: number,
): ComponentFigures {
  const figures: Record<string, unknown> & ComponentFigures = {
    utilization: layout.hasServers ? ratio(totals.busyArea, totals.capacityArea) : null,
    throughputPerSecond: perSecond(totals.finished, coveredNs),
    meanQueueLength: layout.hasQueue ? overTime(totals.queueArea, coveredNs) : null,
    waitMs: { mean: toMs(meanNs(totals.wait)), p99: toMs(quantileNs(totals.wait, 0.99)) },
    ...(layout.hasCpu ? { cpuUtilization: ratio(totals.cpuBusyArea, totals.cpuCapacityArea) ?? 0 } : {}),
    ...(layout.shards > 0 ? { shards: shardFigures(totals, coveredNs) } : {}),
    ...(layout.keys === null ? {} : { hottestKey: hottestKey(layout.keys, totals.keys, coveredNs) }),
    ...(layout.hasCache ? { hitRatio: ratio(totals.hits, totals.hits + totals.misses) } : {}),
    ...(layout.hasLog
      ? {
          backlog: { mean: overTime(totals.backlogArea, coveredNs), max: totals.backlogMax },
          lagSeconds: lagFigures(totals.lag),
        }
      : {}),
  };
  layout.counters.forEach(({ name, report, of }, i) => {
    const count = totals.counters[i]!;
    if (report === 'perSecond') figures[name] = perSecond(count, coveredNs);
    else if (report === 'level') figures[name] = overTime(count, coveredNs);
    else if (report === 'ratio') figures[name] = ratio(count, totals.counters[of!]!);
    else figures[name] = count;
  });
  return figures;
}

function shardFigures(
  totals: ComponentTotals,
  coveredNs: number,
): { utilization: number; throughputPerSecond: number }[] {
  return Array.from(totals.shardFinished, (finished, i) => ({
    utilization: ratio(totals.shardBusyArea[i]!, totals.shardCapacityArea[i]!) ?? 0,
    throughputPerSecond: perSecond(finished, coveredNs),
  }));
}

/** The key with the most offered reads and writes of the window; the first of equals. */
function hottestKey(
  names: readonly string[],
  keys: Float64Array | null,
  coveredNs: number,
): HottestKey | null {
  let hottest = -1;
  let most = 0;
  for (let k = 0; keys !== null && k < names.length && 4 * k < keys.length; k++) {
    const offered = keys[4 * k]! + keys[4 * k + 2]!;
    if (offered > most) {
      most = offered;
      hottest = k;
    }
  }
  if (keys === null || hottest < 0) return null;
  return {
    key: names[hottest]!,
    offeredReadsPerSecond: perSecond(keys[4 * hottest]!, coveredNs),
    servedReadsPerSecond: perSecond(keys[4 * hottest + 1]!, coveredNs),
    offeredWritesPerSecond: perSecond(keys[4 * hottest + 2]!, coveredNs),
    servedWritesPerSecond: perSecond(keys[4 * hottest + 3]!, coveredNs),
  };
}

function lagFigures(lag: Histogram | null): { p99: number | null; max: number | null } {
  if (lag === null || lag.isEmpty) return { p99: null, max: null };
  return { p99: quantileNs(lag, 0.99)! / NS_PER_SECOND, max: lag.maxNs / NS_PER_SECOND };
}

function toMs(ns: number | null): number | null {
  return ns === null ? null : ns / NS_PER_MS;
}

/** A window without length has no rate: 0. */
function perSecond(count: number, coveredNs: number): number {
  return coveredNs === 0 ? 0 : count / (coveredNs / NS_PER_SECOND);
}

function overTime(area: number, coveredNs: number): number {
  return coveredNs === 0 ? 0 : area / coveredNs;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0);
}
