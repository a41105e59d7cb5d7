import type { Histogram } from './histogram.ts';

/**
 * What the engine hands to the statistics: measurements of one time cell.
 *
 * The simulated time is cut at every series step, the end of the warm-up, the bounds of phases,
 * batches and expectation windows, and the end of the run; a cell lies between two cuts. The engine
 * fills a cell while its time passes (it may write into later cells, because results that are known
 * ahead are counted at the time at which they happen) and hands it over when it is complete. Figures
 * of any window are sums over its cells. Times are integer nanoseconds in float64.
 */
export interface FlowCell {
  arrivals: number;
  completed: number;
  /** By failure code, in the order of `failureCodes`. */
  readonly failed: Float64Array;
  rateLimited: number;
  /** Roots of this flow in flight at the end of the cell. */
  inFlightAtEnd: number;
  /** Successful requests, ns. */
  readonly latency: Histogram;
  /** Failed requests, ns. */
  readonly failedLatency: Histogram;
  /** Traced successful requests. */
  traced: number;
  /** Summed critical-path ns of traced successes, one entry per `FlowLayout.timeCells`. */
  readonly time: Float64Array;
}

/** Counters of a component; every one is additive over time, except where it says maximum. */
export interface ComponentCell {
  /** Integral of occupied servers, server-ns; and of servers there. */
  busyArea: number;
  capacityArea: number;
  cpuBusyArea: number;
  cpuCapacityArea: number;
  /** Integral of waiting jobs, job-ns. */
  queueArea: number;
  finished: number;
  hits: number;
  misses: number;
  /** Integral of messages accepted and not yet done, message-ns; and the maximum count. */
  backlogArea: number;
  backlogMax: number;
  /** Waits of jobs that began service in the cell, ns. */
  readonly wait: Histogram;
  /** Consumer lag of messages whose effect was committed in the cell, ns; null without a log. */
  readonly lag: Histogram | null;
  /** By shard, in shard order; empty where the kind has none. */
  readonly shardBusyArea: Float64Array;
  readonly shardCapacityArea: Float64Array;
  readonly shardFinished: Float64Array;
  /** Keyed counters, four per tracked key: offered reads, served reads, offered writes, served writes. */
  keys: Float64Array | null;
  /** Rows of `keys` in which anything was counted, of thousands that were not; absent: nobody looked. */
  touchedKeys?: Int32Array;
  /** Further additive counters of a kind, one entry per `ComponentLayout.counters`. */
  readonly counters: Float64Array;
}

export interface FlowLayout {
  readonly id: string;
  /** Rows of the time ledger: which component and category each entry of `FlowCell.time` is. */
  readonly timeCells: readonly { readonly component: string; readonly category: TimeCategory }[];
}

export interface ComponentLayout {
  readonly id: string;
  readonly hasServers: boolean;
  readonly hasCpu: boolean;
  readonly hasQueue: boolean;
  readonly hasCache: boolean;
  readonly hasLog: boolean;
  readonly shards: number;
  /** Names of tracked keys, in the order of `ComponentCell.keys`; may grow during a run. */
  readonly keys: string[] | null;
  /** Extra figures: reported per second, as a share of another counter, or as a mean level over time. */
  readonly counters: readonly {
    readonly name: string;
    readonly report: 'perSecond' | 'count' | 'ratio' | 'level';
    /** For `ratio`: index of the counter that is the denominator. */
    readonly of?: number;
  }[];
}

export interface Layout {
  readonly flows: readonly FlowLayout[];
  readonly components: readonly ComponentLayout[];
  /** Cell bounds in ns, increasing, from 0 to the end of the run. Cell i is [cuts[i], cuts[i+1]). */
  readonly cuts: Float64Array;
}

export interface Cell {
  readonly flows: readonly FlowCell[];
  readonly components: readonly ComponentCell[];
}

import type { TimeCategory } from '../result.ts';
