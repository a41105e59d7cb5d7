import { create } from 'zustand';
import type { Problem } from '../../scenarios/index.ts';
import type { Result } from '../../simulator/index.ts';
import type { Health } from './health.ts';
import type { FaultBand, Form } from './protocol.ts';

export type RunStatus =
  'idle' | 'starting' | 'running' | 'paused' | 'finished' | 'stopped' | 'refused' | 'broken';

/** What a node shows of itself while the system runs. */
export interface NodeFigures {
  readonly health: Health;
  /** By the path inside of the component: `utilization`, `hottestKey.offeredReadsPerSecond`. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** A finished run, with what it ran. */
export interface FinishedRun {
  /** Counts the runs since the scenario was opened, from 1. */
  readonly number: number;
  readonly result: Result;
  readonly form: Form;
  readonly bands: readonly FaultBand[];
  /** The file that ran, injected events included. */
  readonly text: string;
}

export interface RunState {
  readonly status: RunStatus;
  readonly form: Form;
  /** Simulated seconds a wall-clock second at most; null: as fast as it can. */
  readonly pace: number | null;
  readonly nowSeconds: number;
  readonly durationSeconds: number;
  readonly warmupSeconds: number;
  readonly events: number;
  /** Simulated seconds a wall-clock second, measured over the last seconds. */
  readonly speed: number | null;
  readonly bands: readonly FaultBand[];
  /** Counts batches of rows; charts redraw when it changes. */
  readonly rowsVersion: number;
  readonly figures: Readonly<Record<string, NodeFigures>>;
  /** Every flow of the run. */
  readonly flows: readonly string[];
  /** Latest arrival rate of each flow, a second. */
  readonly offered: Readonly<Record<string, number>>;
  readonly finished: FinishedRun | null;
  /** The run before `finished`, to compare with. */
  readonly previous: FinishedRun | null;
  readonly problems: readonly Problem[];
  readonly fault: string | null;
}

/** Before the first run of a scenario. */
export const noRun: RunState = {
  status: 'idle',
  form: 'full',
  pace: null,
  nowSeconds: 0,
  durationSeconds: 0,
  warmupSeconds: 0,
  events: 0,
  speed: null,
  bands: [],
  rowsVersion: 0,
  figures: {},
  flows: [],
  offered: {},
  finished: null,
  previous: null,
  problems: [],
  fault: null,
};

export const useRun = create<RunState>(() => noRun);

export function isUnderWay(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}
