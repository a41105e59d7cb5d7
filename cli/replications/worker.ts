import { parentPort } from 'node:worker_threads';
import { InputError } from '../../scenarios/index.ts';
import { compile, type Model } from '../../simulator/index.ts';
import type { Assignment, Report } from './protocol.ts';
import { runToEnd, type Progress } from './run.ts';

/** A worker compiles a scenario once and then runs it with one seed after the other, as they are assigned. */
if (parentPort === null) throw new Error('replications/worker.ts runs as a worker thread');
const port = parentPort;
const progressIntervalMs = 200;
/** Of the scenario that came last; null: it was refused. */
let model: Model | null = null;
let refusal = '';

port.on('message', ({ index, seed, requests, scenario }: Assignment) => {
  let reportedAtMs = performance.now();
  const send = (report: Report): void => {
    port.postMessage(report);
  };
  try {
    if (scenario !== undefined) {
      try {
        model = null;
        model = compile(scenario);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        refusal = error.message;
      }
    }
    if (model === null) {
      send({ type: 'refused', index, message: refusal });
      return;
    }
    const onSlice = ({ nowSeconds }: Progress): void => {
      if (performance.now() - reportedAtMs < progressIntervalMs) return;
      reportedAtMs = performance.now();
      send({ type: 'progress', index, nowSeconds });
    };
    const record = runToEnd(model, seed, onSlice, requests);
    send({ type: 'record', index, record });
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    send({ type: 'fault', index, message, stack });
  }
});
