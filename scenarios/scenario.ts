/**
 * The resolved scenario: what a file means after `extends`, `remove`, `add`, `set` and `short` are
 * applied, defaults are filled in and every rule has been checked. The simulator reads only this.
 * Times carry their unit in the name; the engine turns them into integer nanoseconds.
 */

export type Distribution =
  | { readonly distribution: 'constant'; readonly ms: number }
  | { readonly distribution: 'exponential'; readonly meanMs: number }
  | { readonly distribution: 'erlang'; readonly meanMs: number; readonly k: number }
  | { readonly distribution: 'hyperexponential'; readonly meanMs: number; readonly cv: number }
  | { readonly distribution: 'lognormal'; readonly meanMs: number; readonly cv: number }
  | { readonly distribution: 'lognormal'; readonly p50Ms: number; readonly p99Ms: number }
  | { readonly distribution: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly distribution: 'pareto'; readonly meanMs: number; readonly shape: number }
  | { readonly distribution: 'empirical'; readonly quantiles: readonly (readonly [number, number])[] };

/** `[second, multiplier]` points, linear between them, constant outside. */
export type Profile = readonly (readonly [number, number])[];

export type Arrivals = { readonly profile?: Profile } & (
  | { readonly process: 'poisson'; readonly ratePerSecond: number }
  | { readonly process: 'constant'; readonly ratePerSecond: number }
  | {
      readonly process: 'bursty';
      readonly ratePerSecond: number;
      readonly burstRatio: number;
      readonly meanBurstSeconds: number;
      readonly meanCalmSeconds: number;
    }
  | { readonly process: 'closed'; readonly users: number; readonly thinkTime: Distribution }
  | { readonly process: 'trace'; readonly timesMs: readonly number[] }
);

export interface Retries {
  readonly max: number;
  readonly backoffMs: number;
  /** Share of the back-off drawn uniformly, 0 to 1. */
  readonly jitter: number;
  /** Retries / calls over 10 s; null: no budget. */
  readonly budgetRatio: number | null;
}

export interface CircuitBreaker {
  readonly failureRatio: number;
  readonly windowSeconds: number;
  readonly minimumCalls: number;
  readonly openMs: number;
  readonly halfOpenCalls: number;
}

export interface EdgeConfig {
  /** One way; drawn again for the reply. Null: none. */
  readonly latency: Distribution | null;
  readonly timeoutMs: number | null;
  readonly retries: Retries | null;
  readonly circuitBreaker: CircuitBreaker | null;
  readonly weight: number;
}

export interface Node {
  readonly id: string;
  readonly kind: string;
  /** Complete: defaults filled in and validated by the kind's schema. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Canvas position; no effect on the simulation. */
  readonly position?: { readonly x: number; readonly y: number };
}

export interface Edge {
  /** `source->target`. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly config: EdgeConfig;
}

export interface Population {
  readonly users: number;
  readonly activeRatio: number;
  readonly followers: { readonly mean: number; readonly exponent: number; readonly max: number };
  readonly followees: { readonly mean: number };
  readonly whales: readonly { readonly id: string; readonly followers: number }[];
  /** Probability that a feed read pulls 0, 1, 2, ... whales. */
  readonly whalesPerReader: readonly number[];
}

interface TimelineEntryBase {
  readonly id: string;
  readonly atSeconds: number;
  readonly durationSeconds: number | null;
}
export type TimelineEntry = TimelineEntryBase &
  (
    | {
        readonly kind: 'whale-post';
        readonly author: string | null;
        readonly followers: number;
        readonly readBoost: number;
        readonly halfLifeSeconds: number;
        readonly likesPerSecond: number;
      }
    | {
        /** Multiplies the arrival rate of `target` (a client), all flows or those listed. */
        readonly kind: 'traffic-spike';
        readonly target: string;
        readonly multiplier: number;
        readonly flows: readonly string[] | null;
      }
    | {
        /** Stops all workers of `target`, or `workers` of them, for `durationSeconds`. */
        readonly kind: 'workers-crash';
        readonly target: string;
        readonly workers: number | null;
      }
    | {
        /** `brokers` of an UploadStream stop, or all; `target` null: of every stream. */
        readonly kind: 'kafka-outage';
        readonly target: string | null;
        readonly brokers: number | null;
      }
    | {
        /** The primary of shard `node` of a FeedCache stops. */
        readonly kind: 'redis-node-loss';
        readonly target: string;
        readonly node: number;
        /** What takes over. */
        readonly replica: 'warm' | 'empty' | 'none';
      }
    | {
        /** `likesPerSecond` on one post, halved every `halfLifeSeconds`. */
        readonly kind: 'viral-post';
        readonly likesPerSecond: number;
        readonly halfLifeSeconds: number;
        /** Share of post details that are of this post at its peak. */
        readonly readShare: number;
      }
    | {
        /** Service times of one instance (shard, range, broker, worker) of `target` are `factor` times as long. */
        readonly kind: 'slow-node';
        readonly target: string;
        readonly instance: number;
        /** Replica of it; null: all. */
        readonly replica: number | null;
        readonly factor: number;
      }
    | {
        /** Nothing passes over the edge `target`, which is `source->target`. */
        readonly kind: 'network-partition';
        readonly target: string;
        readonly mode: 'drop' | 'refuse';
      }
    | {
        /** What has a number that leaves this remainder when divided by 3 is gone. */
        readonly kind: 'zone-loss';
        readonly zone: number;
      }
    | { readonly kind: 'cdn-purge'; readonly target: string; readonly tier: 'edge' | 'regional' | 'all' }
    | {
        readonly kind: 'deploy';
        readonly target: string;
        readonly strategy: 'rolling' | 'blue-green';
        readonly batch: number;
        /** From the stop of an instance until its successor serves. */
        readonly secondsPerInstance: number;
        readonly drainSeconds: number;
      }
    | { readonly kind: 'disk-full'; readonly target: string }
    | { readonly kind: 'set'; readonly path: string; readonly value: unknown }
  );

/** An entry of one kind. */
export type TimelineEntryOf<Kind extends TimelineEntry['kind']> = TimelineEntry & { readonly kind: Kind };

export interface Expectation {
  readonly id: string;
  readonly claim: string;
  readonly metric: string;
  readonly between?: readonly [number, number];
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly phase?: string;
  /** Seconds since the start. */
  readonly window?: readonly [number, number];
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly design: { readonly nodes: readonly Node[]; readonly edges: readonly Edge[] };
  readonly population: Population;
  readonly timeline: readonly TimelineEntry[];
  readonly run: {
    readonly durationSeconds: number;
    readonly warmupSeconds: number | 'auto';
    readonly seed: number;
    /** Frames in flight at which the run stops cleanly. */
    readonly maximumFrames: number;
  };
  readonly expectations: readonly Expectation[];
}
