import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { StationGroup } from '../compile/steps.ts';
import { FAILURE } from '../engine/program.ts';
import type { NodeContext } from './component.ts';

type Settings = NonNullable<ConfigOf<'FeedService'>['shedding'] | ConfigOf<'UploadService'>['shedding']>;

/** Register that holds the instance, and that which holds when the request came, us modulo 2^31, until it has a thread. */
const INSTANCE = 0;
const ARRIVED = 2;
const WRAP = 2 ** 31;

/** Holds a thread of the request's instance while the body runs. */
export type ThreadHold = (
  p: ProcedureBuilder,
  operation: string,
  body: (p: ProcedureBuilder) => void,
) => void;

/**
 * Threads that refuse a request which has waited too long for one (Maurer, Fail at Scale, ACM Queue
 * 2015): longer than `intervalMs`, or than `targetMs` when no request has found a free thread for
 * `intervalMs`. Judged when the thread takes the request, so that refusing costs no thread time.
 */
export function threadsOf(node: NodeContext, threads: StationGroup, shedding: Settings | null): ThreadHold {
  if (shedding === null) return (p, _operation, body) => void p.hold(threads, {}, body);
  const { targetMs, intervalMs } = shedding;
  const spared: readonly string[] = shedding.spared;
  const shed = node.counter('shedPerSecond', 'perSecond');
  const arrive = node.native('arrive', (run) => (frame) => Math.floor(run.time(frame) / 1e3) % WRAP);
  const judge = node.native('judge', (run) => {
    const emptyAt = run.state(`${node.id}/queue-empty`, () => new Float64Array(threads.count));
    return (frame) => {
      const now = run.time(frame);
      const instance = run.register(frame, INSTANCE);
      const waitedUs = (Math.floor(now / 1e3) - run.register(frame, ARRIVED)) % WRAP;
      const waitedMs = (waitedUs < 0 ? waitedUs + WRAP : waitedUs) / 1e3;
      if (waitedMs === 0) emptyAt[instance] = now;
      const overloaded = now - emptyAt[instance]! > intervalMs * 1e6;
      if (waitedMs <= (overloaded ? targetMs : intervalMs)) return 0;
      run.count(shed, 1);
      return -FAILURE.rejected;
    };
  });
  return (p, operation, body) => {
    if (spared.includes(operation)) return void p.hold(threads, {}, body);
    p.native(arrive, { into: ARRIVED }).hold(threads, {}, (q) => body(q.native(judge)));
  };
}
