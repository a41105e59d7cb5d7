import type { Cell, ComponentCell, ComponentLayout, FlowCell, FlowLayout } from './cell.ts';
import { Histogram, dataOf, type HistogramData } from './histogram.ts';

/** Sums of one flow over a window. */
export interface FlowTotals extends FlowCell {
  /** Roots in flight at the start of the window. */
  inFlightAtStart: number;
}

/** Sums of one component over a window. */
export interface ComponentTotals extends Omit<ComponentCell, 'keys' | 'touchedKeys'> {
  /** Grows when a key is first met during a run. */
  keys: Float64Array | null;
}

/** What all cells of a window add up to; the base of every figure. */
export interface Totals {
  /** Time that has been added, ns. */
  coveredNs: number;
  readonly flows: readonly FlowTotals[];
  readonly components: readonly ComponentTotals[];
}

/** `Totals` as plain data that crosses threads. */
export interface TotalsData {
  readonly coveredNs: number;
  readonly flows: readonly Plain<FlowTotals>[];
  readonly components: readonly Plain<ComponentTotals>[];
}

/** The same members, with histograms taken down as data. */
type Plain<T> = { readonly [K in keyof T]: T[K] extends Histogram ? HistogramData : PlainOrNull<T[K]> };
type PlainOrNull<T> = T extends Histogram ? HistogramData : T;

export interface TotalsLayout {
  readonly flows: readonly FlowLayout[];
  readonly components: readonly ComponentLayout[];
}

export function emptyTotals(layout: TotalsLayout): Totals {
  return {
    coveredNs: 0,
    flows: layout.flows.map((flow) => ({
      inFlightAtStart: 0,
      arrivals: 0,
      completed: 0,
      failed: new Float64Array(4),
      rateLimited: 0,
      inFlightAtEnd: 0,
      latency: new Histogram(),
      failedLatency: new Histogram(),
      traced: 0,
      time: new Float64Array(flow.timeCells.length),
    })),
    components: layout.components.map((component) => ({
      busyArea: 0,
      capacityArea: 0,
      cpuBusyArea: 0,
      cpuCapacityArea: 0,
      queueArea: 0,
      finished: 0,
      hits: 0,
      misses: 0,
      backlogArea: 0,
      backlogMax: 0,
      wait: new Histogram(),
      lag: component.hasLog ? new Histogram() : null,
      shardBusyArea: new Float64Array(component.shards),
      shardCapacityArea: new Float64Array(component.shards),
      shardFinished: new Float64Array(component.shards),
      keys: component.keys === null ? null : new Float64Array(4 * component.keys.length),
      counters: new Float64Array(component.counters.length),
    })),
  };
}

/** Adds a cell of `lengthNs`; `inFlightBefore` are the roots in flight at its start, by flow. */
export function addCell(
  totals: Totals,
  cell: Cell,
  lengthNs: number,
  inFlightBefore: ArrayLike<number>,
): void {
  if (totals.coveredNs === 0) {
    totals.flows.forEach((flow, i) => (flow.inFlightAtStart = inFlightBefore[i]!));
  }
  totals.coveredNs += lengthNs;
  totals.flows.forEach((flow, i) => {
    const more = cell.flows[i]!;
    addFlowCounts(flow, more);
    flow.inFlightAtEnd = more.inFlightAtEnd;
    flow.latency.addAll(more.latency);
    flow.failedLatency.addAll(more.failedLatency);
  });
  totals.components.forEach((component, i) => {
    const more = cell.components[i]!;
    addComponentCounts(component, more);
    addKeys(component, more.keys, more.touchedKeys);
    component.wait.addAll(more.wait);
    if (more.lag !== null) component.lag?.addAll(more.lag);
  });
}

/** Adds the totals of another run over the same window, or of the next window of the same run. */
export function addTotals(totals: Totals, more: TotalsData, relation: 'other run' | 'next window'): void {
  const isFirst = totals.coveredNs === 0;
  totals.coveredNs += more.coveredNs;
  totals.flows.forEach((flow, i) => {
    const other = more.flows[i]!;
    addFlowCounts(flow, other);
    if (relation === 'other run' || isFirst) flow.inFlightAtStart += other.inFlightAtStart;
    flow.inFlightAtEnd = other.inFlightAtEnd + (relation === 'other run' ? flow.inFlightAtEnd : 0);
    flow.latency.addData(other.latency);
    flow.failedLatency.addData(other.failedLatency);
  });
  totals.components.forEach((component, i) => {
    const other = more.components[i]!;
    addComponentCounts(component, other);
    addKeys(component, other.keys);
    component.wait.addData(other.wait);
    if (other.lag !== null) component.lag?.addData(other.lag);
  });
}

