import { describeVerdict } from '../../reference/checker/index.ts';
import { replay, type ReplayResult } from '../../reference/replay/index.ts';
import type { Scenario } from '../../scenarios/index.ts';
import { ensurePrograms, programsOfTheStack } from '../../scripts/system-packages.mjs';
import { describeProblems, endBeforeLong, exitCodes, inFile, inputError } from '../exit.ts';
import { loadScenario } from '../input.ts';
import { openOutput } from '../output.ts';
import { describeResult, figure, section } from '../report/index.ts';
import type { ReplayCommandOptions } from './options.ts';

/** Sets up, runs, heals, checks, tears down; writes what was asked for, and sets the exit code. */
export async function runReplay(argument: string, options: ReplayCommandOptions): Promise<void> {
  const { scenario, notes } = loadScenario(argument, {
    form: 'reference',
    set: {
      ...(options.duration === undefined ? {} : { 'run.durationSeconds': options.duration }),
      ...(options.seed === undefined ? {} : { 'run.seed': options.seed }),
    },
  });
  if (notes.length > 0) console.error(describeProblems(notes, argument));
  const output = openOutput(options.json);
  const missing = ensurePrograms(programsOfTheStack);
  if (missing !== null)
    throw inputError('FL-missing-program', 'The reference stack needs programs of the system.', missing);

  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort(inputError('FL-stack', 'Interrupted.', 'What had been started was ended again.'));
    process.exitCode = exitCodes.badInput;
    endBeforeLong();
  };
  for (const signal of signals) process.on(signal, interrupt);
  const startedAtMs = performance.now();
  const result = await inFileAsync(argument, () =>
    replay(scenario, {
      profile: options.small ? 'small' : 'full',
      environment: process.env,
      allowedHosts: options.allowExternal,
      signal: interruption.signal,
      onProgress: (text) => {
        console.error(`${((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);
      },
      ...(options.lateness === undefined ? {} : { maximumLatenessMs: options.lateness }),
      ...(options.history === undefined ? {} : { historyFile: options.history }),
    }),
  );
  for (const signal of signals) process.off(signal, interrupt);
  endBeforeLong();

  if (options.json !== '-') console.log(describeReplay(scenario, result));
  output.write(result);
  const failed = result.expectations.filter(({ status }) => status === 'fail').map(({ id }) => id);
  const broken = result.checker.promises.filter(({ status }) => status === 'fail').map(({ id }) => id);
  if (!options.check || (failed.length === 0 && broken.length === 0)) return;
  if (failed.length > 0) console.error(`Expectations that failed: ${failed.join(', ')}.`);
  if (broken.length > 0) console.error(`Promises that were broken: ${broken.join(', ')}.`);
  process.exitCode = exitCodes.expectationFailed;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Problems that are found before the stack is started name the file. */
async function inFileAsync<Outcome>(file: string, action: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await action();
  } catch (error) {
    return inFile(file, () => {
      throw error;
    });
  }
}

function describeReplay(scenario: Scenario, result: ReplayResult): string {
  const { replay: how, checker, notMeasured } = result;
  return [
    describeResult(scenario, result, 'bench-scale'),
    ...section(
      'Faults (s)',
      how.faults.map(
        ({ event, step, intendedSeconds, begunSeconds, doneSeconds }) =>
          `${event} ${step}: at ${figure(intendedSeconds)}, begun ${figure(begunSeconds)}, done ${figure(doneSeconds)}`,
      ),
    ),
    ...section('Promises', [
      describeVerdict(checker),
      ...(how.guarantees === 'tested'
        ? []
        : ['This is the small profile: it has one copy of most data, so what held here is no guarantee.']),
    ]),
    ...section('Load generator', [
      `1 in 100 requests left ${figure(how.lateness.p99Ms)} ms or more after its time, at most ${figure(how.lateness.maxMs)} ms.`,
    ]),
    ...section(
      'Not judged',
      notMeasured.length === 0 ? [] : [`Only the simulator has these figures: ${notMeasured.join(', ')}.`],
    ),
    '',
  ].join('\n');
}
