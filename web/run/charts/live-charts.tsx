import { useMemo } from 'react';
import { formatCount, formatMs, formatPercent, formatPerSecond } from '../../ui/index.ts';
import { series } from '../controller.ts';
import { badUtilization, warnUtilization } from '../health.ts';
import type { SeriesBuffer } from '../series-buffer.ts';
import { useRun } from '../store.ts';
import { ChartCard } from './chart-card.tsx';
import type { Line, Mark } from './time-series.tsx';
import './charts.css';

/** Lines in a chart of components; more would not be told apart. */
const mostLines = 3;
const componentColors = ['--p95', '--p50', '--p99'] as const;
/** A backlog below this is not worth a line. */
const leastBacklog = 1;

interface LiveChartsProps {
  /** The flow that rate, latency and errors are of. */
  readonly flow: string | null;
  /** A node whose lines come first. */
  readonly component: string | null;
  /** Objectives for the flow's latency, ms. */
  readonly objectivesMs: readonly number[];
}

/** The strip of charts that moves while the system runs. */
export function LiveCharts({ flow, component, objectivesMs }: LiveChartsProps) {
  const version = useRun((state) => state.rowsVersion);
  const bands = useRun((state) => state.bands);
  const durationSeconds = useRun((state) => state.durationSeconds);
  const warmupSeconds = useRun((state) => state.warmupSeconds);

  const charts = useMemo(() => {
    void version; // `series` is filled in place; the version says when.
    return read(series, flow, component);
  }, [version, flow, component]);
  const frame = { atSeconds: charts.atSeconds, bands, durationSeconds, warmupSeconds };
  const objectives: readonly Mark[] = objectivesMs.map((value) => ({ value, color: '--bad-line' }));

  return (
    <div className="charts">
      <ChartCard {...frame} title="Rate" note={flow} lines={charts.rate} format={formatPerSecond} />
      <ChartCard
        {...frame}
        title="Latency"
        note={flow}
        lines={charts.latency}
        marks={objectives}
        scale="logarithmic"
        format={formatMs}
      />
      <ChartCard
        {...frame}
        title="Errors"
        note={flow}
        lines={charts.errors}
        atLeast={0.01}
        format={formatPercent}
      />
      <ChartCard
        {...frame}
        title="Utilisation"
        lines={charts.utilization}
        marks={[
          { value: warnUtilization, color: '--warn-line' },
          { value: badUtilization, color: '--bad-line' },
        ]}
        atLeast={1}
        format={formatPercent}
      />
      <ChartCard
        {...frame}
        title="Backlog"
        lines={charts.backlog}
        format={formatCount}
        empty="nothing is waiting"
      />
      <ChartCard
        {...frame}
        title="Hottest key"
        note={charts.hottest}
        lines={charts.hottestKey}
        format={formatPerSecond}
        empty="no keyed store"
      />
    </div>
  );
}

function read(buffer: SeriesBuffer, flow: string | null, component: string | null) {
  const line = (label: string, color: string, path: string, width?: number): Line => ({
    label,
    color,
    values: [...buffer.column(path)],
    ...(width === undefined ? {} : { width }),
  });
  const ofFlow = (figure: string): string => `flows.${flow}.${figure}`;
  const ranked = (figure: string, least: number): readonly Line[] =>
    topComponents(buffer, figure, least, component).map((id, at) =>
      line(
        id,
        componentColors[at] ?? '--offered',
        `components.${id}.${figure}`,
        id === component ? 2.5 : undefined,
      ),
    );
  const keyed = topComponents(buffer, 'hottestKey.offeredReadsPerSecond', 0, component)[0];
  const key = keyed === undefined ? null : `components.${keyed}.hottestKey`;
  return {
    atSeconds: [...buffer.atSeconds],
    rate: flow
      ? [
          line('arriving', '--offered', ofFlow('offeredPerSecond')),
          line('completing', '--completed', ofFlow('completedPerSecond')),
        ]
      : [],
    latency: flow
      ? [
          line('p50', '--p50', ofFlow('latencyMs.p50')),
          line('p95', '--p95', ofFlow('latencyMs.p95')),
          line('p99', '--p99', ofFlow('latencyMs.p99')),
        ]
      : [],
    errors: flow ? [line('failing', '--bad-line', ofFlow('errorRatio'))] : [],
    utilization: ranked('utilization', 0),
    backlog: ranked('backlog.mean', leastBacklog),
    hottest: keyed ?? null,
    hottestKey:
      key === null
        ? []
        : [
            line('offered', '--offered', `${key}.offeredReadsPerSecond`),
            line('served', '--completed', `${key}.servedReadsPerSecond`),
          ],
  };
}

/** Components by their highest figure so far, the selected one first; the order is then stable. */
function topComponents(
  buffer: SeriesBuffer,
  figure: string,
  least: number,
  selected: string | null,
): readonly string[] {
  const ranked: { readonly id: string; readonly peak: number }[] = [];
  for (const path of buffer.paths) {
    if (!path.startsWith('components.') || !path.endsWith(`.${figure}`)) continue;
    const id = path.slice('components.'.length, -figure.length - 1);
    if (id.includes('.')) continue;
    let peak = -1;
    for (const value of buffer.column(path)) if (value !== null && value > peak) peak = value;
    if (peak >= least) ranked.push({ id, peak: id === selected ? Infinity : peak });
  }
  return ranked
    .sort((a, b) => b.peak - a.peak || a.id.localeCompare(b.id))
    .slice(0, mostLines)
    .map(({ id }) => id);
}
