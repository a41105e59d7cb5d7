import type { Comparison, Difference } from '../../simulator/index.ts';
import { figure, table, type Column } from './text.ts';

type Row = readonly [metric: string, difference: Difference];

const columns: readonly Column<Row>[] = [
  {
    title: 'figure',
    align: 'left',
    text: ([metric]) => metric.replace(/^flows\./, '').replace('.latencyMs', ''),
  },
  { title: 'here', text: ([, d]) => figure(d.value) },
  { title: 'there', text: ([, d]) => figure(d.against) },
  { title: 'difference', text: ([, d]) => signed(d.difference, d) },
  {
    title: '95 % interval',
    align: 'left',
    text: ([, d]) => `${signed(d.ci95[0], d)} to ${signed(d.ci95[1], d)}`,
  },
  { title: '', align: 'left', text: ([, d]) => verdict(d) },
  {
    title: 'unpaired runs needed',
    text: ([, d]) => (d.unpairedFactor === null ? '-' : `${figure(d.unpairedFactor)} x`),
  },
];

/** Figures of both scenarios with the difference of paired runs; nothing without a comparison. */
export function comparisonTable(comparison: Comparison | undefined): string[] {
  return comparison === undefined ? [] : table(columns, Object.entries(comparison.figures));
}

/** What the addition of rounded numbers left is no difference. */
const ROUNDING = 1e-12;

function signed(value: number, { value: here, against }: Difference): string {
  if (Math.abs(value) <= ROUNDING * Math.max(Math.abs(here), Math.abs(against))) return figure(0);
  return value > 0 ? `+${figure(value)}` : figure(value);
}

function verdict({ ci95: [low, high] }: Difference): string {
  if (low === 0 && high === 0) return 'the same';
  if (low > 0) return 'more';
  return high < 0 ? 'less' : 'no difference shown';
}
