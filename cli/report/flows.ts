import type { FlowFigures } from '../../simulator/index.ts';
import { failureCodes } from '../../simulator/index.ts';
import { figure, interval, percent, table, type Column } from './text.ts';

type Row = readonly [flow: string, figures: FlowFigures];

const columns: readonly Column<Row>[] = [
  { title: 'flow', align: 'left', text: ([flow]) => flow },
  { title: 'offered/s', text: ([, f]) => figure(f.offeredPerSecond) },
  { title: 'completed/s', text: ([, f]) => figure(f.completedPerSecond) },
  { title: 'errors', text: ([, f]) => percent(f.errorRatio) },
  { title: 'mean ms', text: ([, f]) => figure(f.latencyMs.mean) },
  { title: 'p50', text: ([, f]) => figure(f.latencyMs.p50) },
  { title: 'p95', text: ([, f]) => figure(f.latencyMs.p95) },
  { title: 'p99', text: ([, f]) => figure(f.latencyMs.p99) },
  { title: '95 % interval of p99', text: ([, f]) => interval(f.latencyCi95Ms.p99) },
  { title: '', align: 'left', text: ([, f]) => causes(f) },
];

/** Rates, errors and latencies of successful requests, one line a flow. */
export function flowTable(flows: Readonly<Record<string, FlowFigures>>): string[] {
  return table(columns, Object.entries(flows));
}

/** Failures by code, and rate-limited requests, which are not failures. */
function causes(figures: FlowFigures): string {
  const failures = failureCodes
    .filter((code) => figures.errors[code] > 0)
    .map((code) => `${figures.errors[code].toLocaleString('en-US')} ${code}`);
  const limited =
    figures.rateLimited > 0 ? [`${figures.rateLimited.toLocaleString('en-US')} rate limited`] : [];
  return [...failures, ...limited].join(', ');
}
