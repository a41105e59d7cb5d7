import { builtins } from '../../scenarios/index.ts';
import { summarize } from '../../simulator/index.ts';
import { loadScenario } from '../input.ts';
import { progressLine } from '../progress.ts';
import { ReplicationPool } from '../replications/index.ts';
import { figure, percent, table, type Column } from '../report/index.ts';
import { closedForms } from './exact-figures.ts';
import { fullScalePath, readFullScale, writeFullScale, type FullScaleRun } from './full-scale-record.ts';
import { writeSection } from './page.ts';
import type { Task } from './tasks.ts';

/** One task a built-in at its full rate, on one core each; those of theory are run elsewhere. */
export function fullScaleTasks(): Task<FullScaleRun>[] {
  const ids = builtins.map(({ id }) => id).filter((id) => closedForms[id] === undefined);
  return ids.map((id) => {
    const { scenario } = loadScenario(id, { short: false });
    const short = loadScenario(id, { short: true }).scenario;
    return {
      id: `full-scale-${id}`,
      inputs: { scenario, short },
      run: async () => {
        const progress = progressLine(id, scenario.run.durationSeconds + short.run.durationSeconds);
        const resultOf = async (form: typeof scenario, doneSeconds: number) => {
          const pool = new ReplicationPool(form, 1);
          try {
            const records = await pool.run([form.run.seed], (_, nowSeconds) => {
              progress.update(doneSeconds + nowSeconds);
            });
            return summarize(form, records);
          } finally {
            await pool.close();
          }
        };
        try {
          const shortResult = await resultOf(short, 0);
          const { digest, seed, simulatedSeconds, events, flows, stopped, expectations } = await resultOf(
            scenario,
            short.run.durationSeconds,
          );
          return {
            scenario: id,
            seed,
            simulatedSeconds,
            events,
            digest,
            shortDigest: shortResult.digest,
            stopped: stopped === null ? null : stopped.component,
            flows: Object.fromEntries(
              Object.entries(flows).map(([flow, { latencyMs, errorRatio, completedPerSecond }]) => [
                flow,
                { completedPerSecond, errorRatio, p99Ms: latencyMs.p99 },
              ]),
            ),
            expectations,
          };
        } finally {
          progress.end();
        }
      },
    };
  });
}

/** Prints the runs, records them. @returns what changed against the record, or failed */
export function reportFullScale(found: readonly FullScaleRun[]): string[] {
  console.log(table(columns, found).join('\n'));
  const before = new Map(readFullScale().map((run) => [run.scenario, run]));
  writeFullScale(found);
  writeSection('full-scale', fullScaleTable());
  return found.flatMap((run) => {
    const known = before.get(run.scenario);
    const failed = run.expectations.filter(({ status }) => status === 'fail').map(({ id }) => id);
    return [
      ...(known !== undefined && known.digest !== run.digest
        ? [`${run.scenario} has another digest at full scale than ${fullScalePath} recorded`]
        : []),
      ...(failed.length > 0 ? [`${run.scenario} misses expectations: ${failed.join(', ')}`] : []),
    ];
  });
}

/** The table of docs/verification.md: everything that was ever recorded. */
export function fullScaleTable(): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(columns.map(({ title }) => title)),
    row(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...readFullScale().map((run) => row(columns.map(({ text }) => text(run)))),
  ];
}

const columns: readonly Column<FullScaleRun>[] = [
  { title: 'scenario', align: 'left', text: (run) => run.scenario },
  { title: 'seconds', text: (run) => figure(run.simulatedSeconds) },
  { title: 'events', text: (run) => run.events.toLocaleString('en-US') },
  { title: 'feed p99 ms', text: (run) => figure(run.flows['feed-read']?.p99Ms) },
  { title: 'feed errors', text: (run) => percent(run.flows['feed-read']?.errorRatio) },
  { title: 'upload p99 ms', text: (run) => figure(run.flows['photo-upload']?.p99Ms) },
  { title: 'image p99 ms', text: (run) => figure(run.flows['image-view']?.p99Ms) },
  {
    title: 'expectations',
    text: (run) =>
      `${run.expectations.filter(({ status }) => status === 'pass').length} of ${run.expectations.length}`,
  },
  { title: 'digest', align: 'left', text: (run) => `\`${run.digest.slice(0, 16)}\`` },
  { title: 'of the short form', align: 'left', text: (run) => `\`${run.shortDigest.slice(0, 16)}\`` },
];
