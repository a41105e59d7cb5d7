import type { Expectation, Scenario } from '../../scenarios/index.ts';
import type { FlowFigures, Interval, PhaseFigures, Result } from '../result.ts';
import { digestOf } from './digest.ts';
import { judge } from './expectations.ts';
import { componentFigures, flowFigures } from './figures.ts';
import { Histogram, meanNs, quantileNs, type HistogramData } from './histogram.ts';
import { batchInterval95, interval95 } from './intervals.ts';
import { moneyFigures } from './money.ts';
import type { RunRecord } from './record.ts';
import { recoveryMs } from './recovery.ts';
import { addTotals, emptyTotals, type TotalsData } from './totals.ts';
import { STEP_NS, windowName, type Window } from './windows.ts';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

/**
 * The result of one run, or of replications of one scenario: point estimates from all of them
 * together, 95 % intervals over replications, or over 20 batches of a single one. Counts, events,
 * simulated and wall seconds add up over replications; series are means over them.
 *
 * Throws when there is no record.
 */
export function summarize(scenario: Scenario, records: readonly RunRecord[]): Result {
  const first = records[0];
  if (first === undefined) throw new Error('There is no run to summarize.');
  const whole = figuresOf(
    records,
    records.map((r) => r.total),
    records.length === 1 ? (flow) => batchIntervals(first, flow) : undefined,
  );
  const phases = Object.fromEntries(
    first.phases.map((phase, i): [string, PhaseFigures] => [
      phase.name,
      {
        fromSeconds: phase.fromNs / NS_PER_SECOND,
        toSeconds: phase.toNs / NS_PER_SECOND,
        ...figuresOf(
          records,
          records.map((r) => r.phases[i]!.totals),
        ),
      },
    ]),
  );
  const recovery = recoveryFigures(records);
  const series = seriesFigures(records);
  const stopped = records.find((r) => r.stopped !== null)?.stopped ?? null;
  const windows = Object.fromEntries(
    first.windows.map(({ name }, i) => [
      name,
      figuresOf(
        records,
        records.map((r) => r.windows[i]!.totals),
      ),
    ]),
  );
  const { components, money } = moneyFigures(scenario, whole);
  const lookedAt = ({ phase, window }: Expectation): unknown => {
    if (phase !== undefined) return phases[phase];
    if (window !== undefined) return windows[windowName(window)];
    return { ...whole, components, phases, recoveryMs: recovery };
  };
  const expectations = scenario.expectations.map((e) => judge(e, lookedAt(e), stopped !== null));
  const digest = digestOf({
    flows: whole.flows,
    components: whole.components,
    phases,
    series,
    stopped,
    expectations: expectations.map(({ id, observed }) => ({ id, observed })),
  });
  return {
    format: 'fanout-lab/result',
    version: 1,
    scenario: scenario.id,
    engine: 'exact',
    seed: first.seed,
    replications: records.length,
    simulatedSeconds: sumOf(records, (r) => r.simulatedSeconds),
    events: sumOf(records, (r) => r.events),
    wallSeconds: sumOf(records, (r) => r.wallSeconds),
    digest,
    flows: whole.flows,
    components,
    phases,
    recoveryMs: recovery,
    series,
    stopped,
    ...(money.items.length === 0 ? {} : { money }),
    verdicts: [],
    expectations,
  };
}

/** The figures of all flows alone, after the warm-up, of runs of one scenario: what comparisons look at. */
export function flowsOf(records: readonly RunRecord[]): Result['flows'] {
  const bare = records.map((r) => ({ ...r, components: [], total: { ...r.total, components: [] } }));
  return figuresOf(
    bare,
    bare.map(({ total }) => total),
  ).flows;
}

type FlowIntervals = FlowFigures['latencyCi95Ms'];

/** Figures of one window from its totals in every record. */
function figuresOf(
  records: readonly RunRecord[],
  totals: readonly TotalsData[],
  intervals: (flow: number) => FlowIntervals = (flow) =>
    replicationIntervals(totals.map((t) => t.flows[flow]!.latency)),
): Pick<PhaseFigures, 'flows' | 'components'> {
  const layout = { flows: records[0]!.flows, components: layoutsWithAllKeys(records) };
  const merged = emptyTotals(layout);
  for (const more of totals) addTotals(merged, more, 'other run');
  return {
    flows: Object.fromEntries(
      layout.flows.map((flow, i) => [
        flow.id,
        flowFigures(flow, merged.flows[i]!, merged.coveredNs, intervals(i)),
      ]),
    ),
    components: Object.fromEntries(
      layout.components.map((component, i) => [
        component.id,
        componentFigures(component, merged.components[i]!, merged.coveredNs),
      ]),
    ),
  };
}

/** Keys are numbered alike in every replication; the layout of the one that met most of them has all names. */
function layoutsWithAllKeys(records: readonly RunRecord[]): RunRecord['components'] {
  return records[0]!.components.map((_, i) =>
    records
      .map((r) => r.components[i]!)
      .reduce((a, b) => ((b.keys?.length ?? 0) > (a.keys?.length ?? 0) ? b : a)),
  );
}

function replicationIntervals(latencies: readonly HistogramData[]): FlowIntervals {
  const histograms = latencies.map((data) => {
    const h = new Histogram();
    h.addData(data);
    return h;
  });
  const over = (estimate: (h: Histogram) => number | null): Interval | null =>
    histograms.some((h) => h.isEmpty) ? null : toMs(interval95(histograms.map((h) => estimate(h)!)));
  return {
    mean: over(meanNs),
    p50: over((h) => quantileNs(h, 0.5)),
    p99: over((h) => quantileNs(h, 0.99)),
  };
}

function batchIntervals({ batches }: RunRecord, flow: number): FlowIntervals {
  const ofFlow = batches.map((batch) => batch[flow]!);
  return {
    mean: toMs(batchInterval95(ofFlow, 'meanNs')),
    p50: toMs(batchInterval95(ofFlow, 'p50Ns')),
    p99: toMs(batchInterval95(ofFlow, 'p99Ns')),
  };
}

function toMs(interval: Interval | null): Interval | null {
  return interval === null ? null : [interval[0] / NS_PER_MS, interval[1] / NS_PER_MS];
}

/** By event and flow; over replications the mean, or null when any of them did not recover. */
function recoveryFigures(records: readonly RunRecord[]): Result['recoveryMs'] {
  const { timeline, flows } = records[0]!;
  return Object.fromEntries(
    timeline.map((event) => [
      event.name,
      Object.fromEntries(
        flows.map((flow, i) => [flow.id, meanOrNull(records.map((r) => recoveryOf(r, event, i)))]),
      ),
    ]),
  );
}

function recoveryOf(record: RunRecord, event: Window, flow: number): number | null {
  const before = record.phases.find(({ name }) => name === 'before')!;
  return recoveryMs(record.slidingP99Ns[flow]!, before, event);
}

function seriesFigures(records: readonly RunRecord[]): Result['series'] {
  const steps = Math.max(...records.map((r) => r.series.length));
  const columns = records[0]!.seriesPaths.map((path, column): [string, (number | null)[]] => [
    path,
    Array.from({ length: steps }, (_, step) => {
      const values = records.map((r) => r.series[step]?.[column] ?? NaN).filter((v) => v === v);
      return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
    }),
  ]);
  return { stepSeconds: STEP_NS / NS_PER_SECOND, ...Object.fromEntries(columns) };
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum / values.length;
}

function sumOf(records: readonly RunRecord[], read: (record: RunRecord) => number): number {
  return records.reduce((sum, record) => sum + read(record), 0);
}
