import type { Headroom } from '../../simulator/verdicts/index.ts';
import { figure, percent, table, type Column } from './text.ts';

/** Resources that are shown; the rest has more room than these. */
const shown = 6;

const columns: readonly Column<Headroom>[] = [
  { title: 'component', align: 'left', text: (row) => row.component },
  { title: 'resource', align: 'left', text: (row) => row.resource },
  { title: 'busy', text: (row) => percent(row.busy) },
  { title: 'at most', text: (row) => percent(row.worst.busy) },
  { title: 'in', align: 'left', text: (row) => row.worst.phase },
  { title: 'load can grow', text: (row) => `${figure(row.headroom)} x` },
];

/** What will be full first, the bottleneck on top. */
export function headroomTable(rows: readonly Headroom[]): string[] {
  return rows.length === 0 ? [] : table(columns, rows.slice(0, shown));
}
