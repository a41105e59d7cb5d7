/**
 * The result file, version 1: the one output of every run, on the command line, in the canvas and
 * from the reference stack. No samples is null, never NaN. Latencies in ms, rates per second.
 */
export interface LatencyFigures {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}
export type Interval = readonly [number, number];
export type FailureCode = 'timeout' | 'rejected' | 'unavailable' | 'notFound';
export const failureCodes: readonly FailureCode[] = ['timeout', 'rejected', 'unavailable', 'notFound'];

export type TimeCategory = 'queue' | 'service' | 'network' | 'retry' | 'thread';
export const timeCategories: readonly TimeCategory[] = ['queue', 'service', 'network', 'retry', 'thread'];

export interface FlowFigures {
  readonly offeredPerSecond: number;
  readonly completedPerSecond: number;
  readonly errorRatio: number | null;
  readonly latencyMs: LatencyFigures;
  readonly latencyCi95Ms: {
    readonly mean: Interval | null;
    readonly p50: Interval | null;
    readonly p99: Interval | null;
  };
  readonly failedLatencyMs: LatencyFigures | null;
  /** Mean time of a successful request along its critical path, by category. */
  readonly timeMs: Readonly<Record<TimeCategory, number>> | null;
  /** The same time by component: `{ "post-db": { queue, service } }`; edges count as `network`. */
  readonly timeByComponentMs: Readonly<
    Record<string, Readonly<Partial<Record<TimeCategory, number>>>>
  > | null;
  /** Requests that timeMs was measured on; every request, or a fixed share chosen by request key. */
  readonly timeSamples: number;
  readonly errors: Readonly<Record<FailureCode, number>>;
  readonly rateLimited: number;
  /** Conservation: inFlightAtStart + arrivals = completed + failed + rateLimited + inFlightAtEnd. */
  readonly counts: {
    readonly inFlightAtStart: number;
    readonly arrivals: number;
    readonly completed: number;
    readonly failed: number;
    readonly rateLimited: number;
    readonly inFlightAtEnd: number;
  };
}

export interface HottestKey {
  readonly key: string;
  readonly offeredReadsPerSecond: number;
  readonly servedReadsPerSecond: number;
  readonly offeredWritesPerSecond: number;
  readonly servedWritesPerSecond: number;
}

export interface ComponentFigures {
  /** Servers occupied, serving or held, as a share; null where there are no servers. */
  readonly utilization: number | null;
  readonly cpuUtilization?: number;
  readonly throughputPerSecond: number;
  readonly meanQueueLength: number | null;
  readonly waitMs: { readonly mean: number | null; readonly p99: number | null };
  readonly shards?: readonly { readonly utilization: number; readonly throughputPerSecond: number }[];
  readonly hottestKey?: HottestKey | null;
  readonly hitRatio?: number | null;
  readonly backlog?: { readonly mean: number; readonly max: number };
  readonly lagSeconds?: { readonly p99: number | null; readonly max: number | null };
  /** Further figures of a kind, by name. */
  readonly [figure: string]: unknown;
}

export interface PhaseFigures {
  /** Seconds since the start. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly flows: Readonly<Record<string, FlowFigures>>;
  readonly components: Readonly<Record<string, ComponentFigures>>;
}

export interface ExpectationOutcome {
  readonly id: string;
  readonly status: 'pass' | 'fail';
  readonly observed: number | null;
}

export interface Result {
  readonly format: 'fanout-lab/result';
  readonly version: 1;
  readonly scenario: string;
  readonly engine: 'exact';
  readonly seed: number;
  readonly replications: number;
  readonly simulatedSeconds: number;
  readonly events: number;
  readonly wallSeconds: number;
  readonly digest: string;
  readonly flows: Readonly<Record<string, FlowFigures>>;
  readonly components: Readonly<Record<string, ComponentFigures>>;
  readonly phases: Readonly<Record<string, PhaseFigures>>;
  readonly recoveryMs: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /** `stepSeconds` and, by metric path, one value a step. */
  readonly series: { readonly stepSeconds: number } & Readonly<
    Record<string, number | readonly (number | null)[]>
  >;
  readonly stopped: null | {
    readonly atSeconds: number;
    readonly reason: 'frames';
    readonly component: string;
  };
  readonly verdicts: readonly Verdict[];
  readonly expectations: readonly ExpectationOutcome[];
}

export interface Verdict {
  readonly id: string;
  readonly atSeconds: number;
  readonly component: string;
  readonly cause: string;
  readonly effects: readonly string[];
  readonly text: string;
}
