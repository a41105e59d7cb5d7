import { InvalidArgumentError, Option, type Command } from 'commander';
import { compile, summarize, type Result } from '../simulator/index.ts';
import { describeProblems, exitCodes, inFile, notYet } from './exit.ts';
import { loadScenario } from './input.ts';
import { openOutput } from './output.ts';
import { progressLine } from './progress.ts';
import { runReplications } from './replications/index.ts';
import { describeResult } from './report/index.ts';

interface SimulateOptions {
  readonly seed?: number;
  readonly replications: number;
  readonly duration?: number;
  readonly engine: 'exact' | 'fluid';
  readonly short: boolean;
  readonly profile?: string;
  readonly json?: string;
  readonly check: boolean;
}

const maximumReplications = 10_000;

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('simulate one scenario, request by request')
    .argument('<scenario>', 'path of a scenario file, or id of a built-in scenario or design')
    .option('--seed <n>', "seed of the run, instead of the scenario's", integer(0, Number.MAX_SAFE_INTEGER))
    .option('--replications <n>', 'independent runs, on all cores', integer(1, maximumReplications), 1)
    .option('--duration <seconds>', "simulated seconds, instead of the scenario's", positive)
    .addOption(new Option('--engine <engine>', 'exact or fluid').choices(['exact', 'fluid']).default('exact'))
    .option('--short', 'the short form of the scenario', false)
    .option('--profile <file>', 'parameters fitted to measurements')
    .option('--json <file>', 'write the result file; - writes it, and nothing else, to standard output')
    .option('--check', 'end with exit code 3 when an expectation fails', false)
    .action(simulate);
}

/** Runs the scenario, writes what was asked for, and sets the exit code. */
async function simulate(argument: string, options: SimulateOptions): Promise<void> {
  if (options.engine === 'fluid') throw notYet('The fluid engine', 'Leave --engine out.');
  if (options.profile !== undefined) throw notYet('Running with a profile', 'Leave --profile out.');
  const { scenario, notes } = loadScenario(argument, {
    short: options.short,
    set: {
      ...(options.duration === undefined ? {} : { 'run.durationSeconds': options.duration }),
      ...(options.seed === undefined ? {} : { 'run.seed': options.seed }),
    },
  });
  if (notes.length > 0) console.error(describeProblems(notes, argument));
  const model = inFile(argument, () => compile(scenario));
  const output = openOutput(options.json);

  const progress = progressLine(scenario.id, scenario.run.durationSeconds * options.replications);
  const startedAtMs = performance.now();
  const records = await runReplications(model, {
    seed: scenario.run.seed,
    replications: options.replications,
    onProgress: (simulatedSeconds) => {
      progress.update(simulatedSeconds);
    },
  }).finally(() => {
    progress.end();
  });
  const result: Result = {
    ...summarize(scenario, records),
    wallSeconds: (performance.now() - startedAtMs) / 1000,
  };

  if (options.json !== '-') console.log(describeResult(scenario, result));
  output.write(result);
  const failed = result.expectations.filter(({ status }) => status === 'fail');
  if (options.check && failed.length > 0) {
    console.error(`Expectations that failed: ${failed.map(({ id }) => id).join(', ')}.`);
    process.exitCode = exitCodes.expectationFailed;
  }
}

function integer(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${String(minimum)} to ${String(maximum)}.`,
    );
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}
