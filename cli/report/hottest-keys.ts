import type { Scenario } from '../../scenarios/index.ts';
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

/** The hottest key of each store: a line a phase. */
export function hottestKeyTable(result: Result): string[] {
  const rows = Object.keys(result.components).flatMap((component) =>
    Object.entries(result.phases).flatMap(([phase, { fromSeconds, toSeconds, components }]): Row[] => {
      const hottest = components[component]?.hottestKey;
      return hottest && fromSeconds < toSeconds ? [{ component, phase, hottest }] : [];
    }),
  );
  return rows.length === 0 ? [] : table(columns, rows);
}

const shortlySeconds = 5;
/** A rise below this factor is not worth a sentence. */
const smallestRise = 2;

/** What each event did to the hottest key of each store within its first seconds, by steps of the series. */
export function hottestKeySentences(scenario: Scenario, result: Result): string[] {
  return scenario.timeline.flatMap(({ id, atSeconds }) =>
    Object.keys(result.components).flatMap((component) => {
      const offered = stepsOf(result, component, 'offeredReadsPerSecond');
      const served = stepsOf(result, component, 'servedReadsPerSecond');
      const { stepSeconds } = result.series;
      const from = Math.floor(atSeconds / stepSeconds);
      const to = from + Math.ceil(shortlySeconds / stepSeconds);
      const before = result.phases['before']?.components[component]?.hottestKey?.offeredReadsPerSecond;
      const peak = Math.max(...offered.slice(from, to).map((rate) => rate ?? 0));
      const peakServed = Math.max(...served.slice(from, to).map((rate) => rate ?? 0));
      if (!before || peak < smallestRise * before) return [];
      return [
        `Within ${shortlySeconds} s of ${id} the hottest key of ${component} is offered ${figure(peak)} reads a second, ${figure(peak / before)} times the ${figure(before)} of before; it serves ${figure(peakServed)}.`,
      ];
    }),
  );
}

function stepsOf(result: Result, component: string, what: keyof HottestKey): readonly (number | null)[] {
  const steps = result.series[`components.${component}.hottestKey.${what}`];
  return Array.isArray(steps) ? steps : [];
}
