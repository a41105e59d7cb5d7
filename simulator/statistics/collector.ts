import type { Scenario, TimelineEntry } from '../../scenarios/index.ts';
import type { Cell } from './cell.ts';
import { Histogram, meanNs, quantileNs } from './histogram.ts';
import type { Batch } from './intervals.ts';
import type { RunRecord } from './record.ts';
import { SlidingP99 } from './recovery.ts';
import { rowMaker, seriesPaths, type SeriesRow } from './series.ts';
import {
  addCell,
  addTotals,
  dataOfTotals,
  emptyTotals,
  resetTotals,
  type Totals,
  type TotalsData,
  type TotalsLayout,
} from './totals.ts';
import { mser } from './warmup.ts';
import {
  AUTO_PARTS,
  AUTO_SLICES,
  BATCHES,
  STEP_NS,
  equalParts,
  eventWindow,
  expectationWindows,
  toNs,
  type Window,
} from './windows.ts';

/** A window that is being filled, or was and is kept as data. */
interface OpenWindow {
  readonly name: string;
  readonly fromNs: number;
  toNs: number;
  totals: Totals | null;
  data: TotalsData | null;
}

/**
 * Takes the cells of one run, in order, and keeps sums: over the whole run after its warm-up, each
 * phase, each window that an expectation asks for, each batch, and each step of the series. A cell
 * must lie within or without each of them, which it does when time is cut at `planCuts` and at what
 * `addEvent` returns. Copies what it keeps; memory grows by a row of numbers a second.
 */
export class Collector {
  readonly seriesPaths: readonly string[];
  private readonly endNs: number;
  private readonly warmup: WarmUp;
  private readonly inFlight: Float64Array;
  private readonly makeRow: (totals: Totals) => Float64Array;
  private readonly step: Totals;
  private readonly rows: SeriesRow[] = [];
  private taken = 0;
  private readonly sliding: readonly SlidingP99[];
  private readonly slidingP99Ns: number[][];
  private readonly timeline: Window[] = [];
  private readonly before: OpenWindow;
  private readonly phases: OpenWindow[] = [];
  private readonly windows: readonly OpenWindow[];
  private coveredNs = 0;

  constructor(
    scenario: Scenario,
    private readonly layout: TotalsLayout,
    private readonly seed: number,
  ) {
    const { durationSeconds, warmupSeconds } = scenario.run;
    this.endNs = toNs(durationSeconds);
    this.warmup =
      warmupSeconds === 'auto'
        ? new FoundWarmUp(layout, this.endNs)
        : new GivenWarmUp(layout, toNs(warmupSeconds), this.endNs);
    this.inFlight = new Float64Array(layout.flows.length);
    this.seriesPaths = seriesPaths(layout);
    this.makeRow = rowMaker(layout);
    this.step = emptyTotals(layout);
    this.sliding = layout.flows.map(() => new SlidingP99());
    this.slidingP99Ns = layout.flows.map(() => []);
    const fromNs = this.warmup.fromNs;
    this.before = { name: 'before', fromNs, toNs: this.endNs, totals: null, data: null };
    this.windows = expectationWindows(scenario).map((w) => ({ ...w, totals: null, data: null }));
    for (const entry of scenario.timeline) this.addEvent(entry);
  }

  /**
   * Takes the cell from `fromNs` to `toNs`; the caller may reuse it afterwards. Throws when requests
   * went missing: inFlightAtStart + arrivals = completed + failed + rateLimited + inFlightAtEnd.
   */
  closeCell(fromNs: number, toNs: number, cell: Cell): void {
    this.checkConservation(fromNs, toNs, cell);
    const lengthNs = toNs - fromNs;
    this.warmup.add(cell, fromNs, toNs, this.inFlight);
    for (const window of [this.before, ...this.phases, ...this.windows]) {
      if (fromNs < window.fromNs || toNs > window.toNs || lengthNs === 0) continue;
      window.totals ??= emptyTotals(this.layout);
      addCell(window.totals, cell, lengthNs, this.inFlight);
      if (toNs === window.toNs) seal(window);
    }
    addCell(this.step, cell, lengthNs, this.inFlight);
    cell.flows.forEach((flow, i) => (this.inFlight[i] = flow.inFlightAtEnd));
    this.coveredNs = toNs;
    if (toNs % STEP_NS === 0 && lengthNs > 0) this.closeStep(toNs);
  }

