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
import { Run } from './engine/run.ts';

export type * from './result.ts';
export { failureCodes, timeCategories } from './result.ts';
export { compile } from './compile/compile.ts';
export type { Model } from './engine/model.ts';
export type { Run } from './engine/run.ts';
export {
  comparePaired,
  metricAt,
  summarize,
  unknownMetrics,
  type RunRecord,
  type SeriesRow,
} from './statistics/index.ts';

/** Starts a run of a compiled scenario; a model serves any number of runs. */
export function createRun(model: Model, options: { readonly seed: number }): Run {
  return new Run(model, options.seed);
}
