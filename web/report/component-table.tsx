import type { ComponentFigures } from '../../simulator/index.ts';
import {
  formatChange,
  formatCount,
  formatMs,
  formatPercent,
  formatPerSecond,
  formatSeconds,
  noValue,
} from '../ui/index.ts';

const warn = 0.7;
const bad = 0.9;

/** Components with what they were busy with; only columns that some component has figures for. */
export function ComponentTable({
  components,
  previous,
}: {
  readonly components: Readonly<Record<string, ComponentFigures>>;
  readonly previous: Readonly<Record<string, ComponentFigures>> | null;
}) {
  const rows = Object.entries(components);
  const some = (has: (figures: ComponentFigures) => boolean): boolean =>
    rows.some(([, figures]) => has(figures));
  const withHits = some((figures) => typeof figures.hitRatio === 'number');
  const withBacklog = some((figures) => figures.backlog !== undefined);
  const withKeys = some((figures) => Boolean(figures.hottestKey));
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Component</th>
          <th scope="col">Utilisation</th>
          {previous && <th scope="col">Run before</th>}
          <th scope="col">Throughput</th>
          <th scope="col">Queue</th>
          <th scope="col">p99 wait</th>
          {withHits && <th scope="col">Hit ratio</th>}
          {withBacklog && <th scope="col">Backlog, most</th>}
          {withBacklog && <th scope="col">Lag p99</th>}
          {withKeys && <th scope="col">Hottest key, served of offered</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(([id, figures]) => {
          const { utilization, hottestKey } = figures;
          return (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td
                data-warn={(utilization !== null && utilization >= warn && utilization < bad) || undefined}
                data-bad={(utilization !== null && utilization >= bad) || undefined}
              >
                {formatPercent(utilization)}
              </td>
              {previous && <td className="table__quiet">{comparedText(previous[id], utilization)}</td>}
              <td>{formatPerSecond(figures.throughputPerSecond)}</td>
              <td>{formatCount(figures.meanQueueLength)}</td>
              <td>{formatMs(figures.waitMs.p99)}</td>
              {withHits && <td>{formatPercent(figures.hitRatio)}</td>}
              {withBacklog && <td>{formatCount(figures.backlog?.max)}</td>}
              {withBacklog && <td>{formatSeconds(figures.lagSeconds?.p99)}</td>}
              {withKeys && (
                <td>
                  {hottestKey
                    ? `${formatPerSecond(hottestKey.servedReadsPerSecond)} of ${formatPerSecond(hottestKey.offeredReadsPerSecond)}`
                    : ''}
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function comparedText(before: ComponentFigures | undefined, now: number | null): string {
  if (!before) return 'not there';
  if (before.utilization === null) return formatPercent(null);
  const change = formatChange(before.utilization, now);
  return formatPercent(before.utilization) + (change === noValue ? '' : ` (${change})`);
}
