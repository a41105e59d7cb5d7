/**
 * The result file, version 1: the one output of every run, on the command line, in the canvas and
 * from the reference stack. No samples is null, never NaN. Latencies in ms, rates per second.
 */
/** A distribution of latencies, ms. Percentiles are interpolated inside histogram bins. */
export interface LatencyFigures {
  /** How many were measured. */
  readonly count: number;
  /** Mean. */
  readonly mean: number | null;
  /** Median. */
  readonly p50: number | null;
  /** 90th percentile. */
  readonly p90: number | null;
  /** 95th percentile. */
  readonly p95: number | null;
  /** 99th percentile. */
  readonly p99: number | null;
  /** 99.9th percentile. */
  readonly p999: number | null;
  /** Largest, exact. */
  readonly max: number | null;
}
/** Lower and upper bound of a 95 % interval. */
export type Interval = readonly [number, number];
/** Why a request failed. `rejected`: queue full or shed; `unavailable`: refused, breaker open, no quorum. */
export type FailureCode = 'timeout' | 'rejected' | 'unavailable' | 'notFound';
export const failureCodes: readonly FailureCode[] = ['timeout', 'rejected', 'unavailable', 'notFound'];

/** What a request was doing: waiting, being served, on a wire, backing off before a retry, waiting for a thread. */
export type TimeCategory = 'queue' | 'service' | 'network' | 'retry' | 'thread';
export const timeCategories: readonly TimeCategory[] = ['queue', 'service', 'network', 'retry', 'thread'];

