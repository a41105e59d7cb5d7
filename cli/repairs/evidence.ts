import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isUnchanged, repairs, throughFaults, type Experiment } from '../../simulator/verdicts/index.ts';
import { replicate, replications, type RecordedRun, type Replicated } from '../claims/index.ts';

/** A run of docs/repaired.md, with what each of its replications found. */
export interface RepairRun extends RecordedRun {
  readonly each: Replicated;
}

export interface RepairEvidence {
  readonly format: 'fanout-lab/repaired-evidence';
  readonly version: 1;
  readonly runs: readonly RepairRun[];
}

export const repairEvidencePath = 'docs/repaired-evidence.json';

export function readRepairEvidence(): RepairEvidence {
  const path = fileURLToPath(new URL(`../../${repairEvidencePath}`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as RepairEvidence;
}

/** What the page rests on, each run once. */
export function repairExperiments(): readonly Experiment[] {
  const all = [...repairs.flatMap(({ kept, takenBack }) => [kept, takenBack]), throughFaults];
  return [...new Map(all.map((experiment) => [experiment.id, experiment])).values()];
}

/**
 * Runs experiments, as many at a time as there are cores, and puts what they find in the place of what was
 * recorded of them. The built-in as it is runs once: its digest is that of its own page.
 *
 * @param ids Of those to be run; all when none is named.
 * @param onDone Hears of each experiment that is done.
 */
export async function runRepairs(
  ids: readonly string[],
  onDone: (id: string) => void,
): Promise<RepairEvidence> {
  const experiments = repairExperiments();
  const found = new Map(
    ids.length === 0 ? [] : readRepairEvidence().runs.map((run) => [run.experiment, run]),
  );
  const waiting = experiments.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const work = async (): Promise<void> => {
    for (let experiment = waiting.shift(); experiment !== undefined; experiment = waiting.shift()) {
      const wanted = isUnchanged(experiment) ? 1 : replications;
      const { run, each } = await replicate(experiment, wanted, () => undefined);
      found.set(experiment.id, { ...run, each });
      onDone(experiment.id);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const runs = experiments.flatMap(({ id }) => found.get(id) ?? []);
  return { format: 'fanout-lab/repaired-evidence', version: 1, runs };
}
