import { freemem, availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { claimTasks, recordRuns } from '../claims/index.ts';
import { inputError } from '../exit.ts';
import { causeTasks, reportCauses } from './causes.ts';
import { designTasks, reportDesigns } from './designs.ts';
import { fullScaleTasks, reportFullScale } from './full-scale.ts';
import { engineVersion, openMemory } from './memory.ts';
import { mutationTasks, reportMutations } from './mutations.ts';
import { reportSuite, suiteTasks } from './suite.ts';
import { runTasks, type Task, type TaskOptions } from './tasks.ts';
import { reportTheory, theoryTasks } from './theory.ts';

export { findingsPages } from './findings.ts';
export { readFullScale, type FullScaleRun } from './full-scale-record.ts';

const folder = fileURLToPath(new URL('../../.cache/verify', import.meta.url));
const parts = ['suite', 'theory', 'mutations', 'designs', 'causes', 'claims', 'full-scale'] as const;
type Part = (typeof parts)[number];

/** A run at the full rate holds millions of requests; so much memory is kept free for each. */
const FULL_SCALE_BYTES = 2.5e9;

interface VerifyOptions {
  readonly all: boolean;
  readonly only?: string;
}

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'the full theory suite, mutations of the engine, random designs, first causes, all full-scale digests and all claims (hours; can be interrupted, goes on where it was)',
    )
    .option('--all', 'run again also what is up to date', false)
    .option('--only <part>', `one part: ${parts.join(', ')}; or one task of it by its id`)
    .action(verify);
}

/**
 * Runs what is stale, prints and records what was found, and ends with exit code 1 when an interval
 * covers too rarely, a recorded digest does not reproduce or an expectation fails at full scale.
 */
async function verify({ all, only }: VerifyOptions): Promise<void> {
  const memory = openMemory(folder, engineVersion());
  const options = (concurrency: number): TaskOptions => ({
    memory,
    all,
    concurrency,
    onDone: (id, how) => {
      console.error(how === 'done' ? `done: ${id}` : `up to date: ${id}`);
    },
  });
  const chosen = <Found>(part: Part, tasks: readonly Task<Found>[]): readonly Task<Found>[] =>
    only === undefined || only === part ? tasks : tasks.filter(({ id }) => id === only);

  const suite = chosen('suite', suiteTasks());
  const theory = chosen('theory', theoryTasks());
  const mutants = chosen('mutations', mutationTasks());
  const random = chosen('designs', designTasks());
  const faults = chosen('causes', causeTasks());
  const claimRuns = chosen('claims', claimTasks());
  const fullScale = chosen('full-scale', fullScaleTasks());
  if (
    suite.length +
      theory.length +
      mutants.length +
      random.length +
      faults.length +
      claimRuns.length +
      fullScale.length ===
    0
  )
    throw inputError('FL-usage', `There is no part or task "${only}".`, `Name one of ${parts.join(', ')}.`);

  const wrong: string[] = [];
  if (suite.length > 0) wrong.push(...(await reportSuite(await runTasks(suite, options(1)))));
  if (theory.length > 0) wrong.push(...(await reportTheory((await runTasks(theory, options(1))).flat())));
  if (mutants.length > 0)
    wrong.push(
      ...(await reportMutations(await runTasks(mutants, options(Math.ceil(availableParallelism() / 2))))),
    );
  if (random.length > 0)
    wrong.push(...(await reportDesigns(await runTasks(random, options(availableParallelism())))));
  if (faults.length > 0) wrong.push(...reportCauses(await runTasks(faults, options(availableParallelism()))));
  if (claimRuns.length > 0)
    wrong.push(...recordRuns(await runTasks(claimRuns, options(availableParallelism()))));
  if (fullScale.length > 0) {
    const atATime = Math.min(availableParallelism(), Math.floor(freemem() / FULL_SCALE_BYTES));
    wrong.push(...reportFullScale(await runTasks(fullScale, options(atATime))));
  }
  if (wrong.length === 0) return;
  console.error(wrong.map((line) => `${line}.`).join('\n'));
  process.exitCode = 1;
}
