import type { Outcome, Span } from '../result.ts';
import type { ComponentLayout, FlowLayout } from './cell.ts';
import type { Batch } from './intervals.ts';
import type { TotalsData } from './totals.ts';
import type { Observations } from './observations.ts';
import type { Window } from './windows.ts';

/**
 * Everything that one finished run measured, as plain data: it crosses threads by structured clone,
 * and records of replications merge into one result.
 */
export interface RunRecord {
  readonly seed: number;
  /** Simulated time until the end, or until the run stopped. */
  readonly simulatedSeconds: number;
  readonly events: number;
  /** 0 until whoever holds a clock fills it in: the simulator has none. */
  readonly wallSeconds: number;
  readonly stopped: null | {
    readonly atSeconds: number;
    readonly reason: 'frames';
    readonly component: string;
  };
  readonly flows: readonly FlowLayout[];
  readonly components: readonly ComponentLayout[];
  /** End of the warm-up: as the scenario says, or as MSER-5 found. */
  readonly warmupSeconds: number;
  /** After the warm-up. */
  readonly total: TotalsData;
  /** Figures by batch and flow; empty when the run was too short for all of them. */
  readonly batches: readonly (readonly Batch[])[];
  /** Timeline events in order of their start, live ones included. */
  readonly timeline: readonly Window[];
  /** `before`, then `during:` and `after:` of each event; empty without events. */
  readonly phases: readonly (Window & { readonly totals: TotalsData })[];
  /** Windows of expectations. */
  readonly windows: readonly (Window & { readonly totals: TotalsData })[];
  /** Column names and rows of the series, a row a whole step. */
  readonly seriesPaths: readonly string[];
  readonly series: readonly Float64Array[];
  /** What an explanation needs besides; no part of any figure. Null: nobody watched, as with real parts. */
  readonly observations: Observations | null;
  /** By flow: p99 over 5 s at the end of each step, ns (recovery.ts). */
  readonly slidingP99Ns: readonly Float64Array[];
  /** By flow: single requests; absent unless the run kept them. */
  readonly exemplars?: readonly FlowExemplars[];
}

/** Requests of a flow that stand for others. */
export interface FlowExemplars {
  readonly exemplars: readonly Exemplar[];
  /** Traced requests that could not be kept: too many steps, or too many of them in flight. */
  readonly leftOut: number;
}

/** One request, with the members of its `RequestTrace`. */
export interface Exemplar {
  readonly latencyNs: number;
  readonly startedNs: number;
  readonly outcome: Outcome | null;
  readonly spans: readonly Span[];
}
