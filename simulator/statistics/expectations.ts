import type { Expectation, Scenario } from '../../scenarios/index.ts';
import type { ExpectationOutcome, PhaseFigures } from '../result.ts';
import { componentFigures, flowFigures } from './figures.ts';
import { moneyFigures } from './money.ts';
import { emptyTotals, type TotalsLayout } from './totals.ts';

/**
 * The value at a metric path such as `flows.work.latencyMs.p99`: a number, null (no samples, also of
 * everything below), or undefined when there is no such figure.
 */
export function metricAt(figures: unknown, path: string): number | null | undefined {
  let value = figures;
  for (const name of path.split('.')) {
    if (value === null) return null;
    if (typeof value !== 'object' || !Object.hasOwn(value as object, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'number' || value === null ? value : undefined;
}

/** Judges one expectation by the figures that it looks at; without a figure, or stopped, it fails. */
export function judge(expectation: Expectation, figures: unknown, stopped: boolean): ExpectationOutcome {
  const observed = metricAt(figures, expectation.metric) ?? null;
  const { between, atMost, atLeast } = expectation;
  const holds =
    observed !== null &&
    !stopped &&
    (between === undefined || (observed >= between[0] && observed <= between[1])) &&
    (atMost === undefined || observed <= atMost) &&
    (atLeast === undefined || observed >= atLeast);
  return { id: expectation.id, status: holds ? 'pass' : 'fail', observed };
}

/** An expectation that asks for what no result has. */
export interface UnknownMetric {
  readonly index: number;
  readonly unknown: 'metric' | 'phase';
  /** Paths of all figures that there are, for suggestions. */
  readonly known: readonly string[];
}

/**
 * Expectations whose metric or phase no result of this design has, by index. To be asked before a
 * run: with the layout of a design, every path that can have a value is known.
 */
export function unknownMetrics(scenario: Scenario, layout: TotalsLayout): readonly UnknownMetric[] {
  const figures = specimen(layout);
  const events = scenario.timeline.map(({ id }) => id);
  const recovery = Object.fromEntries(layout.flows.map(({ id }) => [id, 0]));
  const recoveryMs = Object.fromEntries(events.map((id) => [id, recovery]));
  const phases = Object.fromEntries(
    events.flatMap((id) => ['before', `during:${id}`, `after:${id}`]).map((name) => [name, figures]),
  );
  const { components } = moneyFigures(scenario, figures);
  const whole = { ...figures, components, phases, recoveryMs };
  return scenario.expectations.flatMap(({ metric, phase, window }, index): UnknownMetric[] => {
    if (phase !== undefined && !Object.hasOwn(phases, phase))
      return [{ index, unknown: 'phase', known: Object.keys(phases) }];
    const looksAt = phase === undefined && window === undefined ? whole : figures;
    return metricAt(looksAt, metric) === undefined
      ? [{ index, unknown: 'metric', known: pathsOf({ flows: figures.flows, components }, '') }]
      : [];
  });
}

/** Paths of all figures in a part of a result. */
function pathsOf(value: unknown, path: string): string[] {
  if (typeof value === 'number' || value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) =>
    pathsOf(member, path === '' ? name : `${path}.${name}`),
  );
}

/** Figures of a design in which everything happened once, so that none is null. */
function specimen(layout: TotalsLayout): Pick<PhaseFigures, 'flows' | 'components'> {
  const totals = emptyTotals(layout);
  const SECOND_NS = 1e9;
  const flows = layout.flows.map((flow, i) => {
    const t = totals.flows[i]!;
    t.completed = t.traced = 1;
    t.time.fill(1);
    t.latency.record(1);
    t.failedLatency.record(1);
    return [flow.id, flowFigures(flow, t, SECOND_NS)] as const;
  });
  const components = layout.components.map((component, i) => {
    const t = totals.components[i]!;
    t.capacityArea = t.cpuCapacityArea = t.hits = 1;
    t.wait.record(1);
    t.lag?.record(1);
    t.keys?.fill(1);
    t.counters.fill(1);
    return [component.id, componentFigures(component, t, SECOND_NS)] as const;
  });
  return { flows: Object.fromEntries(flows), components: Object.fromEntries(components) };
}
