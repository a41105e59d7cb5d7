import { writeFileSync } from 'node:fs';
import { claims, experimentsOf } from '../../simulator/verdicts/index.ts';
import { evidencePath, readEvidence, type EvidenceFile, type RecordedRun } from './evidence.ts';
import { replications, runExperiment, scenarioOf } from './run.ts';

/** One piece of work an experiment, for `npm run verify`. */
export function claimTasks(): { id: string; inputs: unknown; run: () => Promise<RecordedRun> }[] {
  return experimentsOf(claims).map((experiment) => ({
    id: `claim-${experiment.id}`,
    inputs: {
      scenario: scenarioOf(experiment),
      figures: experiment.figures,
      replications: experiment.replications ?? replications,
    },
    run: () => runExperiment(experiment, replications, () => undefined),
  }));
}

/**
 * Puts runs into docs/claims-evidence.json in the place of those of the same experiments, and drops
 * those that no claim asks for any more.
 *
 * @returns one sentence for each digest that is not what was recorded
 */
export function recordRuns(runs: readonly RecordedRun[]): string[] {
  const before = readEvidence().runs;
  const renewed = new Set(runs.map(({ experiment }) => experiment));
  const known = new Set(experimentsOf(claims).map(({ id }) => id));
  const kept = before.filter(({ experiment }) => !renewed.has(experiment) && known.has(experiment));
  const all = [...kept, ...runs].sort((a, b) => (a.experiment < b.experiment ? -1 : 1));
  const file: EvidenceFile = { format: 'fanout-lab/claims-evidence', version: 1, runs: all };
  writeFileSync(evidencePath, `${JSON.stringify(file, null, 2)}\n`);
  const digests = new Map(before.map(({ experiment, digest }) => [experiment, digest]));
  return runs
    .filter(({ experiment, digest }) => (digests.get(experiment) ?? digest) !== digest)
    .map(({ experiment }) => `The experiment ${experiment} has another digest than was recorded`);
}
