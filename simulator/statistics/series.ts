import type { ComponentFigures, FlowFigures } from '../result.ts';
import type { ComponentLayout, FlowLayout } from './cell.ts';
import { componentFigures, flowFigures } from './figures.ts';
import type { Totals, TotalsLayout } from './totals.ts';

/** One complete step of the series. */
export interface SeriesRow {
  /** End of the step, seconds since the start: row i covers second i to i + 1. */
  readonly atSeconds: number;
  /** One value a column of `seriesPaths`; NaN = no value. */
  readonly values: Float64Array;
}

interface Column<Figures> {
  readonly path: string;
  readonly read: (figures: Figures) => number | null;
}

const FLOW_COLUMNS: readonly Column<FlowFigures>[] = [
  { path: 'offeredPerSecond', read: (f) => f.offeredPerSecond },
  { path: 'completedPerSecond', read: (f) => f.completedPerSecond },
  { path: 'errorRatio', read: (f) => f.errorRatio },
  { path: 'latencyMs.mean', read: (f) => f.latencyMs.mean },
  { path: 'latencyMs.p50', read: (f) => f.latencyMs.p50 },
  { path: 'latencyMs.p90', read: (f) => f.latencyMs.p90 },
  { path: 'latencyMs.p95', read: (f) => f.latencyMs.p95 },
  { path: 'latencyMs.p99', read: (f) => f.latencyMs.p99 },
  { path: 'latencyMs.p999', read: (f) => f.latencyMs.p999 },
];

function componentColumns(layout: ComponentLayout): readonly Column<ComponentFigures>[] {
  const columns: Column<ComponentFigures>[] = [
    { path: 'throughputPerSecond', read: (f) => f.throughputPerSecond },
  ];
  if (layout.hasServers) columns.push({ path: 'utilization', read: (f) => f.utilization });
  if (layout.hasCpu) columns.push({ path: 'cpuUtilization', read: (f) => f.cpuUtilization ?? null });
  if (layout.hasQueue) {
    columns.push(
      { path: 'meanQueueLength', read: (f) => f.meanQueueLength },
      { path: 'waitMs.mean', read: (f) => f.waitMs.mean },
      { path: 'waitMs.p99', read: (f) => f.waitMs.p99 },
    );
  }
  if (layout.hasCache) columns.push({ path: 'hitRatio', read: (f) => f.hitRatio ?? null });
  if (layout.hasLog) {
    columns.push(
      { path: 'backlog.mean', read: (f) => f.backlog?.mean ?? null },
      { path: 'backlog.max', read: (f) => f.backlog?.max ?? null },
      { path: 'lagSeconds.p99', read: (f) => f.lagSeconds?.p99 ?? null },
      { path: 'lagSeconds.max', read: (f) => f.lagSeconds?.max ?? null },
    );
  }
  if (layout.keys !== null) {
    columns.push(
      { path: 'hottestKey.offeredReadsPerSecond', read: (f) => f.hottestKey?.offeredReadsPerSecond ?? 0 },
      { path: 'hottestKey.servedReadsPerSecond', read: (f) => f.hottestKey?.servedReadsPerSecond ?? 0 },
      { path: 'hottestKey.offeredWritesPerSecond', read: (f) => f.hottestKey?.offeredWritesPerSecond ?? 0 },
      { path: 'hottestKey.servedWritesPerSecond', read: (f) => f.hottestKey?.servedWritesPerSecond ?? 0 },
    );
  }
  for (const { name } of layout.counters) {
    columns.push({ path: name, read: (f) => (f[name] as number | null) ?? null });
  }
  return columns;
}

/** Metric path of each column of a row, flows first. */
export function seriesPaths(layout: TotalsLayout): readonly string[] {
  return [
    ...layout.flows.flatMap((flow) => FLOW_COLUMNS.map(({ path }) => `flows.${flow.id}.${path}`)),
    ...layout.components.flatMap((c) => componentColumns(c).map(({ path }) => `components.${c.id}.${path}`)),
  ];
}

/** Makes rows out of the totals of whole steps. */
export function rowMaker(layout: TotalsLayout): (totals: Totals) => Float64Array {
  const components = layout.components.map((c): [ComponentLayout, readonly Column<ComponentFigures>[]] => [
    c,
    componentColumns(c),
  ]);
  const flows: readonly FlowLayout[] = layout.flows;
  return ({ coveredNs, flows: flowTotals, components: componentTotals }) => {
    const values: number[] = [];
    flows.forEach((flow, i) => {
      const figures = flowFigures(flow, flowTotals[i]!, coveredNs);
      for (const { read } of FLOW_COLUMNS) values.push(read(figures) ?? NaN);
    });
    components.forEach(([component, columns], i) => {
      const figures = componentFigures(component, componentTotals[i]!, coveredNs);
      for (const { read } of columns) values.push(read(figures) ?? NaN);
    });
    return Float64Array.from(values);
  };
}
