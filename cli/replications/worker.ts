import { parentPort, workerData } from 'node:worker_threads';
import { compile } from '../../simulator/index.ts';
import type { Assignment, Report, WorkerData } from './protocol.ts';
import { runToEnd } from './run.ts';

/** A worker compiles once and then runs one replication after the other, as they are assigned. */
if (parentPort === null) throw new Error('replications/worker.ts runs as a worker thread');
const port = parentPort;
const model = compile((workerData as WorkerData).scenario);
const progressIntervalMs = 200;

port.on('message', ({ index, seed }: Assignment) => {
  let reportedAtMs = performance.now();
  const send = (report: Report): void => {
    port.postMessage(report);
  };
  try {
    const record = runToEnd(model, seed, ({ nowSeconds }) => {
      if (performance.now() - reportedAtMs < progressIntervalMs) return;
      reportedAtMs = performance.now();
      send({ type: 'progress', index, nowSeconds });
    });
    send({ type: 'record', index, record });
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    send({ type: 'fault', index, message, stack });
  }
});