export function dataOfTotals({ coveredNs, flows, components }: Totals): TotalsData {
  return {
    coveredNs,
    flows: flows.map((flow) => ({
      ...flow,
      failed: flow.failed.slice(),
      latency: dataOf(flow.latency),
      failedLatency: dataOf(flow.failedLatency),
      time: flow.time.slice(),
    })),
    components: components.map((component) => ({
      ...component,
      wait: dataOf(component.wait),
      lag: component.lag === null ? null : dataOf(component.lag),
      shardBusyArea: component.shardBusyArea.slice(),
      shardCapacityArea: component.shardCapacityArea.slice(),
      shardFinished: component.shardFinished.slice(),
      keys: component.keys === null ? null : component.keys.slice(),
      counters: component.counters.slice(),
    })),
  };
}

export function resetTotals(totals: Totals): void {
  totals.coveredNs = 0;
  for (const flow of totals.flows) {
    flow.inFlightAtStart = flow.arrivals = flow.completed = flow.rateLimited = 0;
    flow.inFlightAtEnd = flow.traced = 0;
    flow.failed.fill(0);
    flow.latency.reset();
    flow.failedLatency.reset();
    flow.time.fill(0);
  }
  for (const component of totals.components) {
    component.busyArea = component.capacityArea = component.cpuBusyArea = component.cpuCapacityArea = 0;
    component.queueArea = component.finished = component.hits = component.misses = 0;
    component.backlogArea = component.backlogMax = 0;
    component.wait.reset();
    component.lag?.reset();
    component.shardBusyArea.fill(0);
    component.shardCapacityArea.fill(0);
    component.shardFinished.fill(0);
    component.keys?.fill(0);
    component.counters.fill(0);
  }
}

type FlowCounts = Pick<FlowCell, 'arrivals' | 'completed' | 'failed' | 'rateLimited' | 'traced' | 'time'>;

function addFlowCounts(flow: FlowTotals, more: FlowCounts): void {
  flow.arrivals += more.arrivals;
  flow.completed += more.completed;
  flow.rateLimited += more.rateLimited;
  flow.traced += more.traced;
  addEach(flow.failed, more.failed);
  addEach(flow.time, more.time);
}

function addComponentCounts(
  component: ComponentTotals,
  more: Omit<ComponentTotals, 'wait' | 'lag' | 'keys'>,
): void {
  component.busyArea += more.busyArea;
  component.capacityArea += more.capacityArea;
  component.cpuBusyArea += more.cpuBusyArea;
  component.cpuCapacityArea += more.cpuCapacityArea;
  component.queueArea += more.queueArea;
  component.finished += more.finished;
  component.hits += more.hits;
  component.misses += more.misses;
  component.backlogArea += more.backlogArea;
  component.backlogMax = Math.max(component.backlogMax, more.backlogMax);
  addEach(component.shardBusyArea, more.shardBusyArea);
  addEach(component.shardCapacityArea, more.shardCapacityArea);
  addEach(component.shardFinished, more.shardFinished);
  addEach(component.counters, more.counters);
}

/** @param touched Rows of `more` to add, unless all. */
function addKeys(component: ComponentTotals, more: Float64Array | null, touched?: Int32Array): void {
  if (more === null) return;
  if (component.keys === null || component.keys.length < more.length) {
    const grown = new Float64Array(more.length);
    if (component.keys !== null) grown.set(component.keys);
    component.keys = grown;
  }
  if (touched === undefined) addEach(component.keys, more);
  else addRows(component.keys, more, touched);
}

/** Adds those of the rows of four that are named. */
function addRows(sums: Float64Array, terms: Float64Array, rows: Int32Array): void {
  for (let k = 0; k < rows.length; k++) {
    const row = 4 * rows[k]!;
    for (let i = row; i < row + 4; i++) sums[i]! += terms[i]!;
  }
}

function addEach(sums: Float64Array, terms: Float64Array): void {
  for (let i = 0; i < terms.length; i++) sums[i]! += terms[i]!;
}