/** One kind of request, as its client sees it. A request belongs to the window in which it ends. */
export interface FlowFigures {
  /** Arrivals, retries left out. */
  readonly offeredPerSecond: number;
  /** Successes. */
  readonly completedPerSecond: number;
  /** Failed / (completed + failed). */
  readonly errorRatio: number | null;
  /** Successes, at the client, from the intended start, with edges and retries. */
  readonly latencyMs: LatencyFigures;
  /** 95 % intervals: Student's t over replications, or over 20 batches of a single run; null when there are too few. */
  readonly latencyCi95Ms: {
    readonly mean: Interval | null;
    readonly p50: Interval | null;
    readonly p99: Interval | null;
  };
  /** Failures, until the client knew; null without any. */
  readonly failedLatencyMs: LatencyFigures | null;
  /** Mean time of a successful request along its critical path, by category. */
  readonly timeMs: Readonly<Record<TimeCategory, number>> | null;
  /** The same time by component: `{ "post-db": { queue, service } }`; edges count as `network`. */
  readonly timeByComponentMs: Readonly<
    Record<string, Readonly<Partial<Record<TimeCategory, number>>>>
  > | null;
  /** Requests that timeMs was measured on; every request, or a fixed share chosen by request key. */
  readonly timeSamples: number;
  /** Failed requests by reason. */
  readonly errors: Readonly<Record<FailureCode, number>>;
  /** Requests answered with 429: neither completed nor failed. */
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

/** The key of a store with the most offered reads and writes of the window. */
export interface HottestKey {
  /** Its name. */
  readonly key: string;
  /** Reads that wanted it. */
  readonly offeredReadsPerSecond: number;
  /** Reads that it served. */
  readonly servedReadsPerSecond: number;
  /** Writes that wanted it. */
  readonly offeredWritesPerSecond: number;
  /** Writes that it served. */
  readonly servedWritesPerSecond: number;
}

/** One component. */
export interface ComponentFigures {
  /** Servers occupied, serving or held, as a share; null where there are no servers. */
  readonly utilization: number | null;
  /** Cores at work, as a share; autoscaling reads it. A thread that waits for an answer uses none. */
  readonly cpuUtilization?: number;
  /** Services finished, those for abandoned attempts included. */
  readonly throughputPerSecond: number;
  /** Mean number of waiting jobs; null where nothing can wait. */
  readonly meanQueueLength: number | null;
  /** Time from arrival until service begins. */
  readonly waitMs: { readonly mean: number | null; readonly p99: number | null };
  /** Of a sharded kind, by shard. */
  readonly shards?: readonly { readonly utilization: number; readonly throughputPerSecond: number }[];
  /** Of a store. */
  readonly hottestKey?: HottestKey | null;
  /** Of a cache: hits / look-ups. */
  readonly hitRatio?: number | null;
  /** Of a queue or stream: messages accepted and not yet done. */
  readonly backlog?: { readonly mean: number; readonly max: number };
  /** Of a queue or stream: from acceptance until the effect is committed. */
  readonly lagSeconds?: { readonly p99: number | null; readonly max: number | null };
  /** US dollars a month at list prices, at the rates of this run; no part of the digest. Absent where nothing is billed. */
  readonly moneyPerMonth?: number;
  /** Further figures of a kind, by name. */
  readonly [figure: string]: unknown;
}

/** What the design costs a month at list prices: a lower bound, for traffic between zones and the like is left out. */
export interface MoneyFigures {
  /** Of all amounts. */
  readonly currency: 'USD';
  /** All items together. */
  readonly perMonth: number;
  /** Line by line; usage as if all month were like the measured part of the run. */
  readonly items: readonly MoneyItem[];
}

/** One line of the bill. */
export interface MoneyItem {
  /** Node id. */
  readonly component: string;
  /** Id of the price. */
  readonly price: string;
  /** Units of the price in a month. */
  readonly quantity: number;
  /** US dollars. */
  readonly usdPerMonth: number;
  /** `capacity`: rented whatever happens; `usage`: for what was asked for. */
  readonly basis: 'capacity' | 'usage';
}

/** The same figures of a part of the run. */
export interface PhaseFigures {
  /** Seconds since the start. */
  readonly fromSeconds: number;
  /** Seconds since the start. */
  readonly toSeconds: number;
  /** By flow. */
  readonly flows: Readonly<Record<string, FlowFigures>>;
  /** By node id. */
  readonly components: Readonly<Record<string, ComponentFigures>>;
}

/** What became of an expectation. */
export interface ExpectationOutcome {
  /** Of the expectation. */
  readonly id: string;
  /** A figure without a value fails. */
  readonly status: 'pass' | 'fail';
  /** The figure found. */
  readonly observed: number | null;
}

/** The file. Counts, events and seconds add up over replications. */
export interface Result {
  /** Says that this is a result. */
  readonly format: 'fanout-lab/result';
  /** Version of the format. */
  readonly version: 1;
  /** Id of the scenario. */
  readonly scenario: string;
  /** `exact`: every request was simulated. `reference`: real parts were sent them, and measured. */
  readonly engine: 'exact' | 'reference';
  /** Seed of replication 0; the others follow from it. */
  readonly seed: number;
  /** Independent runs. */
  readonly replications: number;
  /** Simulated time. */
  readonly simulatedSeconds: number;
  /** Events that the engine processed. */
  readonly events: number;
  /** Time that it took; not part of the digest. */
  readonly wallSeconds: number;
  /** SHA-256 of the canonical JSON (RFC 8785) of all figures. Same scenario, seed and version: same digest. */
  readonly digest: string;
  /** By flow, after the warm-up. */
  readonly flows: Readonly<Record<string, FlowFigures>>;
  /** By node id, after the warm-up. */
  readonly components: Readonly<Record<string, ComponentFigures>>;
  /** `before`, and `during:<event>`, `after:<event>` of each timeline entry. They may overlap. */
  readonly phases: Readonly<Record<string, PhaseFigures>>;
  /** By event and flow: from the end of the event until p99 is back within 1.1 times its highest before; null: never. */
  readonly recoveryMs: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /** `stepSeconds` and, by metric path, one value a step. */
  readonly series: { readonly stepSeconds: number } & Readonly<
    Record<string, number | readonly (number | null)[]>
  >;
  /** When as many requests were in flight as a run may hold: where most of them waited. Figures cover the time until then. */
  readonly stopped: null | {
    readonly atSeconds: number;
    readonly reason: 'frames';
    readonly component: string;
  };
  /** What the design costs; no part of the digest. Absent where nothing is billed. */
  readonly money?: MoneyFigures;
  /** The same figures of another scenario, replication by replication; absent unless it was asked for. */
  readonly comparison?: Comparison;
  /** Which single change of a parameter moves the p99 of a flow most; no part of the digest. Absent unless it was asked for. */
  readonly sensitivity?: Sensitivity;
  /** Single requests, step by step; no part of the digest. Absent unless they were asked for. */
  readonly traces?: readonly RequestTrace[];
  /** What happened, first cause first. */
  readonly verdicts: readonly Verdict[];
  /** Outcomes, in the order of the file. */
  readonly expectations: readonly ExpectationOutcome[];
}

/** Why a request of a trace, or a part of it, did not succeed. `abandoned`: its caller had given it up. */
export type Outcome = FailureCode | 'rateLimited' | 'abandoned';

/** One request of a run. Times are whole nanoseconds, so that they add up exactly. */
export interface RequestTrace {
  /** Its flow. */
  readonly flow: string;
  /** What it was chosen for: a percentile (`p99`), `max`, or the reason of a failure (`timeout`). */
  readonly chosenFor: string;
  /** The flow's figure that it stands for, ms: the percentile, or the maximum; null of failures. */
  readonly figureMs: number | null;
  /** Seed of the replication that it is from. */
  readonly seed: number;
  /** When it was meant to start. */
  readonly startedAtSeconds: number;
  /** From then until its client knew: the sum of its critical spans that have a category. */
  readonly latencyNs: number;
  /** Why it failed; null: it succeeded. */
  readonly outcome: Outcome | null;
  /** The request itself, then what it is made of; each span behind the one that it is a part of. */
  readonly spans: readonly Span[];
}

/** A part of a request: something that it called, a branch of it, or time that it spent. */
export interface Span {
  /** Place in the list of the span that this one is a part of; null: the request. */
  readonly parent: number | null;
  /** Node id: who is called, or where the time is spent. */
  readonly component: string;
  /** Of a call: the operation. Of the request, and of a part that is one of another flow: the flow. */
  readonly call: string | null;
  /** Is it a part that counts as a request of another flow, and not to this one's latency? */
  readonly apart: boolean;
  /** What the time was spent on; `retry` of a call that failed; null of what is made of other spans. */
  readonly category: TimeCategory | null;
  /** Number of the branch, of those that ran at the same time; null of what ran alone. */
  readonly branch: number | null;
  /** Since the intended start of the request, ns. */
  readonly fromNs: number;
  /** Its end, ns. */
  readonly toNs: number;
  /** Does the request's latency depend on it? Of branches, the last one to end does; of a failed call, only its length. */
  readonly critical: boolean;
  /** Why it failed, or was left; null: neither. */
  readonly outcome: Outcome | null;
  /** Branches of it that are not listed: of many that run at the same time, only those that end last are. */
  readonly unlisted: number;
}

/** How this scenario differs from another one that ran with the same seeds. */
export interface Comparison {
  /** Id of the other scenario. */
  readonly against: string;
  /** Pairs of runs. */
  readonly replications: number;
  /** By metric, e.g. `flows.feed-read.latencyMs.p99`; those that both have. */
  readonly figures: Readonly<Record<string, Difference>>;
}

/** One figure here and there. */
export interface Difference {
  /** Of this scenario, from all replications together. */
  readonly value: number;
  /** Of the other one. */
  readonly against: number;
  /** Mean over the pairs of this one less the other one. */
  readonly difference: number;
  /** 95 % interval of the difference: Student's t over the pairs. */
  readonly ci95: Interval;
  /** How many times as many replications runs with independent seeds would need for the same interval; null: all pairs differ alike. */
  readonly unpairedFactor: number | null;
}

/** What one change at a time does to the 99th percentile of a flow, by pairs of runs with the same seeds. */
export interface Sensitivity {
  /** Whose p99. */
  readonly flow: string;
  /** What each parameter was multiplied by: whole numbers stay whole, a share above one half has its complement divided. */
  readonly factors: readonly number[];
  /** Pairs of runs for each change. */
  readonly pairs: number;
  /** Numbers that the design sets; clients are the workload, and no part of it. */
  readonly parameters: number;
  /** How many of them were changed, once or in full. */
  readonly tried: number;
  /** Those that were measured in full, the largest difference first. */
  readonly changes: readonly SensitivityChange[];
  /** The others, by reason. */
  readonly leftOut: readonly SensitivityLeftOut[];
}

/** One parameter with another value. */
export interface SensitivityChange {
  /** As `--set` takes it; of a random time, that of the distribution. */
  readonly path: string;
  /** Name of the member. */
  readonly title: string;
  /** Of both values; null: it has none. */
  readonly unit: string | null;
  /** Value in the design. */
  readonly from: number;
  /** Value that was tried. */
  readonly to: number;
  /** The p99 with it, ms. */
  readonly value: number;
  /** Mean over the pairs of the p99 with it less that without, ms. */
  readonly difference: number;
  /** 95 % interval of that difference alone: Student's t over the pairs. */
  readonly ci95: Interval;
  /** The same, so wide that all intervals of the list hold at once with 95 % (Bonferroni). */
  readonly simultaneousCi95: Interval;
  /** Mean over the pairs of the error ratio with it less that without. */
  readonly errorRatioDifference: number;
  /** Of that, as wide as `simultaneousCi95`. */
  readonly errorRatioCi95: Interval;
}

/** Parameters that were not measured in full. */
export interface SensitivityLeftOut {
  /** Why. */
  readonly why: string;
  /** Paths. */
  readonly parameters: readonly string[];
}

/** A cause that the figures show, with what followed from it. */
export interface Verdict {
  /** Stable name of the finding. */
  readonly id: string;
  /** When it began. */
  readonly atSeconds: number;
  /** Where it began. */
  readonly component: string;
  /** What it was. */
  readonly cause: string;
  /** What followed, in order. */
  readonly effects: readonly string[];
  /** The same as a sentence. */
  readonly text: string;
}
