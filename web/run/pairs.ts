import { replicationSeed } from '../../scenarios/sampling/index.ts';
import {
  comparePaired,
  type Comparison,
  type Result,
  type RunRecord,
  type Sensitivity,
} from '../../simulator/index.ts';
import {
  measureSensitivity,
  planSensitivity,
  type Plan,
  type Progress,
} from '../../simulator/sensitivity/index.ts';
import type { RanFile } from './job-worker.ts';
import { parse } from './parse.ts';
import { runJobs } from './run-jobs.ts';

/** Pairs of runs: enough for an interval, few enough to wait for. */
export const pairs = 5;

interface Measuring<Told> {
  readonly signal: AbortSignal;
  readonly onProgress: (told: Told) => void;
}

/**
 * Runs both files several times with the same seeds, and says by how much the first differs. Both take the seed of
 * the first: pairs have to meet the same requests. `onProgress` hears how many of `2 * pairs` runs are done.
 *
 * @throws DOMException `AbortError` when the signal says so
 */
export async function measureDifference(
  now: RanFile,
  before: RanFile,
  { signal, onProgress }: Measuring<number>,
): Promise<Comparison> {
  const scenarios = [now, before].map(({ text, form }) => parse(text, form).scenario);
  const { seed } = scenarios[0]!.run;
  const jobs = [now, before].flatMap((file) =>
    Array.from({ length: pairs }, (_, i) => ({ file, set: {}, seed: replicationSeed(seed, i) })),
  );
  const records: RunRecord[] = [];
  let done = 0;
  await runJobs(
    jobs,
    (index, record) => {
      records[index] = record!;
      onProgress(++done);
    },
    signal,
  );
  return comparePaired(
    { scenario: scenarios[0]!, records: records.slice(0, pairs) },
    { scenario: scenarios[1]!, records: records.slice(pairs) },
  );
}

/** Which changes are worth a try for a flow, from what a run of the file showed. */
export function planOf({ text, form }: RanFile, result: Result, flow: string): Plan {
  return planSensitivity(parse(text, form).scenario, result, { flow });
}

/**
 * Carries a plan for the file out, in workers.
 *
 * @throws DOMException `AbortError` when the signal says so
 */
export function findSensitivity(
  file: RanFile,
  plan: Plan,
  { signal, onProgress }: Measuring<Progress>,
): Promise<Sensitivity> {
  return measureSensitivity(plan, {
    pairs,
    run: (jobs, onRecord) =>
      runJobs(
        jobs.map((job) => ({ ...job, file })),
        onRecord,
        signal,
      ),
    onProgress,
  });
}
