/**
 * What a run noticed of its parts, beside the figures: the material of an explanation (simulator/verdicts).
 * Plain data. Times are seconds of simulated time; ids are those of nodes.
 *
 * Work, failures and time-outs are seen on the requests that are traced (Model.traceModulus), as a tracer of a
 * real system would see them; levels and surges on all.
 */
export interface Observations {
  readonly shifts: readonly WorkShift[];
  readonly failures: readonly FailureEpisode[];
  readonly levels: readonly LevelChange[];
  readonly surges: readonly Surge[];
}

/** One kind of work began to take longer, or less long, apart from any waiting (RankChange). */
export interface WorkShift {
  readonly component: string;
  /** A call's time on the wire counts for the component that is called. */
  readonly what: 'service' | 'network';
  /** Where in the component, as in `shard 3`; null: everywhere, or nobody can tell. */
  readonly unit: string | null;
  readonly direction: 'up' | 'down';
  readonly atSeconds: number;
  /** Mean time before and after, ms. */
  readonly beforeMs: number;
  readonly afterMs: number;
}

/**
 * How a request failed, or was held up, at the place where that began; callers that pass a failure on are not
 * counted again.
 *
 * - `refused`: the component said no, though it had no queue that was full.
 * - `silent`: the component waited in vain for parts of itself.
 * - `cut`: nothing came back over an edge, or the network refused.
 * - `held`: the component let it wait until something else was there: a leader, a lock.
 * - `queue-full`, `over-limit`: too much was asked for. `shed`: the component chose to say no.
 * - `not-found`: the component does not have what was asked for.
 * - `timed-out`: the caller gave up. `breaker-open`: the caller did not even try.
 */
export type FailureMode =
  | 'refused'
  | 'silent'
  | 'cut'
  | 'held'
  | 'queue-full'
  | 'over-limit'
  | 'shed'
  | 'not-found'
  | 'timed-out'
  | 'breaker-open';

/** A stretch of time in which requests failed in one way at one place, with gaps of at most `EPISODE_GAP_SECONDS`. */
export interface FailureEpisode {
  readonly component: string;
  readonly mode: FailureMode;
  /** The calling component, of what happens on the way; else null. */
  readonly caller: string | null;
  readonly unit: string | null;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Of traced requests. */
  readonly count: number;
}

export const EPISODE_GAP_SECONDS = 5;

/** How many of something are in service changed. */
export interface LevelChange {
  readonly component: string;
  /** `partitions`: those of a stream from which consumers can fetch. `instances`: those that take requests. */
  readonly what: 'servers' | 'instances' | 'workers' | 'partitions' | 'key rate';
  /** Which, where a component has several of that kind. */
  readonly name: string;
  readonly atSeconds: number;
  readonly before: number;
  readonly after: number;
}

/** Something began to happen more often than it should (RateChange), or does no more. */
export interface Surge {
  readonly component: string;
  /** `arrivals`: more than the client's settings say. `key`: as a share of what all keys were asked for. */
  readonly what: 'arrivals' | 'new arrivals' | 'key' | 'misses';
  /** Of the flow or the key. */
  readonly name: string;
  readonly direction: 'up' | 'down';
  readonly atSeconds: number;
  /** As a multiple of what was to be expected; of new arrivals: requests a second. */
  readonly ratio: number;
}
