import { timeCategories, type FlowFigures, type TimeCategory } from '../../simulator/index.ts';
import { figure, table, type Column } from './text.ts';

interface Row {
  readonly label: string;
  readonly time: Readonly<Partial<Record<TimeCategory, number>>>;
}

const columns: readonly Column<Row>[] = [
  { title: 'mean ms a request', align: 'left', text: (row) => row.label },
  { title: 'total', text: (row) => figure(total(row.time)) },
  ...timeCategories.map((category) => ({
    title: category,
    text: (row: Row) => (row.time[category] ? figure(row.time[category]) : ''),
  })),
];

/** Share of a flow's mean below which a component is left out of the table. */
const smallestShare = 0.005;

/** Where the time of successful requests went: a line a flow, below it a line a component. */
export function timeTable(flows: Readonly<Record<string, FlowFigures>>): string[] {
  const rows = Object.entries(flows).flatMap(([flow, { timeMs, timeByComponentMs }]): Row[] => {
    if (timeMs === null) return [];
    const components = Object.entries(timeByComponentMs ?? {})
      .filter(([, time]) => total(time) >= smallestShare * total(timeMs))
      .sort(([, a], [, b]) => total(b) - total(a))
      .map(([component, time]) => ({ label: `  ${component}`, time }));
    return [{ label: flow, time: timeMs }, ...components];
  });
  return rows.length === 0 ? [] : table(columns, rows);
}

function total(time: Row['time']): number {
  return timeCategories.reduce((sum, category) => sum + (time[category] ?? 0), 0);
}
