import type { PhaseFigures, Result } from '../../simulator/index.ts';
import { figure, percent, table, type Column } from './text.ts';

type Phase = readonly [name: string, figures: PhaseFigures];

interface Row {
  readonly flow: string;
  readonly what: string;
  readonly values: readonly string[];
}

/** Each flow's rate, errors and percentiles in each phase, phases side by side. */
export function phaseTable(result: Result): string[] {
  const phases: Phase[] = Object.entries(result.phases).filter(
    ([, { fromSeconds, toSeconds }]) => fromSeconds < toSeconds,
  );
  // Without events there is one phase, and it says what the flow table says.
  if (phases.length < 2) return [];
  const rows = Object.keys(result.flows).flatMap((flow): Row[] => {
    const figures = phases.map(([, phase]) => phase.flows[flow]);
    return [
      { flow, what: 'completed/s', values: figures.map((f) => figure(f?.completedPerSecond)) },
      { flow: '', what: 'p50 ms', values: figures.map((f) => figure(f?.latencyMs.p50)) },
      { flow: '', what: 'p99 ms', values: figures.map((f) => figure(f?.latencyMs.p99)) },
      { flow: '', what: 'errors', values: figures.map((f) => percent(f?.errorRatio)) },
    ];
  });
  const columns: Column<Row>[] = [
    { title: 'flow', align: 'left', text: (row) => row.flow },
    { title: '', align: 'left', text: (row) => row.what },
    ...phases.map(([name, { fromSeconds, toSeconds }], i) => ({
      title: `${name} (${figure(fromSeconds)} to ${figure(toSeconds)} s)`,
      text: (row: Row) => row.values[i]!,
    })),
  ];
  return table(columns, rows);
}

/** What recovery is judged by: the p99 over so long, and so long in a row after the event. */
const WINDOW_SECONDS = 5;
const HOLD_SECONDS = 10;

/** How long flows took to recover after each event that ended within the run. */
export function recoveryLines(result: Result): string[] {
  return Object.entries(result.recoveryMs).flatMap(([event, flows]) => {
    const after = result.phases[`after:${event}`];
    if (after === undefined || after.fromSeconds >= after.toSeconds) return [];
    const times = Object.entries(flows);
    const named = (chosen: typeof times): string => chosen.map(([flow]) => flow).join(', ');
    const atOnce = times.filter(([, ms]) => ms === 0);
    const later = times.filter(([, ms]) => ms !== null && ms > 0);
    const unknown = times.filter(([, ms]) => ms === null);
    const { before } = result.phases;
    const incomparable =
      before === undefined || Math.ceil(before.fromSeconds) + WINDOW_SECONDS > before.toSeconds;
    const never = incomparable
      ? `nothing to compare with, for less than ${String(WINDOW_SECONDS)} s were measured before`
      : after.toSeconds - after.fromSeconds < HOLD_SECONDS
        ? `not known, for the run ends less than ${String(HOLD_SECONDS)} s after it`
        : 'not within the run';
    return [
      ...(atOnce.length > 0 ? [`${event}: at once: ${named(atOnce)}`] : []),
      ...later.map(([flow, ms]) => `${event}: ${flow} after ${figure(ms! / 1000)} s`),
      ...(unknown.length > 0 ? [`${event}: ${never}: ${named(unknown)}`] : []),
    ];
  });
}
