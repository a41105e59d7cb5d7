import { availableParallelism } from 'node:os';
import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { summarize } from '../../simulator/index.ts';
import { interval95 } from '../../simulator/statistics/index.ts';
import {
  experimentDocument,
  figureIn,
  isUnchanged,
  type Experiment,
  type FigureSource,
  type Observation,
} from '../../simulator/verdicts/index.ts';
import { briefDigest } from '../brief-form.ts';
import { ReplicationPool, replicationSeeds } from '../replications/index.ts';
import type { RecordedRun } from './evidence.ts';

/** Independent runs of each experiment; with four, Student's t has three degrees of freedom. */
export const replications = 4;

/** The scenario of an experiment; that of a built-in as it is where nothing is changed. */
export function scenarioOf(experiment: Experiment): Scenario {
  const builtin = findBuiltin(experiment.scenario);
  if (builtin === undefined) throw new Error(`${experiment.id}: there is no built-in ${experiment.scenario}`);
  if (isUnchanged(experiment))
    return checkScenario(builtin, { find: findBuiltin, short: experiment.form === 'short' }).scenario;
  const document = experimentDocument(experiment, builtin as Record<string, unknown>);
  return checkScenario(document, { find: findBuiltin }).scenario;
}

/** Figures by name, a value a replication. */
export type Replicated = Readonly<Record<string, readonly (number | null)[]>>;

export interface RunOptions {
  readonly replications: number;
  /** Simulated seconds done, over all experiments. */
  readonly onProgress: (simulatedSeconds: number) => void;
  /** Hears of each experiment that is done. */
  readonly onDone?: (run: RecordedRun) => void;
}

/** Simulated seconds of all runs of the experiments. */
export function secondsOf(experiments: readonly Experiment[], replications: number): number {
  return experiments.reduce((sum, e) => sum + replications * scenarioOf(e).run.durationSeconds, 0);
}

/** Runs experiments, as many at a time as there are cores, and returns them in their order. */
export async function runExperiments(
  experiments: readonly Experiment[],
  { replications, onProgress, onDone }: RunOptions,
): Promise<RecordedRun[]> {
  const done: RecordedRun[] = [];
  const seconds = experiments.map(() => new Float64Array(replications));
  const waiting = [...experiments.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, experiment] = next;
      const run = await runExperiment(experiment, replications, (replication, nowSeconds) => {
        seconds[index]![replication] = nowSeconds;
        onProgress(seconds.reduce((sum, each) => sum + each.reduce((a, b) => a + b, 0), 0));
      });
      done[index] = run;
      onDone?.(run);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return done;
}

/** Runs one experiment, its replications one after the other on one core; once where it is at the full rate. */
export async function runExperiment(...options: Parameters<typeof replicate>): Promise<RecordedRun> {
  return (await replicate(...options)).run;
}

/** The same, with the figures of each replication beside those of all. */
export async function replicate(
  experiment: Experiment,
  wanted: number,
  onAdvance: (replication: number, nowSeconds: number) => void,
): Promise<{ readonly run: RecordedRun; readonly each: Replicated }> {
  const scenario = scenarioOf(experiment);
  const { seed } = scenario.run;
  const replications = experiment.form === 'full' ? 1 : (experiment.replications ?? wanted);
  const pool = new ReplicationPool(scenario, 1);
  try {
    const records = await pool.run(replicationSeeds(seed, replications), onAdvance);
    const each = records.map((record) => summarize(scenario, [record]));
    const merged = summarize(scenario, records);
    const observe = (source: FigureSource): Observation => {
      const values = each.map((result) => figureIn(result, source));
      const known = values.filter((value) => value !== null);
      return {
        // An alert fires in a run, not in the mean of runs.
        value: 'alert' in source ? mean(known) : figureIn(merged, source),
        ci95: known.length === values.length ? interval95(known) : null,
      };
    };
    const run: RecordedRun = {
      experiment: experiment.id,
      question: experiment.question,
      scenario: experiment.scenario,
      form: experiment.form,
      seed,
      replications,
      simulatedSeconds: scenario.run.durationSeconds,
      events: each[0]!.events,
      digest: each[0]!.digest,
      ...(experiment.form === 'full'
        ? { shortDigest: await shortDigestOf(experiment) }
        : { briefDigest: briefDigest(scenario, each[0]!.events) }),
      figures: Object.fromEntries(
        Object.entries(experiment.figures).map(([name, source]) => [name, observe(source)]),
      ),
    };
    const eachOf = (source: FigureSource) => each.map((result) => figureIn(result, source));
    return {
      run,
      each: Object.fromEntries(
        Object.entries(experiment.figures).map(([name, source]) => [name, eachOf(source)]),
      ),
    };
  } catch (error) {
    throw new Error(`${experiment.id}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    await pool.close();
  }
}

/** Digest of the short form of an experiment that was run at the full rate. */
export async function shortDigestOf(experiment: Experiment): Promise<string> {
  const scenario = scenarioOf({ ...experiment, form: 'short' });
  const pool = new ReplicationPool(scenario, 1);
  try {
    return summarize(scenario, await pool.run([scenario.run.seed], () => undefined)).digest;
  } finally {
    await pool.close();
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
