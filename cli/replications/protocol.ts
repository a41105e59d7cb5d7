import type { Scenario } from '../../scenarios/index.ts';
import type { RunRecord } from '../../simulator/index.ts';

/** `workerData` of a replication worker. */
export interface WorkerData {
  readonly scenario: Scenario;
}

/** To the worker: run with this seed. */
export interface Assignment {
  readonly index: number;
  readonly seed: number;
}

/** From the worker. A `progress` may come any number of times before the `record` or the `fault`. */
export type Report =
  | { readonly type: 'progress'; readonly index: number; readonly nowSeconds: number }
  | { readonly type: 'record'; readonly index: number; readonly record: RunRecord }
  | {
      readonly type: 'fault';
      readonly index: number;
      readonly message: string;
      readonly stack: string;
    };
