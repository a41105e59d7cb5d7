import type { HottestKey, Result } from '../../simulator/index.ts';
import { figure, table, type Column } from './text.ts';

interface Row {
  readonly component: string;
  readonly phase: string;
  readonly hottest: HottestKey;
}

const columns: readonly Column<Row>[] = [
  { title: 'component', align: 'left', text: (row) => row.component },
  { title: 'phase', align: 'left', text: (row) => row.phase },
  { title: 'hottest key', align: 'left', text: (row) => row.hottest.key },
  { title: 'reads offered/s', text: (row) => figure(row.hottest.offeredReadsPerSecond) },
  { title: 'served/s', text: (row) => figure(row.hottest.servedReadsPerSecond) },
  { title: 'writes offered/s', text: (row) => figure(row.hottest.offeredWritesPerSecond) },
  { title: 'served/s', text: (row) => figure(row.hottest.servedWritesPerSecond) },
];

/** What events did to the hottest key of each store: a line a phase. */
export function hottestKeyTable(result: Result): string[] {
  const rows = Object.keys(result.components).flatMap((component) =>
    Object.entries(result.phases).flatMap(([phase, { components }]): Row[] => {
      const hottest = components[component]?.hottestKey;
      return hottest ? [{ component, phase, hottest }] : [];
    }),
  );
  return rows.length === 0 ? [] : table(columns, rows);
}
