import type { Scenario } from '../../scenarios/index.ts';
import type { Requests, RunRecord } from '../../simulator/index.ts';

/** To the worker: run with this seed. */
export interface Assignment {
  readonly index: number;
  readonly seed: number;
  readonly requests: Requests;
  /** What to run; absent: the same as before. */
  readonly scenario?: Scenario;
}

/** From the worker. A `progress` may come any number of times before one of the others. */
export type Report =
  | { readonly type: 'progress'; readonly index: number; readonly nowSeconds: number }
  | { readonly type: 'record'; readonly index: number; readonly record: RunRecord }
  /** The compiler refuses the scenario. */
  | { readonly type: 'refused'; readonly index: number; readonly message: string }
  | {
      readonly type: 'fault';
      readonly index: number;
      readonly message: string;
      readonly stack: string;
    };
