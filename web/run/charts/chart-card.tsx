import type { ReactNode } from 'react';
import { useSyncExternalStore } from 'react';
import { TimeSeries, type TimeSeriesProps } from './time-series.tsx';

/** The row that the pointer is at, shared by all charts: reading one reads them all. */
let pointedRow: number | null = null;
const listeners = new Set<() => void>();

function pointAt(row: number | null): void {
  if (row === pointedRow) return;
  pointedRow = row;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function usePointedRow(): number | null {
  return useSyncExternalStore(subscribe, () => pointedRow);
}

/** A chart with its name, and its figures at the pointer or, without one, now. */
export function ChartCard({
  note,
  empty,
  ...chart
}: Omit<TimeSeriesProps, 'onPoint'> & {
  /** What the figures are of: "feed-read", "post-db". */
  readonly note?: ReactNode;
  /** What to say while there is nothing to draw. */
  readonly empty?: string;
}) {
  const row = usePointedRow();
  return (
    <figure className="chart">
      <figcaption className="chart__head">
        <span className="chart__title">{chart.title}</span>
        {note !== undefined && <span className="chart__note">{note}</span>}
      </figcaption>
      <div className="chart__figures">
        {chart.lines.map((line) => (
          <span key={line.label} className="chart__figure">
            <span className="chart__key" style={{ background: `var(${line.color})` }} />
            {line.label}
            <b>{chart.format((row === null ? line.values.at(-1) : line.values[row]) ?? null)}</b>
          </span>
        ))}
        {chart.lines.length === 0 && <span className="chart__none">{empty}</span>}
      </div>
      {chart.lines.length > 0 && <TimeSeries {...chart} onPoint={pointAt} />}
    </figure>
  );
}
