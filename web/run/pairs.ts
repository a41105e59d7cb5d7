import * as Comlink from 'comlink';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { comparePaired, type Comparison, type RunRecord } from '../../simulator/index.ts';
import type { PairCommands, RanFile } from './pair-worker.ts';
import { parse } from './parse.ts';

/** Pairs of runs: enough for an interval, few enough to wait for. */
export const pairs = 5;
const mostWorkers = 4;

interface Measuring {
  readonly signal: AbortSignal;
  /** Runs that are done, of `2 * pairs`. */
  readonly onProgress: (done: number) => void;
}

/**
 * Runs both files several times with the same seeds, in workers of their own, and says by how much the
 * first differs. Both take the seed of the first: pairs have to meet the same requests.
 *
 * @throws DOMException `AbortError` when the signal says so
 */
export async function measureDifference(
  now: RanFile,
  before: RanFile,
  { signal, onProgress }: Measuring,
): Promise<Comparison> {
  const scenarios = [now, before].map(({ text, form }) => parse(text, form).scenario);
  const { seed } = scenarios[0]!.run;
  const waiting = [now, before].flatMap((file, side) =>
    Array.from({ length: pairs }, (_, i) => ({ file, side, index: i, seed: replicationSeed(seed, i) })),
  );
  const records: RunRecord[][] = [[], []];
  const workers: Worker[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./pair-worker.ts', import.meta.url), { type: 'module', name: 'pair' });
    workers.push(worker);
    const failed = new Promise<never>((_, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    const remote = Comlink.wrap<PairCommands>(worker);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { file, side, index, seed: of } = next;
      records[side]![index] = await Promise.race([remote.record(file, of), failed]);
      onProgress(++done);
    }
  };
  const count = Math.max(1, Math.min(mostWorkers, navigator.hardwareConcurrency - 1));
  try {
    signal.throwIfAborted();
    await Promise.all(Array.from({ length: count }, work));
  } finally {
    for (const worker of workers) worker.terminate();
  }
  const [changed, against] = scenarios.map((scenario, side) => ({ scenario, records: records[side]! }));
  return comparePaired(changed!, against!);
}
