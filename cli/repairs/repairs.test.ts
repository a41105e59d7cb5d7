import { describe, expect, it } from 'vitest';
import { findBuiltin } from '../../scenarios/index.ts';
import { isUnchanged, repairs } from '../../simulator/verdicts/index.ts';
import { briefDigest } from '../brief-form.ts';
import { scenarioOf } from '../claims/index.ts';
import { findRepairs, readRepairEvidence, repairExperiments } from './index.ts';

const evidence = readRepairEvidence();
const recorded = new Map(evidence.runs.map((run) => [run.experiment, run]));

describe('docs/repaired.md', () => {
  it('has a run for everything that it says, and no other', () => {
    expect([...recorded.keys()]).toEqual(repairExperiments().map(({ id }) => id));
  });

  it('is about every change that the repaired design makes', () => {
    const { design } = findBuiltin('instagram-v2-repaired') as { design: { set: object } };
    const said = repairs.map(({ change }) => change).join(' ');
    const unsaid = Object.keys(design.set).filter(
      (path) =>
        !path
          .split('.')
          .slice(1)
          .some((name) => said.includes(name)) && !said.includes('in-process'),
    );
    expect(unsaid).toEqual([]);
  });

  it.each(findRepairs(evidence).map((finding) => [finding.repair.id, finding] as const))(
    'with %s the target holds',
    (_, { holds }) => {
      expect(holds).toBe(true);
    },
  );

  // A built-in that is run as it is has its digests beside its page.
  const changed = repairExperiments().filter((experiment) => !isUnchanged(experiment));
  it.each(changed.map((experiment) => [experiment.id, experiment] as const))(
    '%s still begins as it did',
    (id, experiment) => {
      const { events, briefDigest: digest } = recorded.get(id)!;
      expect(briefDigest(scenarioOf(experiment), events), 'run npm run docs -- repaired').toBe(digest);
    },
  );
});
