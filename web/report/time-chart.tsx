import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { FlowFigures, TimeCategory } from '../../simulator/index.ts';
import { formatMs } from '../ui/index.ts';

/** Categories of time in the order in which the result lists them, each in its colour everywhere. */
export const timeLabels: readonly { readonly key: TimeCategory; readonly label: string }[] = [
  { key: 'queue', label: 'queue' },
  { key: 'service', label: 'service' },
  { key: 'network', label: 'network' },
  { key: 'retry', label: 'retry' },
  { key: 'thread', label: 'waiting for a thread' },
];
const barHeight = 22;
const gap = 10;
/** Shares below this cannot be seen in a bar. */
const leastShare = 0.002;

type Row = { readonly component: string } & Readonly<Partial<Record<string, number | string>>>;

/** Where the mean time of a flow's requests went: a bar a component, stacked by category. */
export function TimeChart({
  figures,
  previous,
}: {
  readonly figures: FlowFigures;
  readonly previous: FlowFigures | null;
}) {
  const rows = rowsOf(figures, previous);
  if (rows.length === 0) return <p className="report__none">No request of this flow succeeded.</p>;
  const shown = timeLabels.filter(({ key }) =>
    rows.some((row) => Number(row[key] ?? 0) > 0 || Number(row[`before-${key}`] ?? 0) > 0),
  );
  const perRow = previous ? 2 * (barHeight - 6) + gap : barHeight + gap;
  return (
    <div>
      <ul className="legend" aria-hidden="true">
        {shown.map(({ key, label }) => (
          <li key={key}>
            <span style={{ background: `var(--time-${key})` }} />
            {label}
          </li>
        ))}
        {previous && (
          <li>
            <span className="legend__before" />
            run before
          </li>
        )}
      </ul>
      <TimeTable rows={rows} />
      <ResponsiveContainer width="100%" height={rows.length * perRow + 34}>
        <BarChart
          data={[...rows]}
          layout="vertical"
          margin={{ top: 0, right: 16, bottom: 0, left: 0 }}
          barCategoryGap={gap / 2}
          barGap={1}
        >
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis
            type="number"
            tickFormatter={(value: number) => formatMs(value)}
            stroke="var(--ink-3)"
            tick={{ fill: 'var(--ink-3)', fontSize: 11 }}
            tickLine={false}
            axisLine={false}
          />
          <YAxis
            type="category"
            dataKey="component"
            width={112}
            tick={{ fill: 'var(--ink-2)', fontSize: 12 }}
            tickLine={false}
            axisLine={false}
            interval={0}
          />
          <Tooltip
            cursor={{ fill: 'var(--surface-3)' }}
            formatter={(value) => formatMs(Number(value))}
            contentStyle={{
              border: '1px solid var(--line)',
              borderRadius: 8,
              background: 'var(--surface)',
              boxShadow: 'var(--shadow-2)',
              fontSize: 12,
            }}
            itemStyle={{ color: 'var(--ink)', padding: 0 }}
          />
          {shown.map(({ key, label }) => (
            <Bar
              key={key}
              stackId="now"
              dataKey={key}
              name={label}
              fill={`var(--time-${key})`}
              isAnimationActive={false}
            />
          ))}
          {previous &&
            shown.map(({ key, label }) => (
              <Bar
                key={`before-${key}`}
                stackId="before"
                dataKey={`before-${key}`}
                name={`${label}, run before`}
                fill={`var(--time-${key})`}
                fillOpacity={0.32}
                isAnimationActive={false}
              />
            ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** The same for those who do not see the bars. */
function TimeTable({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <table className="visually-hidden" aria-label="Where the time went">
      <tbody>
        {rows.map((row) => (
          <tr key={row.component}>
            <th scope="row">{row.component}</th>
            {timeLabels.map(({ key, label }) => (
              <td key={key}>
                {label} {formatMs(Number(row[key] ?? 0))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Components by time, most first; those of the run before stay in the list when they are gone now. */
function rowsOf(figures: FlowFigures, previous: FlowFigures | null): readonly Row[] {
  const now = figures.timeByComponentMs ?? {};
  const before = previous?.timeByComponentMs ?? {};
  const total = (times: Readonly<Partial<Record<TimeCategory, number>>> | undefined): number =>
    Object.values(times ?? {}).reduce((sum, ms) => sum + ms, 0);
  const ids = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const all = ids.reduce((sum, id) => sum + Math.max(total(now[id]), total(before[id])), 0);
  return ids
    .filter((id) => Math.max(total(now[id]), total(before[id])) > all * leastShare)
    .sort((a, b) => Math.max(total(now[b]), total(before[b])) - Math.max(total(now[a]), total(before[a])))
    .map((component) => ({
      component,
      ...now[component],
      ...Object.fromEntries(
        Object.entries(before[component] ?? {}).map(([key, ms]) => [`before-${key}`, ms]),
      ),
    }));
}
