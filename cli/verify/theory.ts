import type { Scenario } from '../../scenarios/index.ts';
import { theoryCases } from '../../simulator/verification/index.ts';
import { loadScenario } from '../input.ts';
import { progressLine } from '../progress.ts';
import { figure, table, type Column } from '../report/index.ts';
import { binomialAtMost } from './binomial.ts';
import { measureCaseCoverage, measureCoverage, type Coverage, type CoverageOptions } from './coverage.ts';
import { closedForms, exactFigures } from './exact-figures.ts';
import { readFindings, record, replaced } from './findings.ts';
import { baseSeeds, confidence } from './seeds.ts';
import type { Task } from './tasks.ts';

const replications = 20;
const leastCovered = 43;

/** One task a scenario, or a case of the suite, that theory has an answer for; each uses all cores. */
export function theoryTasks(): Task<readonly Coverage[]>[] {
  const builtIn = Object.keys(closedForms).map((id) => {
    const { scenario } = loadScenario(id, { short: false });
    return coverageTask(`theory-${id}`, scenario, exactFigures(scenario), measureCoverage);
  });
  const suite = theoryCases().map(({ id, scenario, figures }) =>
    coverageTask(`suite-${id}`, scenario, figures, (_, __, options) =>
      measureCaseCoverage({ id: `suite: ${id}`, scenario, figures }, options),
    ),
  );
  return [...builtIn, ...suite];
}

function coverageTask<Figure>(
  id: string,
  scenario: Scenario,
  figures: readonly Figure[],
  measure: (scenario: Scenario, figures: readonly Figure[], options: CoverageOptions) => Promise<Coverage[]>,
): Task<readonly Coverage[]> {
  return {
    id,
    inputs: { scenario, figures, replications, baseSeeds },
    run: async () => {
      const totalSeconds = scenario.run.durationSeconds * replications * baseSeeds.length;
      const progress = progressLine(id, totalSeconds);
      return measure(scenario, figures, {
        baseSeeds,
        replications,
        onProgress: (simulatedSeconds) => {
          progress.update(simulatedSeconds);
        },
      }).finally(() => {
        progress.end();
      });
    },
  };
}

/** Prints the coverage, and records it beside that of other scenarios. @returns what is wrong with it, if anything */
export async function reportTheory(found: readonly Coverage[]): Promise<string[]> {
  console.log(table(columns, found).join('\n'));
  const figures = replaced(readFindings().coverage?.figures ?? [], found, ({ scenario }) => scenario);
  const falseAlarm = binomialAtMost(leastCovered - 1, baseSeeds.length, confidence);
  await record({ coverage: { baseSeeds: baseSeeds.length, leastCovered, falseAlarm, figures } });
  const failed = found.filter(({ covered }) => covered < leastCovered);
  return failed.map(({ scenario, figure: name }) => `${scenario} ${name} is covered too rarely`);
}

const columns: readonly Column<Coverage>[] = [
  { title: 'scenario', align: 'left', text: (row) => row.scenario },
  { title: 'figure', align: 'left', text: (row) => row.figure },
  { title: 'exact', text: (row) => figure(row.exact) },
  { title: 'covered', text: (row) => `${row.covered} of ${row.baseSeeds}` },
  { title: 'mean half-width', text: (row) => figure(row.meanHalfWidth) },
  { title: 'bias', text: (row) => `${figure(row.bias)} +- ${figure(row.biasStandardError)}` },
  { title: 'bias / half-width', text: (row) => figure(Math.abs(row.bias) / row.meanHalfWidth) },
];
