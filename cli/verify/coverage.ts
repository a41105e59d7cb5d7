import type { Scenario } from '../../scenarios/index.ts';
import { summarize, type Interval, type RunRecord } from '../../simulator/index.ts';
import { estimate, type FigureCoverage, type TheoryCase } from '../../simulator/verification/index.ts';
import { ReplicationPool, replicationSeeds } from '../replications/index.ts';
import type { ExactFigure } from './exact-figures.ts';
import { shortMetric } from './page.ts';
import { confidence } from './seeds.ts';

/** How often the intervals of one figure covered its exact value. */
export interface Coverage extends FigureCoverage {
  /** Part of the half-width: how far the theory itself may be off. */
  readonly tolerance: number;
}

export interface CoverageOptions {
  readonly baseSeeds: readonly number[];
  readonly replications: number;
  /** Simulated seconds done, summed over all runs. */
  readonly onProgress: (simulatedSeconds: number) => void;
}

interface Estimate {
  readonly point: number;
  readonly interval: Interval;
}

/** Repeats an experiment from each base seed and counts the intervals that cover the exact figures. */
export async function measureCoverage(
  scenario: Scenario,
  figures: readonly ExactFigure[],
  options: CoverageOptions,
): Promise<Coverage[]> {
  const estimates = figures.map((): Estimate[] => []);
  await repeat(scenario, options, (records, seed) => {
    const { flows } = summarize({ ...scenario, run: { ...scenario.run, seed } }, records);
    figures.forEach(({ flow, name }, i) => {
      const point = flows[flow]?.latencyMs[name];
      const interval = flows[flow]?.latencyCi95Ms[name];
      if (point === undefined || point === null || interval === undefined || interval === null)
        throw new Error(`${scenario.id} has no interval of ${name} of ${flow}, seed ${seed}`);
      estimates[i]!.push({ point, interval });
    });
  });
  return figures.map(({ name, exactMs }, i) =>
    coverage({ scenario: scenario.id, figure: name, exact: exactMs, tolerance: 0 }, estimates[i]!),
  );
}

/** The same for a case of the theory suite, whose figures need not be latencies. */
export async function measureCaseCoverage(
  { id, scenario, figures }: Pick<TheoryCase, 'id' | 'scenario' | 'figures'>,
  options: CoverageOptions,
): Promise<Coverage[]> {
  const estimates = figures.map((): Estimate[] => []);
  await repeat(scenario, options, (records) => {
    estimate({ scenario, figures }, records, confidence).forEach(({ point, interval }, i) => {
      estimates[i]!.push({ point, interval });
    });
  });
  return figures.map(({ metric, exact, tolerance = 0 }, i) => {
    return coverage({ scenario: id, figure: shortMetric(metric), exact, tolerance }, estimates[i]!);
  });
}

/** All replications from each base seed, one base seed after the other. */
async function repeat(
  scenario: Scenario,
  { baseSeeds, replications, onProgress }: CoverageOptions,
  onRecords: (records: RunRecord[], seed: number) => void,
): Promise<void> {
  const pool = new ReplicationPool(scenario, undefined, 'timed');
  try {
    for (const [done, seed] of baseSeeds.entries()) {
      const doneSeconds = new Float64Array(replications);
      const records = await pool.run(replicationSeeds(seed, replications), (index, nowSeconds) => {
        doneSeconds[index] = nowSeconds;
        const before = done * replications * scenario.run.durationSeconds;
        onProgress(doneSeconds.reduce((sum, seconds) => sum + seconds, before));
      });
      onRecords(records, seed);
    }
  } finally {
    await pool.close();
  }
}

type Known = Pick<Coverage, 'scenario' | 'figure' | 'exact' | 'tolerance'>;

function coverage(known: Known, estimates: readonly Estimate[]): Coverage {
  const { exact } = known;
  const errors = estimates.map(({ point }) => point - exact);
  const bias = mean(errors);
  const variance = errors.reduce((sum, e) => sum + (e - bias) ** 2, 0) / Math.max(1, errors.length - 1);
  return {
    ...known,
    baseSeeds: estimates.length,
    covered: estimates.filter(({ interval: [low, high] }) => low <= exact && exact <= high).length,
    bias,
    biasStandardError: Math.sqrt(variance / errors.length),
    meanHalfWidth: mean(estimates.map(({ interval: [low, high] }) => (high - low) / 2)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
