import { replicationSeed } from '../../scenarios/sampling/index.ts';
import type { Model, Requests, RunRecord } from '../../simulator/index.ts';
import { ReplayableError } from '../exit.ts';
import { ReplicationPool } from './pool.ts';
import { runToEnd } from './run.ts';

export { ReplicationPool, RunPool, type Job } from './pool.ts';
export { runToEnd } from './run.ts';

export interface ReplicationOptions {
  readonly seed: number;
  readonly replications: number;
  /** Simulated seconds done, summed over all replications. */
  readonly onProgress: (simulatedSeconds: number) => void;
  /** What the records keep of single requests; unless told otherwise, nothing. */
  readonly requests?: Requests;
}

/**
 * The records of all replications in their order, so that what is made of them does not depend on
 * the number of cores or on which finished first. Replication 0 uses the seed itself.
 *
 * @throws ReplayableError when a run fails.
 */
export async function runReplications(
  model: Model,
  { seed, replications, onProgress, requests = 'counted' }: ReplicationOptions,
): Promise<RunRecord[]> {
  if (replications === 1) {
    try {
      return [runToEnd(model, seed, ({ nowSeconds }) => onProgress(nowSeconds), requests)];
    } catch (error) {
      throw new ReplayableError(error, seed);
    }
  }
  const doneSeconds = new Float64Array(replications);
  const pool = new ReplicationPool(model.scenario, undefined, requests);
  try {
    return await pool.run(replicationSeeds(seed, replications), (index, nowSeconds) => {
      doneSeconds[index] = nowSeconds;
      onProgress(doneSeconds.reduce((sum, seconds) => sum + seconds, 0));
    });
  } finally {
    await pool.close();
  }
}

export function replicationSeeds(seed: number, replications: number): number[] {
  return Array.from({ length: replications }, (_, i) => replicationSeed(seed, i));
}
