import type { Scenario } from '../../scenarios/index.ts';
import { summarize, type Interval } from '../../simulator/index.ts';
import { ReplicationPool, replicationSeeds } from '../replications/index.ts';
import type { ExactFigure } from './exact-figures.ts';

/** How often the intervals of one figure covered its exact value. */
export interface Coverage {
  readonly scenario: string;
  readonly figure: ExactFigure['name'];
  readonly exactMs: number;
  readonly baseSeeds: number;
  readonly covered: number;
  /** Mean of the point estimates - exact value, and its standard error. */
  readonly biasMs: number;
  readonly biasStandardErrorMs: number;
  readonly meanHalfWidthMs: number;
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
  { baseSeeds, replications, onProgress }: CoverageOptions,
): Promise<Coverage[]> {
  const estimates = figures.map((): Estimate[] => []);
  const pool = new ReplicationPool(scenario);
  try {
    for (const [done, seed] of baseSeeds.entries()) {
      const doneSeconds = new Float64Array(replications);
      const records = await pool.run(replicationSeeds(seed, replications), (index, nowSeconds) => {
        doneSeconds[index] = nowSeconds;
        const before = done * replications * scenario.run.durationSeconds;
        onProgress(doneSeconds.reduce((sum, seconds) => sum + seconds, before));
      });
      const { flows } = summarize({ ...scenario, run: { ...scenario.run, seed } }, records);
      figures.forEach(({ flow, name }, i) => {
        const point = flows[flow]?.latencyMs[name];
        const interval = flows[flow]?.latencyCi95Ms[name];
        if (point === undefined || point === null || interval === undefined || interval === null)
          throw new Error(`${scenario.id} has no interval of ${name} of ${flow}, seed ${seed}`);
        estimates[i]!.push({ point, interval });
      });
    }
  } finally {
    await pool.close();
  }
  return figures.map((figure, i) => coverage(scenario.id, figure, estimates[i]!));
}

function coverage(
  scenario: string,
  { name, exactMs }: ExactFigure,
  estimates: readonly Estimate[],
): Coverage {
  const errors = estimates.map(({ point }) => point - exactMs);
  const biasMs = mean(errors);
  const variance = errors.reduce((sum, e) => sum + (e - biasMs) ** 2, 0) / Math.max(1, errors.length - 1);
  return {
    scenario,
    figure: name,
    exactMs,
    baseSeeds: estimates.length,
    covered: estimates.filter(({ interval: [low, high] }) => low <= exactMs && exactMs <= high).length,
    biasMs,
    biasStandardErrorMs: Math.sqrt(variance / errors.length),
    meanHalfWidthMs: mean(estimates.map(({ interval: [low, high] }) => (high - low) / 2)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
