import { Option, type Command } from 'commander';
import {
  comparePaired,
  compile,
  summarize,
  traceOf,
  type Model,
  type Requests,
  type Result,
  type RunRecord,
} from '../simulator/index.ts';
import { collectWish, type Wish } from './explain.ts';
import { describeProblems, exitCodes, inFile, inputError, notYet } from './exit.ts';
import { loadScenario } from './input.ts';
import { integer, positive } from './numbers.ts';
import { openOutput } from './output.ts';
import { progressLine } from './progress.ts';
import { runReplications } from './replications/index.ts';
import { describeResult } from './report/index.ts';
import { checkFlow, findSensitivity } from './sensitivity.ts';
import { collectSetting, type Settings } from './set-option.ts';

interface SimulateOptions {
  readonly seed?: number;
  readonly replications?: number;
  readonly duration?: number;
  readonly set: Settings;
  readonly compare?: string;
  readonly explain: readonly Wish[];
  readonly sensitivity?: string | true;
  readonly engine: 'exact' | 'fluid';
  readonly short: boolean;
  readonly reference: boolean;
  readonly profile?: string;
  readonly json?: string;
  readonly check: boolean;
}

const maximumReplications = 10_000;
/** Pairs of runs of a comparison, or of each change, unless told otherwise. */
const pairs = 10;

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('simulate one scenario, request by request')
    .argument('<scenario>', 'path of a scenario file, or id of a built-in scenario or design')
    .option('--seed <n>', "seed of the run, instead of the scenario's", integer(0, Number.MAX_SAFE_INTEGER))
    .option(
      '--replications <n>',
      `independent runs, on all cores (default: 1; to compare, and for --sensitivity: ${pairs})`,
      integer(1, maximumReplications),
    )
    .option('--duration <seconds>', "simulated seconds, instead of the scenario's", positive)
    .option(
      '--set <path=value>',
      'change a setting, as `set` of a scenario does; repeatable',
      collectSetting,
      {},
    )
    .option('--compare <scenario>', 'run another scenario with the same seeds, without --set, and compare')
    .option(
      '--explain <flow[:which]>',
      'show the way of one request: any percentile (p99 unless told otherwise), max, or a failure: timeout, rejected, unavailable, notFound, rateLimited; repeatable',
      collectWish,
      [],
    )
    .addOption(
      new Option(
        '--sensitivity [flow]',
        'change one parameter after the other, and tell which moves the p99 of a flow most (default: the busiest flow)',
      ).conflicts('compare'),
    )
    .addOption(
      new Option('--engine <engine>', 'exact or fluid (not there yet)')
        .choices(['exact', 'fluid'])
        .default('exact'),
    )
    .option('--short', 'the short form of the scenario', false)
    .addOption(
      new Option('--reference', 'the bench-scale form of the scenario, which replay runs on real parts')
        .default(false)
        .conflicts('short'),
    )
    .option('--profile <file>', 'parameters fitted to measurements (not there yet)')
    .option('--json <file>', 'write the result file; - writes it, and nothing else, to standard output')
    .option('--check', 'end with exit code 3 when an expectation fails', false)
    .action(simulate);
}

/** Runs the scenario, writes what was asked for, and sets the exit code. */
async function simulate(argument: string, options: SimulateOptions): Promise<void> {
  if (options.engine === 'fluid') throw notYet('The fluid engine', 'Leave --engine out.');
  if (options.profile !== undefined) throw notYet('Running with a profile', 'Leave --profile out.');
  const ofRun = {
    ...(options.duration === undefined ? {} : { 'run.durationSeconds': options.duration }),
    ...(options.seed === undefined ? {} : { 'run.seed': options.seed }),
  };
  const { scenario, notes } = loadScenario(argument, {
    short: options.short,
    ...(options.reference ? { form: 'reference' as const } : {}),
    set: { ...options.set, ...ofRun },
  });
  if (notes.length > 0) console.error(describeProblems(notes, argument));
  const inPairs = options.compare !== undefined || options.sensitivity !== undefined;
  const replications = options.replications ?? (inPairs ? pairs : 1);
  if (inPairs && replications < 2)
    throw inputError('FL-usage', 'One pair of runs has no interval.', 'Give --replications 2 or more.');
  // Both are checked before either runs.
  const against =
    options.compare === undefined
      ? null
      : inFile(options.compare, () =>
          compile(
            loadScenario(options.compare!, {
              short: options.short,
              ...(options.reference ? { form: 'reference' as const } : {}),
              set: { ...ofRun, 'run.seed': scenario.run.seed },
            }).scenario,
          ),
        );
  const model = inFile(argument, () => compile(scenario));
  if (typeof options.sensitivity === 'string') checkFlow(model, options.sensitivity);
  for (const { flow } of options.explain) checkFlow(model, flow);
  const output = openOutput(options.json);

  const startedAtMs = performance.now();
  const requests = options.explain.length === 0 ? 'counted' : 'exemplified';
  const records = await runAll(model, replications, requests);
  const comparison =
    against === null
      ? {}
      : {
          comparison: comparePaired(
            { scenario, records },
            { scenario: against.scenario, records: await runAll(against, replications, 'counted') },
          ),
        };
  const missing = options.explain.filter(({ flow, choice }) => traceOf(records, flow, choice) === null);
  for (const { flow, choice } of missing)
    console.error(`No request of ${flow} was traced that could be shown for ${choice.name}.`);
  const traces = options.explain.flatMap(({ flow, choice }) => traceOf(records, flow, choice) ?? []);
  const measured = summarize(scenario, records);
  const sensitivity =
    options.sensitivity === undefined
      ? {}
      : { sensitivity: await findSensitivity(scenario, { result: measured, records }, options.sensitivity) };
  const result: Result = {
    ...measured,
    ...comparison,
    ...sensitivity,
    ...(options.explain.length === 0 ? {} : { traces }),
    wallSeconds: (performance.now() - startedAtMs) / 1000,
  };

  const smallForm = options.short ? 'short' : options.reference ? 'bench-scale' : null;
  if (options.json !== '-') console.log(describeResult(scenario, result, smallForm));
  output.write(result);
  const failed = result.expectations.filter(({ status }) => status === 'fail');
  if (options.check && failed.length > 0) {
    console.error(`Expectations that failed: ${failed.map(({ id }) => id).join(', ')}.`);
    process.exitCode = exitCodes.expectationFailed;
  }
}

/** Every replication of a scenario, with progress. */
async function runAll(model: Model, replications: number, requests: Requests): Promise<RunRecord[]> {
  const { scenario } = model;
  const progress = progressLine(scenario.id, scenario.run.durationSeconds * replications);
  return runReplications(model, {
    seed: scenario.run.seed,
    replications,
    requests,
    onProgress: (simulatedSeconds) => {
      progress.update(simulatedSeconds);
    },
  }).finally(() => {
    progress.end();
  });
}