  /**
   * Adds an event of the timeline: its phases, and its recovery. For a live event call it before time
   * passes `atSeconds`. Returns the times, ns, at which cells must be cut.
   */
  addEvent(entry: TimelineEntry): readonly number[] {
    const event = eventWindow(entry, this.endNs);
    this.timeline.push(event);
    this.timeline.sort((a, b) => a.fromNs - b.fromNs);
    const from = Math.max(event.fromNs, this.warmup.fromNs);
    const to = Math.max(event.toNs, from);
    this.before.toNs = Math.min(this.before.toNs, Math.max(event.fromNs, this.warmup.fromNs));
    this.phases.push(
      { name: `during:${event.name}`, fromNs: from, toNs: to, totals: null, data: null },
      { name: `after:${event.name}`, fromNs: to, toNs: this.endNs, totals: null, data: null },
    );
    return [event.fromNs, event.toNs];
  }

  /** Rows of the series that were completed since the last call. */
  takeRows(): SeriesRow[] {
    const rows = this.rows.slice(this.taken);
    this.taken = this.rows.length;
    return rows;
  }

  /** All that was measured. Call once, after the last cell. */
  record(run: { readonly events: number; readonly stopped: RunRecord['stopped'] }): RunRecord {
    const { warmupNs, total, batches } = this.warmup.finish();
    const covered = (w: Window): Window => ({
      name: w.name,
      fromNs: Math.min(w.fromNs, this.coveredNs),
      toNs: Math.min(w.toNs, this.coveredNs),
    });
    const finished = (w: OpenWindow): Window & { totals: TotalsData } => {
      seal(w);
      return { ...covered(w), totals: w.data ?? dataOfTotals(emptyTotals(this.layout)) };
    };
    return {
      seed: this.seed,
      simulatedSeconds: this.coveredNs / 1e9,
      events: run.events,
      wallSeconds: 0,
      stopped: run.stopped,
      flows: this.layout.flows,
      components: this.layout.components,
      warmupSeconds: warmupNs / 1e9,
      total,
      batches,
      timeline: this.timeline,
      phases: this.timeline.length === 0 ? [] : [this.before, ...this.phases].map(finished),
      windows: this.windows.map(finished),
      seriesPaths: this.seriesPaths,
      series: this.rows.map((row) => row.values),
      observations: null,
      slidingP99Ns: this.slidingP99Ns.map((values) => Float64Array.from(values)),
    };
  }

  private closeStep(endNs: number): void {
    this.rows.push({ atSeconds: endNs / 1e9, values: this.makeRow(this.step) });
    this.step.flows.forEach((flow, i) => this.slidingP99Ns[i]!.push(this.sliding[i]!.next(flow)));
    resetTotals(this.step);
  }

  private checkConservation(fromNs: number, toNs: number, cell: Cell): void {
    cell.flows.forEach((flow, i) => {
      const failed = flow.failed.reduce((sum, n) => sum + n, 0);
      const came = this.inFlight[i]! + flow.arrivals;
      const went = flow.completed + failed + flow.rateLimited + flow.inFlightAtEnd;
      if (came === went) return;
      throw new Error(
        `Requests are not conserved. Seed ${this.seed}, flow ${this.layout.flows[i]!.id}, from ${fromNs} to ` +
          `${toNs} ns: ${this.inFlight[i]} in flight + ${flow.arrivals} arrivals, but ${flow.completed} ` +
          `completed + ${failed} failed + ${flow.rateLimited} rate limited + ${flow.inFlightAtEnd} in flight.`,
      );
    });
  }
}

/** Turns a window into data, which takes less room. */
function seal(window: OpenWindow): void {
  if (window.totals === null) return;
  window.data = dataOfTotals(window.totals);
  window.totals = null;
}

interface Finished {
  readonly warmupNs: number;
  readonly total: TotalsData;
  readonly batches: readonly (readonly Batch[])[];
}

/** The sums after the warm-up, and its batches. */
interface WarmUp {
  /** From when on phases may count. */
  readonly fromNs: number;
  add(cell: Cell, fromNs: number, toNs: number, inFlight: Float64Array): void;
  finish(): Finished;
}

class GivenWarmUp implements WarmUp {
  private readonly total: Totals;
  private readonly bounds: Float64Array;
  private readonly batch: readonly Histogram[];
  private readonly batches: Batch[][] = [];

  constructor(
    layout: TotalsLayout,
    readonly fromNs: number,
    endNs: number,
  ) {
    this.total = emptyTotals(layout);
    this.bounds = equalParts(fromNs, endNs, BATCHES);
    this.batch = layout.flows.map(() => new Histogram());
  }

