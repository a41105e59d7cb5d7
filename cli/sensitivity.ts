import { applySet, InputError, type Scenario } from '../scenarios/index.ts';
import type { Model, Result, RunRecord, Sensitivity } from '../simulator/index.ts';
import {
  measureSensitivity,
  planSensitivity,
  type Job,
  type RunJobs,
} from '../simulator/sensitivity/index.ts';
import { inputError } from './exit.ts';
import { progressLine, type ProgressLine } from './progress.ts';
import { RunPool } from './replications/index.ts';

/** Runs of the design itself, and what they show. */
interface Before {
  readonly result: Result;
  readonly records: readonly RunRecord[];
}

/**
 * Which change of a parameter moves the p99 of a flow most, by as many pairs of runs as there are records, on all
 * cores.
 *
 * @param flow Name of the flow; true: the one with the most successes.
 * @throws InputError FL-usage when none of its requests succeeded
 */
export async function findSensitivity(
  scenario: Scenario,
  { result, records }: Before,
  flow: string | true,
): Promise<Sensitivity> {
  const plan = planSensitivity(scenario, result, { flow: flowOf(result, flow) });
  const pool = new RunPool();
  const progress = stages(scenario);
  const changed = designsBySettings(scenario);
  const run: RunJobs = async (jobs, onRecord) => {
    const possible = jobs.flatMap(({ set, seed }, index) => {
      const design = changed(set);
      if (design === null) onRecord(index, null);
      return design === null ? [] : [{ scenario: design, seed, index, requests: 'timed' as const }];
    });
    await pool.run(possible, {
      onAdvance: () => undefined,
      onRecord: (i, record) => {
        onRecord(possible[i]!.index, record);
      },
      onRefusal: (i) => {
        onRecord(possible[i]!.index, null);
      },
    });
  };
  try {
    return await measureSensitivity(plan, {
      pairs: records.length,
      base: records,
      run,
      onProgress: ({ stage, done, of }) => {
        progress.at(stage, of).update(done * scenario.run.durationSeconds);
      },
    });
  } finally {
    progress.end();
    await pool.close();
  }
}

/** Finds out before anything runs. @throws InputError FL-usage when the scenario has no flow of that name */
export function checkFlow(model: Model, flow: string): void {
  const known = model.flows.map(({ id }) => id);
  if (known.includes(flow)) return;
  throw inputError('FL-usage', `The scenario has no flow "${flow}".`, `Name one of ${known.join(', ')}.`);
}

function flowOf({ flows }: Result, flow: string | true): string {
  const known = Object.entries(flows)
    .filter(([, { latencyMs }]) => latencyMs.p99 !== null)
    .sort(([, a], [, b]) => b.completedPerSecond - a.completedPerSecond)
    .map(([name]) => name);
  const chosen = flow === true ? known[0] : known.find((name) => name === flow);
  if (chosen !== undefined) return chosen;
  throw inputError(
    'FL-usage',
    flow === true
      ? 'No request of any flow succeeded: there is no p99 that could move.'
      : `No request of the flow "${flow}" succeeded: there is no p99 that could move.`,
    known.length === 0 ? 'Make the run longer, or the load lower.' : `Name one of ${known.join(', ')}.`,
  );
}

/** The changed scenario for each object of settings, made once; null: the rules refuse it. */
function designsBySettings(scenario: Scenario): (set: Job['set']) => Scenario | null {
  const made = new Map<Job['set'], Scenario | null>();
  const make = (set: Job['set']): Scenario | null => {
    try {
      return applySet(scenario, set);
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  };
  return (set) => {
    if (!made.has(set)) made.set(set, make(set));
    return made.get(set)!;
  };
}

/** A line of progress for each stage. */
function stages({ id, run }: Scenario) {
  let stage = '';
  let line: ProgressLine | null = null;
  return {
    at(next: string, runs: number): ProgressLine {
      if (line === null || next !== stage) {
        line?.end();
        line = progressLine(`${id}, ${next}`, runs * run.durationSeconds);
        stage = next;
      }
      return line;
    },
    end(): void {
      line?.end();
    },
  };
}
