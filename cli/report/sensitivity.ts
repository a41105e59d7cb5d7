import type { Interval, Sensitivity, SensitivityChange } from '../../simulator/index.ts';
import { figure, percent, table, type Column } from './text.ts';

/** Changes that are shown; the result file has all that were measured. */
const shown = 12;

const columns: readonly Column<SensitivityChange>[] = [
  { title: 'parameter', align: 'left', text: ({ path }) => path },
  { title: 'from', text: ({ from }) => figure(from) },
  { title: 'to', text: ({ to }) => figure(to) },
  { title: '', align: 'left', text: ({ unit }) => unit ?? '' },
  { title: 'p99 ms', text: ({ value }) => figure(value) },
  { title: 'difference', text: ({ difference }) => signed(difference) },
  { title: '95 % interval, all at once', align: 'left', text: (change) => spread(change.simultaneousCi95) },
  { title: '', align: 'left', text: verdict },
];

/** Changes by how far they move the p99, then why the others are not among them; nothing when nobody asked. */
export function sensitivityTable(sensitivity: Sensitivity | undefined): string[] {
  if (sensitivity === undefined) return [];
  const { changes, leftOut, parameters, tried, pairs, factors } = sensitivity;
  return [
    `One of ${parameters} parameters at a time, ${factors.map((factor) => `x ${factor}`).join(' and ')}; ${tried} tried; ${pairs} pairs of runs with the same seeds for each line below.`,
    ...(changes.length === 0 ? [] : table(columns, changes.slice(0, shown))),
    ...leftOut.map(({ why, parameters: paths }) => `${paths.length} not measured: ${why}.`),
  ];
}

function verdict({
  simultaneousCi95: [low, high],
  errorRatioDifference,
  errorRatioCi95,
}: SensitivityChange): string {
  const errors =
    errorRatioCi95[0] > 0 || errorRatioCi95[1] < 0
      ? `, errors ${errorRatioDifference > 0 ? '+' : '-'}${percent(Math.abs(errorRatioDifference))}`
      : '';
  if (low === 0 && high === 0) return `no difference${errors}`;
  if (low > 0) return `slower${errors}`;
  return high < 0 ? `faster${errors}` : `no difference shown${errors}`;
}

const spread = ([low, high]: Interval): string => `${signed(low)} to ${signed(high)}`;

function signed(value: number): string {
  return value > 0 ? `+${figure(value)}` : figure(value);
}