  add(cell: Cell, fromNs: number, toNs: number, inFlight: Float64Array): void {
    if (fromNs < this.fromNs) return;
    addCell(this.total, cell, toNs - fromNs, inFlight);
    cell.flows.forEach((flow, i) => this.batch[i]!.addAll(flow.latency));
    if (toNs !== this.bounds[this.batches.length + 1]) return;
    this.batches.push(this.batch.map(batchOf));
    for (const histogram of this.batch) histogram.reset();
  }

  finish(): Finished {
    return {
      warmupNs: this.fromNs,
      total: dataOfTotals(this.total),
      batches: this.batches.length === BATCHES ? this.batches : [],
    };
  }
}

/** Keeps the run in parts until the end, when MSER-5 says how many of them to leave out. */
class FoundWarmUp implements WarmUp {
  readonly fromNs = 0;
  private readonly bounds: Float64Array;
  private readonly sliceBounds: Float64Array;
  private readonly part: Totals;
  private readonly parts: TotalsData[] = [];
  /** By flow: sum and count of latencies of the slice, and the mean latency of each slice so far. */
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;
  private readonly sliceMeans: readonly number[][];
  private slices = 0;

  constructor(
    private readonly layout: TotalsLayout,
    endNs: number,
  ) {
    this.bounds = equalParts(0, endNs, AUTO_PARTS);
    this.sliceBounds = equalParts(0, endNs, AUTO_PARTS * AUTO_SLICES);
    this.part = emptyTotals(layout);
    this.sums = new Float64Array(layout.flows.length);
    this.counts = new Float64Array(layout.flows.length);
    this.sliceMeans = layout.flows.map(() => []);
  }

  add(cell: Cell, fromNs: number, toNs: number, inFlight: Float64Array): void {
    addCell(this.part, cell, toNs - fromNs, inFlight);
    cell.flows.forEach((flow, i) => {
      this.sums[i]! += flow.latency.sumNs;
      this.counts[i]! += flow.latency.count;
    });
    if (toNs === this.sliceBounds[this.slices + 1]) this.closeSlice();
    if (toNs === this.bounds[this.parts.length + 1]) {
      this.parts.push(dataOfTotals(this.part));
      resetTotals(this.part);
    }
  }

  private closeSlice(): void {
    this.slices += 1;
    this.sliceMeans.forEach((means, i) => {
      // A slice in which nothing ended repeats the one before.
      means.push(this.counts[i] === 0 ? (means.at(-1) ?? 0) : this.sums[i]! / this.counts[i]!);
    });
    this.sums.fill(0);
    this.counts.fill(0);
  }

  finish(): Finished {
    const whole = this.parts.length;
    const leftOut = Math.max(0, ...this.sliceMeans.map((means) => mser(meansOfParts(means, whole))));
    const total = emptyTotals(this.layout);
    for (const part of this.parts.slice(leftOut)) addTotals(total, part, 'next window');
    if (this.part.coveredNs > 0) addTotals(total, dataOfTotals(this.part), 'next window');
    return {
      warmupNs: leftOut === 0 ? 0 : this.bounds[leftOut]!,
      total: dataOfTotals(total),
      batches: whole === AUTO_PARTS ? this.batchesAfter(leftOut) : [],
    };
  }

  /** Equal batches of whole parts; the first few parts that do not fill one are left out. */
  private batchesAfter(leftOut: number): Batch[][] {
    const perBatch = Math.floor((AUTO_PARTS - leftOut) / BATCHES);
    const first = AUTO_PARTS - perBatch * BATCHES;
    return Array.from({ length: BATCHES }, (_, b) =>
      this.layout.flows.map((_flow, i) => {
        const merged = new Histogram();
        for (let p = 0; p < perBatch; p++) {
          merged.addData(this.parts[first + b * perBatch + p]!.flows[i]!.latency);
        }
        return batchOf(merged);
      }),
    );
  }
}

function meansOfParts(sliceMeans: readonly number[], parts: number): number[] {
  return Array.from({ length: parts }, (_, p) => {
    const slices = sliceMeans.slice(p * AUTO_SLICES, (p + 1) * AUTO_SLICES);
    return slices.reduce((sum, x) => sum + x, 0) / AUTO_SLICES;
  });
}

function batchOf(h: Histogram): Batch {
  return {
    count: h.count,
    meanNs: meanNs(h),
    p50Ns: quantileNs(h, 0.5),
    p99Ns: quantileNs(h, 0.99),
  };
}
