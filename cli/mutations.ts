import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { formatted } from './docs/index.ts';
import { exitCodes, inputError } from './exit.ts';
import { machineOfToday } from './machine.ts';

const page = 'docs/reference-mutations.md';
const root = fileURLToPath(new URL('..', import.meta.url));

export function addMutationsCommand(program: Command): void {
  program
    .command('mutations')
    .description('take the guards of the real stack out one by one; writes docs/reference-mutations.md')
    .action(runMutations);
}

// The clients of the stores take half a second to load, so only this command loads them.
async function runMutations(): Promise<void> {
  const { describeTrials, runAllTrials } = await import('../reference/verification/index.ts');
  const { ensurePrograms, programsOfTheStack } = await import('../scripts/system-packages.mjs');
  const missing = ensurePrograms(programsOfTheStack);
  if (missing !== null)
    throw inputError('FL-missing-program', 'The reference stack needs programs of the system.', missing);
  const results = await runAllTrials(process.env, ({ mutation, guard, verdict }) => {
    const broken = verdict.promises.filter(({ status }) => status === 'fail').map(({ id }) => id);
    console.log(
      `${mutation.id}, guard ${guard}: ${broken.length === 0 ? 'nothing broken' : broken.join(', ')}`,
    );
  });
  const text = describeTrials(results, machineOfToday());
  writeFileSync(`${root}${page}`, (await formatted({ path: page, text })).text);
  console.log(`Written: ${page}`);
  if (text.includes('NOT AS EXPECTED')) process.exitCode = exitCodes.expectationFailed;
}
