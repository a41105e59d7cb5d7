import { createRun, type Model, type Requests, type RunRecord } from '../../simulator/index.ts';

/** Events between two looks at the clock: some milliseconds of work. */
const sliceEvents = 200_000;

export interface Progress {
  readonly nowSeconds: number;
  readonly events: number;
}

/** One run to its end, in slices; `onSlice` hears how far it is. */
export function runToEnd(
  model: Model,
  seed: number,
  onSlice: (progress: Progress) => void,
  requests: Requests = 'counted',
): RunRecord {
  const run = createRun(model, { seed, requests });
  while (!run.done) {
    run.advance({ events: sliceEvents });
    onSlice({ nowSeconds: run.nowSeconds, events: run.events });
    // Rows are for live charts; the record has the series.
    run.takeRows();
  }
  return run.record();
}
