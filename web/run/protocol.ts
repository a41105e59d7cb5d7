import type { Problem, TimelineEntry } from '../../scenarios/index.ts';
import type { Result } from '../../simulator/index.ts';

/**
 * Everything that the page and the simulation worker say to each other. Commands go through
 * Comlink; what a run measures streams back over a port of its own, figures as transferred
 * Float64Arrays, so that a busy run never waits for the page nor the page for it.
 */

/** Which form of the scenario runs: as drawn, or with its `short` changes applied. */
export type Form = 'full' | 'short';

export interface StartRequest {
  /** Text of the scenario file. */
  readonly text: string;
  readonly form: Form;
  /** Simulated seconds a wall-clock second at most; null: as fast as it can. */
  readonly pace: number | null;
}

export interface RunCommands {
  /** Every problem of the file and of its wiring, notes included; empty: it can run. */
  check(text: string, form: Form): readonly Problem[];
  /** Starts a run, ending one that is under way. Answers over `port` with `RunMessage`s. */
  start(request: StartRequest, port: MessagePort): void;
  pause(): void;
  resume(): void;
  /** Advances a paused run by one step of the series, 1 simulated second. */
  step(): void;
  /** Ends the run without a result. */
  stop(): void;
  setPace(pace: number | null): void;
  /** Adds a timeline entry now; resolves to the entry with its instant. */
  inject(entry: TimelineEntry): TimelineEntry;
}

/** A stretch of the run that a timeline entry marks on every chart. */
export interface FaultBand {
  readonly id: string;
  readonly kind: string;
  readonly fromSeconds: number;
  /** Equal to `fromSeconds` for an instant. */
  readonly toSeconds: number;
}

export type RunMessage =
  | {
      readonly type: 'started';
      readonly durationSeconds: number;
      readonly warmupSeconds: number;
      readonly bands: readonly FaultBand[];
    }
  /** Metric paths of the columns of rows that follow; sent again when columns were added. */
  | { readonly type: 'columns'; readonly paths: readonly string[] }
  /** `count` rows; `values` row by row, NaN where there is no value. Both arrays are transferred. */
  | {
      readonly type: 'rows';
      readonly count: number;
      readonly atSeconds: Float64Array;
      readonly values: Float64Array;
    }
  | {
      readonly type: 'progress';
      readonly nowSeconds: number;
      readonly events: number;
      readonly paused: boolean;
    }
  | { readonly type: 'finished'; readonly result: Result }
  /** The file or its wiring cannot run. */
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  /** Our own fault; the text names the seed that replays it. */
  | { readonly type: 'broken'; readonly message: string };
