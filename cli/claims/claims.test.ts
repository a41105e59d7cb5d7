import { describe, expect, it } from 'vitest';
import { claims, experimentsOf, isUnchanged, judgeClaim } from '../../simulator/verdicts/index.ts';
import { briefDigest } from '../brief-form.ts';
import { evidenceOf, readEvidence } from './evidence.ts';
import { scenarioOf, shortDigestOf } from './run.ts';

const { runs } = readEvidence();
const recorded = new Map(runs.map((run) => [run.experiment, run]));
const experiments = experimentsOf(claims);

describe('recorded claims', () => {
  it('have a run for every experiment that they rest on, and no other', () => {
    expect([...recorded.keys()].sort()).toEqual(experiments.map(({ id }) => id).sort());
  });

  it.each(claims.map((claim) => [claim.id, claim] as const))('%s is judged', (_, claim) => {
    const judged = judgeClaim(claim, evidenceOf(runs));
    expect(judged.observed).not.toBeNull();
    expect(judged.why).not.toBe('');
    if (judged.verdict === 'depends') expect(judged.sides).toHaveLength(2);
  });

  // Built-ins that are run as they are have their digests beside the scenario pages.
  const changed = experiments.filter((experiment) => !isUnchanged(experiment) && experiment.form === 'short');
  it.each(changed.map((experiment) => [experiment.id, experiment] as const))(
    '%s still begins as it did',
    (id, experiment) => {
      const { events, briefDigest: digest } = recorded.get(id)!;
      expect(briefDigest(scenarioOf(experiment), events), 'run npm run claims -- --record').toBe(digest);
    },
  );

  it('rest on full-scale runs whose short forms reproduce', { timeout: 900_000 }, async () => {
    const full = experiments.filter(({ form }) => form === 'full');
    expect(full.length).toBeGreaterThan(0);
    for (const experiment of full)
      expect(recorded.get(experiment.id)?.shortDigest).toBe(await shortDigestOf(experiment));
  });
});
