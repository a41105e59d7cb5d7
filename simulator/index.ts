/**
 * Door of `simulator`: a checked scenario goes in, a result comes out.
 *
 *     const model = compile(scenario);
 *     const run = createRun(model, { seed: scenario.run.seed });
 *     while (!run.done) run.advance({ events: 200_000 });
 *     const result = summarize(scenario, [run.record()]);
 *
 * Pure TypeScript: no DOM, no Node. One run is single-threaded and deterministic; `advance` may be
 * called in slices of any size without changing a figure.
 */
import type { Model } from './engine/model.ts';
import { Memory } from './engine/memory.ts';
import { kernelMemory } from './engine/kernel/kernel.ts';
import { Run, type Requests } from './engine/run.ts';

export type * from './result.ts';
export { failureCodes, timeCategories } from './result.ts';
export { compile } from './compile/compile.ts';
export type { Model } from './engine/model.ts';
export type { Requests, Run } from './engine/run.ts';
export {
  comparePaired,
  criticalTimeNs,
  latencyClock,
  metricAt,
  parseTraceChoice,
  traceOf,
  unknownMetrics,
  usualTraces,
  waterfallOf,
  type RunRecord,
  type SeriesRow,
  type TraceChoice,
  type WaterfallRow,
} from './statistics/index.ts';
export { summarize } from './summarize.ts';

/**
 * Starts a run of a compiled scenario; a model serves any number of runs. With `requests: 'exemplified'`
 * its record keeps the way of single requests, for `traceOf`.
 */
export function createRun(
  model: Model,
  { seed, requests }: { readonly seed: number; readonly requests?: Requests },
): Run {
  return new Run(model, seed, new Memory(kernelMemory()), requests);
}
