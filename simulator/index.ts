/**
 * Door of `simulator`: a checked scenario goes in, a result comes out.
 *
 *     const run = createRun(compile(scenario), { seed: scenario.run.seed });
 *     while (!run.done) run.advance({ events: 200_000 });
 *     const result = summarize(scenario, [run.record()]);
 *
 * Pure TypeScript: no DOM, no Node. One run is single-threaded and deterministic; `advance` may be
 * called in slices of any size without changing a figure.
 */
export type * from './result.ts';
