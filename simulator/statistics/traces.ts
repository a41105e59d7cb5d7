import { failureCodes, type Outcome, type RequestTrace } from '../result.ts';
import { Histogram, quantileNs } from './histogram.ts';
import type { Exemplar, RunRecord } from './record.ts';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

/** Which request of a flow to show: one at a percentile of the successes, the slowest of them, or one that failed. */
export type TraceChoice =
  | { readonly by: 'percentile'; readonly name: string; readonly q: number }
  | { readonly by: 'max'; readonly name: 'max' }
  | { readonly by: 'failure'; readonly name: Outcome };

const failures: readonly Outcome[] = [...failureCodes, 'rateLimited'];

/** `p50`, `p99.9` (or `p999`), `max`, or the reason of a failure; null: none of them. */
export function parseTraceChoice(name: string): TraceChoice | null {
  if (name === 'max') return { by: 'max', name };
  const failure = failures.find((known) => known === name);
  if (failure !== undefined) return { by: 'failure', name: failure };
  const percent = /^p(\d{1,2}(?:\.\d{1,6})?)$/.exec(name === 'p999' ? 'p99.9' : name)?.[1];
  return percent === undefined ? null : { by: 'percentile', name: `p${percent}`, q: Number(`${percent}e-2`) };
}

/** What one looks at first: percentiles from the middle outwards, the slowest, and each reason of a failure. */
const usual: readonly TraceChoice[] = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max', ...failures].map((name) =>
  parseTraceChoice(name)!,
);

/** The usual traces of every flow, as far as there are any. */
export function usualTraces(records: readonly RunRecord[]): readonly RequestTrace[] {
  return (records[0]?.flows ?? []).flatMap(({ id }) =>
    usual.flatMap((choice) => traceOf(records, id, choice) ?? []),
  );
}

/**
 * The request of a flow that comes closest to what is asked for, among the exemplars of all
 * replications; null: none was traced. Throws when there is no such flow.
 */
export function traceOf(
  records: readonly RunRecord[],
  flow: string,
  choice: TraceChoice,
): RequestTrace | null {
  const index = records[0]!.flows.findIndex(({ id }) => id === flow);
  if (index < 0) throw new Error(`There is no flow ${flow}.`);
  const wanted = choice.by === 'failure' ? choice.name : null;
  const candidates = records.flatMap(({ seed, exemplars }) =>
    (exemplars?.[index]?.exemplars ?? [])
      .filter(({ outcome }) => outcome === wanted)
      .map((exemplar) => ({ seed, exemplar })),
  );
  const figureNs = figureOf(records, index, choice);
  const distance = ({ latencyNs }: Exemplar): number =>
    figureNs === null ? 0 : Math.abs(latencyNs - figureNs);
  const [first, ...others] = candidates;
  if (first === undefined) return null;
  const { seed, exemplar } = others.reduce(
    (best, other) => (distance(other.exemplar) < distance(best.exemplar) ? other : best),
    first,
  );
  const { latencyNs, startedNs, outcome, spans } = exemplar;
  return {
    flow,
    chosenFor: choice.name,
    figureMs: figureNs === null ? null : figureNs / NS_PER_MS,
    seed,
    startedAtSeconds: startedNs / NS_PER_SECOND,
    latencyNs,
    outcome,
    spans,
  };
}

/** The figure of the flow that the request is to stand for, ns; null of failures. */
function figureOf(records: readonly RunRecord[], flow: number, choice: TraceChoice): number | null {
  if (choice.by === 'failure') return null;
  const latency = new Histogram();
  for (const { total } of records) latency.addData(total.flows[flow]!.latency);
  if (latency.isEmpty) return null;
  return choice.by === 'max' ? latency.maxNs : quantileNs(latency, choice.q);
}
