import type { FlowFigures, Interval } from '../../simulator/index.ts';
import { formatMs, formatPercent, formatPerSecond } from '../ui/index.ts';
import { latencyChange } from './change.ts';

/** Flows with their rates and percentiles; with a run to compare with, how p99 changed. */
export function FlowTable({
  order,
  flows,
  previous,
}: {
  readonly order: readonly string[];
  readonly flows: Readonly<Record<string, FlowFigures>>;
  readonly previous: Readonly<Record<string, FlowFigures>> | null;
}) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Flow</th>
          <th scope="col">Offered</th>
          <th scope="col">Completed</th>
          <th scope="col">Errors</th>
          <th scope="col" className="table__p50">
            p50
          </th>
          <th scope="col" className="table__p95">
            p95
          </th>
          <th scope="col" className="table__p99">
            p99
          </th>
          <th scope="col">95 % interval of p99</th>
          {previous && <th scope="col">p99 against the run before</th>}
        </tr>
      </thead>
      <tbody>
        {order.map((flow) => {
          const figures = flows[flow];
          if (!figures) return null;
          const before = previous?.[flow]?.latencyMs.p99 ?? null;
          const { p50, p95, p99 } = figures.latencyMs;
          const change = latencyChange(before, p99);
          return (
            <tr key={flow}>
              <th scope="row">{flow}</th>
              <td>{formatPerSecond(figures.offeredPerSecond)}</td>
              <td>{formatPerSecond(figures.completedPerSecond)}</td>
              <td data-bad={(figures.errorRatio ?? 0) >= 0.001 || undefined}>
                {formatPercent(figures.errorRatio)}
              </td>
              <td>{formatMs(p50)}</td>
              <td>{formatMs(p95)}</td>
              <td className="table__strong">{formatMs(p99)}</td>
              <td className="table__quiet">{intervalText(figures.latencyCi95Ms.p99)}</td>
              {previous && <td data-bad={change.worse || undefined}>{change.text}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function intervalText(interval: Interval | null): string {
  return interval === null ? 'too few samples' : `${formatMs(interval[0])} to ${formatMs(interval[1])}`;
}
