import * as Comlink from 'comlink';
import type { RunRecord } from '../../simulator/index.ts';
import type { JobCommands, RanFile } from './job-worker.ts';

/** A file in the form in which it ran, with some settings changed, to its end. */
export interface FileJob {
  readonly file: RanFile;
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

const mostWorkers = 4;

/** Workers that are there at a time: a core stays free for the page. */
export const workersAtATime = (): number =>
  Math.max(1, Math.min(mostWorkers, navigator.hardwareConcurrency - 1));

/**
 * Runs jobs in workers of their own. `onRecord` hears of each by its index; null: the rules refuse the changed
 * design.
 *
 * @throws DOMException `AbortError` when the signal says so
 */
export async function runJobs(
  jobs: readonly FileJob[],
  onRecord: (index: number, record: RunRecord | null) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...jobs.entries()];
  const workers: Worker[] = [];
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./job-worker.ts', import.meta.url), { type: 'module', name: 'job' });
    workers.push(worker);
    const failed = new Promise<never>((_, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    const remote = Comlink.wrap<JobCommands>(worker);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { file, set, seed }] = next;
      onRecord(index, await Promise.race([remote.record(file, set, seed), failed]));
    }
  };
  try {
    signal.throwIfAborted();
    await Promise.all(Array.from({ length: Math.min(workersAtATime(), jobs.length) }, work));
  } finally {
    for (const worker of workers) worker.terminate();
  }
}
