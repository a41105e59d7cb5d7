import { describe, expect, it } from 'vitest';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { recordOf, scenarioOf } from '../engine/engine.fixture.ts';
import { comparePaired, type Replications } from './compare.ts';

const replications = 20;

/** An M/M/1 with another mean service time and utilisation: lambda 700 a second. */
function simulate(meanMs: number, seed: number): Replications {
  const scenario = scenarioOf({
    nodes: [
      {
        id: 'client',
        kind: 'Client',
        config: { flow: 'work', arrivals: { process: 'poisson', ratePerSecond: 700 } },
      },
      { id: 'server', kind: 'Service', config: { serviceTime: { distribution: 'exponential', meanMs } } },
    ],
    edges: [{ source: 'client', target: 'server' }],
    durationSeconds: 20,
  });
  return {
    scenario,
    records: Array.from({ length: replications }, (_, i) =>
      recordOf(scenario, undefined, replicationSeed(seed, i)),
    ),
  };
}

describe('two designs with the same seeds', () => {
  const faster = simulate(0.95, 1);
  const slower = simulate(1, 1);
  const elsewhere = simulate(1, 99);
  const comparison = comparePaired(faster, slower);
  const mean = comparison.figures['flows.work.latencyMs.mean']!;

  it('differ by what theory says', () => {
    // 1 / (1000 / 0.95 - 700) - 1 / (1000 - 700) s = -0.497 ms. Runs begin empty, which both share; the
    // interval is widened threefold: a false alarm in 100,000.
    const exact = 1000 / (1000 / 0.95 - 700) - 1000 / 300;
    expect(Math.abs(mean.difference - exact)).toBeLessThan((3 * (mean.ci95[1] - mean.ci95[0])) / 2);
    expect(mean.ci95[1]).toBeLessThan(0);
  });

  it('need several times fewer replications than with independent seeds', () => {
    // The same gaps and services, scaled: sojourns are almost proportional, so the variance of the difference
    // is near that of 15 % of one of them. At least fivefold leaves room for 20 replications' estimate.
    expect(mean.unpairedFactor).toBeGreaterThan(5);
    const unpaired = comparePaired(
      faster,
      // Independent seeds, declared as if they were pairs.
      { ...elsewhere, records: elsewhere.records.map((r, i) => ({ ...r, seed: replicationSeed(1, i) })) },
    ).figures['flows.work.latencyMs.mean']!;
    expect(unpaired.unpairedFactor).toBeLessThan(3);
    const width = (d: typeof mean): number => d.ci95[1] - d.ci95[0];
    expect(width(unpaired)).toBeGreaterThan(2 * width(mean));
  });

  it('of which one is the other differ by nothing', () => {
    const { figures } = comparePaired(slower, simulate(1, 1));
    for (const { difference, ci95, unpairedFactor } of Object.values(figures))
      expect([difference, ...ci95, unpairedFactor]).toEqual([0, 0, 0, null]);
  });

  it('need pairs', () => {
    expect(() => comparePaired(slower, elsewhere)).toThrow('same seeds');
  });
});
