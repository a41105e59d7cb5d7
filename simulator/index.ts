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
 *
 *   compile(scenario: Scenario): Model            throws InputError with every diagnostic of the wiring
 *   createRun(model: Model, { seed }): Run
 *   summarize(scenario: Scenario, records: readonly RunRecord[]): Result
 *
 * `Run`:
 *   done: boolean                                 the duration is over, or the run stopped
 *   nowSeconds: number, events: number
 *   advance({ events?, untilSeconds? })           runs until one of them is reached or the run is done
 *   seriesPaths: readonly string[]                metric path of each column of a row
 *   takeRows(): SeriesRow[]                       rows of the series completed since the last call:
 *                                                 { atSeconds, values: Float64Array } (NaN = no value)
 *   inject(entry: TimelineEntry): TimelineEntry   adds a timeline entry now; returns it with `atSeconds`
 *                                                 set, so that it can be written into the scenario
 *   record(): RunRecord                           after `done`: plain data, structured-cloneable, mergeable
 */
export type * from './result.ts';
