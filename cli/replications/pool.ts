import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Scenario } from '../../scenarios/index.ts';
import type { Requests, RunRecord } from '../../simulator/index.ts';
import { ReplayableError } from '../exit.ts';
import type { Assignment, Report } from './protocol.ts';

/** One run: of this scenario, with this seed. */
export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
  /** What its record keeps of single requests; unless told otherwise, nothing. */
  readonly requests?: Requests;
}

/** What is heard of a job, by its index in the list. */
export interface JobListener {
  readonly onAdvance: (index: number, nowSeconds: number) => void;
  readonly onRecord: (index: number, record: RunRecord) => void;
  /** The compiler refuses the scenario. Absent: that is a fault of ours. */
  readonly onRefusal?: (index: number) => void;
}

/** Worker threads, at most one a core, that run any scenarios. */
export class RunPool {
  private readonly workers: RunWorker[] = [];

  constructor(private readonly maximumWorkers = availableParallelism()) {}

  /**
   * All jobs, in their order as far as workers are free. One call at a time.
   *
   * @throws ReplayableError when a run fails, with its seed.
   */
  async run(jobs: readonly Job[], listener: JobListener): Promise<void> {
    const waiting = jobs.map((job, index) => ({ ...job, index }));
    while (this.workers.length < Math.min(jobs.length, this.maximumWorkers))
      this.workers.push(new RunWorker());
    await Promise.all(this.workers.map((worker) => worker.workOff(waiting, listener)));
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()));
  }
}

/** The same for one scenario and many seeds. */
export class ReplicationPool {
  private readonly pool: RunPool;

  constructor(
    private readonly scenario: Scenario,
    maximumWorkers = availableParallelism(),
    private readonly requests: Requests = 'counted',
  ) {
    this.pool = new RunPool(maximumWorkers);
  }

  /**
   * One record a seed, in the order of the seeds; `onAdvance` hears how far each is. One call at a time.
   *
   * @throws ReplayableError when a run fails, with its seed.
   */
  async run(seeds: readonly number[], onAdvance: JobListener['onAdvance']): Promise<RunRecord[]> {
    const { scenario, requests } = this;
    const records: RunRecord[] = [];
    await this.pool.run(
      seeds.map((seed) => ({ scenario, seed, requests })),
      {
        onAdvance,
        onRecord: (index, record) => {
          records[index] = record;
          onAdvance(index, scenario.run.durationSeconds);
        },
      },
    );
    return records;
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

/** One worker thread, which is told a scenario only when it is another than before. */
class RunWorker {
  private readonly thread = new Worker(new URL('./worker.mjs', import.meta.url));
  private scenario: Scenario | null = null;

  /** Does one job after the other until none is left. */
  workOff(waiting: (Job & { readonly index: number })[], listener: JobListener): Promise<void> {
    const { thread } = this;
    return new Promise((resolve, reject) => {
      let current = waiting.shift();
      if (current === undefined) {
        resolve();
        return;
      }
      const finish = (end: () => void): void => {
        thread.off('error', fail).off('exit', onExit).off('message', onMessage);
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
        try {
          tell(report, listener);
        } catch (error) {
          fail(error);
          return;
        }
        if (report.type === 'progress') return;
        current = waiting.shift();
        if (current === undefined) finish(resolve);
        else this.assign(current);
      };
      thread.on('error', fail).on('exit', onExit).on('message', onMessage);
      this.assign(current);
    });
  }

  end(): Promise<number> {
    return this.thread.terminate();
  }

  private assign({ index, seed, scenario, requests = 'counted' }: Job & { readonly index: number }): void {
    const again: Assignment = { index, seed, requests };
    const assignment = this.scenario === scenario ? again : { ...again, scenario };
    this.scenario = scenario;
    this.thread.postMessage(assignment);
  }
}

/** @throws Error when the report is of a fault, or nobody listens to refusals */
function tell(report: Report, { onAdvance, onRecord, onRefusal }: JobListener): void {
  switch (report.type) {
    case 'progress':
      onAdvance(report.index, report.nowSeconds);
      return;
    case 'record':
      onRecord(report.index, report.record);
      return;
    case 'refused':
      if (onRefusal === undefined) throw new Error(report.message);
      onRefusal(report.index);
      return;
    case 'fault':
      throw Object.assign(new Error(report.message), { stack: report.stack });
  }
}
