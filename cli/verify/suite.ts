import { replicationSeed } from '../../scenarios/sampling/index.ts';
import type { RunRecord } from '../../simulator/index.ts';
import { estimate, shortSuite, theoryCases, type CaseFindings } from '../../simulator/verification/index.ts';
import { figure, table, type Column } from '../report/index.ts';
import { ReplicationPool } from '../replications/index.ts';
import { readFindings, record, replaced } from './findings.ts';
import { shortMetric } from './page.ts';
import type { Task } from './tasks.ts';

const { replications, confidence, baseSeed } = shortSuite;

/** One task a case of the suite: its short form once, as `npm test` runs it; each uses all cores. */
export function suiteTasks(): Task<CaseFindings>[] {
  return theoryCases().map(({ id, title, source, short, figures }) => ({
    id: `once-${id}`,
    inputs: { title, source, short, figures, shortSuite },
    run: async () => {
      const pool = new ReplicationPool(short, undefined, 'timed');
      try {
        const seeds = Array.from({ length: replications }, (_, i) => replicationSeed(baseSeed, i));
        const records: RunRecord[] = await pool.run(seeds, () => undefined);
        return { id, title, source, figures: estimate({ scenario: short, figures }, records, confidence) };
      } finally {
        await pool.close();
      }
    },
  }));
}

interface Row {
  readonly id: string;
  readonly figure: CaseFindings['figures'][number];
}

const columns: readonly Column<Row>[] = [
  { title: 'system', align: 'left', text: ({ id }) => id },
  { title: 'figure', align: 'left', text: (row) => shortMetric(row.figure.metric) },
  { title: 'exact', text: (row) => figure(row.figure.exact) },
  { title: 'measured', text: (row) => figure(row.figure.point) },
  { title: 'interval', text: (row) => row.figure.interval.map(figure).join(' to ') },
];

/** Prints and records the suite. @returns the figures whose interval does not hold the exact value */
export async function reportSuite(found: readonly CaseFindings[]): Promise<string[]> {
  const rows = found.flatMap(({ id, figures }) => figures.map((one): Row => ({ id, figure: one })));
  console.log(table(columns, rows).join('\n'));
  const cases = replaced(readFindings().suite?.cases ?? [], found, ({ id }) => id);
  await record({ suite: { replications, confidence, cases } });
  return rows
    .filter((row) => !row.figure.covered)
    .map(
      (row) => `${row.id}: the interval of ${shortMetric(row.figure.metric)} does not hold the exact value`,
    );
}
