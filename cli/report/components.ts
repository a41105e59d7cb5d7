import type { ComponentFigures } from '../../simulator/index.ts';
import { figure, percent, table, type Column } from './text.ts';

type Row = readonly [component: string, figures: ComponentFigures];

const columns: readonly Column<Row>[] = [
  { title: 'component', align: 'left', text: ([component]) => component },
  { title: 'utilisation', text: ([, f]) => percent(f.utilization) },
  { title: 'finished/s', text: ([, f]) => figure(f.throughputPerSecond) },
  { title: 'mean queue', text: ([, f]) => figure(f.meanQueueLength) },
  { title: 'wait ms', text: ([, f]) => figure(f.waitMs.mean) },
  { title: 'wait p99', text: ([, f]) => figure(f.waitMs.p99) },
  { title: '', align: 'left', text: ([, f]) => particulars(f) },
];

/** Load and queueing of each component, with what only some kinds have. */
export function componentTable(components: Readonly<Record<string, ComponentFigures>>): string[] {
  return table(columns, Object.entries(components));
}

function particulars(figures: ComponentFigures): string {
  const parts: string[] = [];
  const { hitRatio, backlog, lagSeconds, shards } = figures;
  if (hitRatio !== undefined && hitRatio !== null) parts.push(`hits ${percent(hitRatio)}`);
  if (backlog && backlog.max > 0) parts.push(`backlog at most ${figure(backlog.max)}`);
  if (lagSeconds && lagSeconds.max !== null) parts.push(`lag at most ${figure(lagSeconds.max)} s`);
  if (shards && shards.length > 1) {
    const busiest = Math.max(...shards.map((shard) => shard.utilization));
    parts.push(`busiest of ${String(shards.length)} shards ${percent(busiest)}`);
  }
  return parts.join(', ');
}
