/**
 * Door of `simulator/statistics`: what is measured during a run, and the figures made of it.
 *
 *     const { cuts } = planCuts(scenario);
 *     const collector = new Collector(scenario, layout, seed);
 *     collector.closeCell(fromNs, toNs, cell);            // every cell, in order
 *     collector.addEvent(entry);                          // a live event: returns where to cut
 *     collector.takeRows();                               // rows of the series since the last call
 *     const record = collector.record({ events, stopped });
 *     const result = summarize(scenario, [record]);
 */
export type { Cell, ComponentCell, ComponentLayout, FlowCell, FlowLayout, Layout } from './cell.ts';
export { BINS, Histogram, binOf, meanNs, quantileNs, quantileWithFailuresNs } from './histogram.ts';
export { eventWindow, planCuts, toNs, type Window } from './windows.ts';
export { Collector } from './collector.ts';
export type { Exemplar, FlowExemplars, RunRecord } from './record.ts';
export { parseTraceChoice, traceOf, usualTraces, type TraceChoice } from './traces.ts';
export {
  EPISODE_GAP_SECONDS,
  type FailureEpisode,
  type FailureMode,
  type LevelChange,
  type Observations,
  type Surge,
  type WorkShift,
} from './observations.ts';
export { RankChange, UnitChange, type Shift } from './rank-change.ts';
export { RateChange, RateChangeFromPast, type RateShift } from './rate-change.ts';
export { emptyTotals } from './totals.ts';
export type { SeriesRow } from './series.ts';
export { flowsOf, summarize } from './summarize.ts';
export { criticalTimeNs, latencyClock, waterfallOf, type WaterfallRow } from './waterfall.ts';
export { comparePaired, type Replications } from './compare.ts';
export { metricAt, unknownMetrics } from './expectations.ts';
export { batchInterval95, interval95, type Batch } from './intervals.ts';
export { studentTQuantile } from './student-t.ts';
export { mser } from './warmup.ts';
export { canonicalJson, digestOf } from './digest.ts';
