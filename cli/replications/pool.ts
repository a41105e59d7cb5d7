import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Scenario } from '../../scenarios/index.ts';
import type { RunRecord } from '../../simulator/index.ts';
import { ReplayableError } from '../exit.ts';
import type { Assignment, Report, WorkerData } from './protocol.ts';

/** Hears how far the run with this index of the list of seeds is. */
export type OnAdvance = (index: number, nowSeconds: number) => void;

/** Worker threads, at most one a core, that run one scenario with many seeds. */
export class ReplicationPool {
  private readonly workers: Worker[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly maximumWorkers = availableParallelism(),
  ) {}

  /**
   * One record a seed, in the order of the seeds. One call at a time.
   *
   * @throws ReplayableError when a run fails, with its seed.
   */
  async run(seeds: readonly number[], onAdvance: OnAdvance): Promise<RunRecord[]> {
    const records: RunRecord[] = [];
    const waiting = seeds.map((seed, index): Assignment => ({ index, seed }));
    while (this.workers.length < Math.min(seeds.length, this.maximumWorkers)) this.start();
    await Promise.all(
      this.workers.map((worker) =>
        workOff(worker, waiting, (report) => {
          if (report.type === 'progress') onAdvance(report.index, report.nowSeconds);
          else {
            records[report.index] = report.record;
            onAdvance(report.index, this.scenario.run.durationSeconds);
          }
        }),
      ),
    );
    return records;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private start(): void {
    const workerData: WorkerData = { scenario: this.scenario };
    this.workers.push(new Worker(new URL('./worker.mjs', import.meta.url), { workerData }));
  }
}

/** Hands a worker one assignment after the other until none is left. */
function workOff(
  worker: Worker,
  waiting: Assignment[],
  onReport: (report: Exclude<Report, { type: 'fault' }>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let current = waiting.shift();
    if (current === undefined) {
      resolve();
      return;
    }
    const finish = (end: () => void): void => {
      worker.off('error', fail).off('exit', onExit).off('message', onMessage);
      end();
    };
    const fail = (error: unknown): void => {
      finish(() => {
        reject(new ReplayableError(error, current?.seed ?? 0));
      });
    };
    const onExit = (): void => {
      fail(new Error('a worker ended before its run did'));
    };
    const onMessage = (report: Report): void => {
      if (report.type === 'fault') {
        fail(Object.assign(new Error(report.message), { stack: report.stack }));
        return;
      }
      onReport(report);
      if (report.type === 'progress') return;
      current = waiting.shift();
      if (current === undefined) finish(resolve);
      else worker.postMessage(current);
    };
    worker.on('error', fail).on('exit', onExit).on('message', onMessage);
    worker.postMessage(current);
  });
}
