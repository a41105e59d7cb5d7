import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { builtins, describeErrors, describeFormat, jsonSchema } from '../../scenarios/index.ts';
import { claimsPage, readEvidence } from '../claims/index.ts';
import { inputError } from '../exit.ts';
import { describeFaults } from './faults.ts';
import {
  readRepairEvidence,
  repairEvidencePath,
  repairExperiments,
  repairedPage,
  runRepairs,
} from '../repairs/index.ts';
import { findingsPages } from '../verify/index.ts';
import { describeFailOver, simulatedFailOvers } from './fail-over.ts';
import { formatted, type GeneratedPage } from './formatted.ts';
import { describeResultFormat } from './result-format.ts';
import { writeScenarioPages } from './scenarios/index.ts';

export { formatted, type GeneratedPage } from './formatted.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export function addDocsCommand(program: Command): void {
  program
    .command('docs')
    .description('rewrite the pages of docs/ that are generated from the code')
    .argument(
      '[part]',
      'scenarios: run short forms and write their pages, charts and digests; fail-over: simulate fail-overs; repaired: run the repaired design with and without each change',
    )
    .argument(
      '[ids...]',
      'of the built-ins whose pages to write, or of the runs of the repairs; all when none is named',
    )
    .action(async (part: string | undefined, ids: readonly string[]) => {
      if (part === undefined)
        for (const { path, text } of await generatedPages()) {
          writeFileSync(join(root, path), text);
          console.log(path);
        }
      else if (part === 'scenarios')
        await writeScenarioPages(root, checkedIds(ids, builtins), (path) => {
          console.log(path);
        });
      else if (part === 'fail-over') {
        const { path, text } = await failOverPage(simulatedFailOvers());
        writeFileSync(join(root, path), text);
        console.log(path);
      } else if (part === 'repaired') await writeRepairs(checkedIds(ids, repairExperiments()));
      else
        throw inputError(
          'FL-usage',
          `There is no part "${part}" of docs.`,
          'Name scenarios, fail-over, repaired, or nothing.',
        );
    });
}

/** Runs what docs/repaired.md rests on, then writes both. */
async function writeRepairs(ids: readonly string[]): Promise<void> {
  const evidence = await runRepairs(ids, (id) => {
    console.log(id);
  });
  const pages = await Promise.all(
    [
      { path: repairEvidencePath, text: JSON.stringify(evidence) },
      { path: 'docs/repaired.md', text: repairedPage(evidence) },
    ].map(formatted),
  );
  for (const { path, text } of pages) {
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}

function checkedIds(ids: readonly string[], of: readonly { readonly id: string }[]): readonly string[] {
  const known = of.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return ids;
  throw inputError(
    'FL-usage',
    `There is no "${unknown}" to write about.`,
    `Name some of ${known.join(', ')}.`,
  );
}

/** The pages that follow from the schemas and tables in scenarios/, formatted like all others. */
export async function generatedPages(): Promise<GeneratedPage[]> {
  const { default: ts } = await import('typescript');
  // The clients of the stores take half a second to load.
  const { realForms } = await import('../../reference/faults/index.ts');
  const resultTypes = readFileSync(join(root, 'simulator/result.ts'), 'utf8');
  const pages = [
    { path: 'docs/format.md', text: describeFormat() },
    { path: 'docs/result.md', text: describeResultFormat(ts, resultTypes) },
    { path: 'docs/errors.md', text: describeErrors() },
    { path: 'docs/faults.md', text: describeFaults(realForms) },
    { path: 'docs/claims.md', text: claimsPage() },
    { path: 'docs/claims-evidence.json', text: JSON.stringify(readEvidence()) },
    { path: 'docs/repaired.md', text: repairedPage(readRepairEvidence()) },
    { path: repairEvidencePath, text: JSON.stringify(readRepairEvidence()) },
    ...findingsPages(),
    { path: 'docs/scenario.schema.json', text: JSON.stringify(jsonSchema()) },
  ];
  return Promise.all(pages.map(formatted));
}

/** The page of fail-over times, from simulated ones; apart, because these take a while. */
export async function failOverPage(simulatedSeconds: readonly number[]): Promise<GeneratedPage> {
  return formatted({ path: 'docs/fail-over.md', text: describeFailOver(simulatedSeconds) });
}
