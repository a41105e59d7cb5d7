import type { Scenario, TimelineEntry } from '../../scenarios/index.ts';
import { drawUint32, log, uniform } from '../../scenarios/sampling/index.ts';
import { failureCodes, type FailureCode } from '../result.ts';
import type { Cell } from './cell.ts';
import { Collector } from './collector.ts';
import type { RunRecord } from './record.ts';
import { emptyTotals, type TotalsLayout } from './totals.ts';
import { planCuts } from './windows.ts';

/** For tests: a run that never took place, given as a list of requests, fed to the statistics cell by cell. */
export interface Request {
  readonly flow: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly outcome: 'completed' | 'rateLimited' | FailureCode;
}

export const layout: TotalsLayout = {
  flows: [
    {
      id: 'read',
      timeCells: [
        { component: 'store', category: 'queue' },
        { component: 'store', category: 'service' },
        { component: 'client->store', category: 'network' },
      ],
    },
    { id: 'write', timeCells: [] },
  ],
  components: [
    {
      id: 'store',
      hasServers: true,
      hasCpu: true,
      hasQueue: true,
      hasCache: true,
      hasLog: true,
      shards: 2,
      keys: ['a', 'b'],
      counters: [
        { name: 'retriesPerSecond', report: 'perSecond' },
        { name: 'evictions', report: 'count' },
        { name: 'staleRatio', report: 'ratio', of: 1 },
        { name: 'storedBytes', report: 'level' },
      ],
    },
    {
      id: 'gate',
      hasServers: false,
      hasCpu: false,
      hasQueue: false,
      hasCache: false,
      hasLog: false,
      shards: 0,
      keys: null,
      counters: [],
    },
  ],
};

export function scenarioOf(
  run: Partial<Scenario['run']>,
  timeline: readonly TimelineEntry[] = [],
  expectations: Scenario['expectations'] = [],
): Scenario {
  return {
    id: 'synthetic',
    title: '',
    description: '',
    design: { nodes: [], edges: [] },
    population: {
      users: 1,
      activeRatio: 1,
      followers: { mean: 1, exponent: 2, max: 1 },
      followees: { mean: 1 },
      whales: [],
      whalesPerReader: [1],
    },
    timeline,
    run: { durationSeconds: 20, warmupSeconds: 2, seed: 1, maximumFrames: 1000, ...run },
    expectations,
  };
}

export function setEvent(id: string, atSeconds: number, durationSeconds: number | null): TimelineEntry {
  return { id, atSeconds, durationSeconds, kind: 'set', path: 'run.seed', value: 1 };
}

/** `count` requests of mixed outcomes that start within the run, from a fixed hash of `seed`. */
export function requestsOf(seed: number, count: number, durationSeconds: number): Request[] {
  return Array.from({ length: count }, (_, i) => {
    const draw = (stream: number): number => uniform(drawUint32(seed, 0, stream, i));
    const startNs = Math.floor(draw(1) * durationSeconds * 1e9);
    const endNs = startNs + Math.floor(-2e8 * log(1 - draw(2)));
    const lot = draw(3);
    const outcome =
      lot < 0.8 ? 'completed' : lot < 0.85 ? 'rateLimited' : failureCodes[Math.floor((lot - 0.85) / 0.0375)]!;
    return { flow: draw(4) < 0.7 ? 0 : 1, startNs, endNs, outcome };
  });
}

/** The cell of the requests that start or end in it; component figures grow with its length. */
export function cellOf(requests: readonly Request[], fromNs: number, toNs: number): Cell {
  const cell = emptyTotals(layout);
  for (const { flow, startNs, endNs, outcome } of requests) {
    const into = cell.flows[flow]!;
    if (startNs >= fromNs && startNs < toNs) into.arrivals += 1;
    if (startNs < toNs && endNs >= toNs) into.inFlightAtEnd += 1;
    if (endNs < fromNs || endNs >= toNs) continue;
    if (outcome === 'rateLimited') into.rateLimited += 1;
    else if (outcome === 'completed') {
      into.completed += 1;
      into.latency.record(endNs - startNs);
      if (flow === 0) {
        into.traced += 1;
        into.time[0]! += Math.floor((endNs - startNs) / 4);
        into.time[1]! += endNs - startNs - Math.floor((endNs - startNs) / 4);
      }
    } else {
      into.failed[failureCodes.indexOf(outcome)]! += 1;
      into.failedLatency.record(endNs - startNs);
    }
  }
  const store = cell.components[0]!;
  const length = toNs - fromNs;
  store.busyArea = 3 * length;
  store.capacityArea = 4 * length;
  store.cpuBusyArea = length;
  store.cpuCapacityArea = 2 * length;
  store.queueArea = 5 * length;
  store.finished = length / 1e6;
  store.hits = 3;
  store.misses = 1;
  store.backlogArea = 7 * length;
  store.backlogMax = fromNs / 1e9;
  store.wait.record(2e6);
  store.lag!.record(4e9);
  store.shardBusyArea.set([length, 0]);
  store.shardCapacityArea.set([2 * length, 0]);
  store.shardFinished.set([length / 1e7, 0]);
  store.keys!.set([length / 1e7, length / 2e7, 0, 0, 0, 0, length / 1e6, length / 4e6]);
  store.counters.set([length / 1e8, 2, 1, 9 * length]);
  return cell;
}

/** Feeds requests to a collector, cut as planned; with `live`, that event is told when time reaches it. */
export function recordOf(
  scenario: Scenario,
  requests: readonly Request[],
  options: { readonly live?: TimelineEntry; readonly stopAtNs?: number } = {},
): RunRecord {
  const collector = new Collector(scenario, layout, scenario.run.seed);
  let cuts = [...planCuts(scenario).cuts];
  const stopAtNs = options.stopAtNs ?? Infinity;
  for (let i = 1; i < cuts.length; i++) {
    const fromNs = cuts[i - 1]!;
    if (options.live !== undefined && fromNs === Math.floor(options.live.atSeconds) * 1e9) {
      cuts = [...new Set([...cuts, ...collector.addEvent(options.live)])].sort((a, b) => a - b);
    }
    if (fromNs >= stopAtNs) break;
    const toNs = Math.min(cuts[i]!, stopAtNs);
    collector.closeCell(fromNs, toNs, cellOf(requests, fromNs, toNs));
  }
  const stopped =
    stopAtNs === Infinity
      ? null
      : { atSeconds: stopAtNs / 1e9, reason: 'frames' as const, component: 'store' };
  return collector.record({ events: requests.length, stopped });
}
