import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Selector, StationGroup } from '../compile/steps.ts';
import { stretch } from '../faults/slow-steps.ts';
import type { NodeContext } from './component.ts';
import { rewritesRanges } from './schema-change.ts';
import { replicaStates, type ReplicaState } from './ring-state.ts';

/** Which range, and the name of the draws. Default: any range. */
interface Where {
  readonly at?: Selector;
  readonly stream?: string;
}

/** How a coordinator reads and writes a range of the ring, as far as the ring knows who is there. */
export interface RingAccess {
  /** Asks one replica. */
  read(p: ProcedureBuilder, where: Where): void;
  /** Writes to all replicas, and waits for the `needed`-th answer. */
  write(p: ProcedureBuilder, needed: number, where: Where): void;
}

const constant = (ms: number): Distribution => ({ distribution: 'constant', ms });

export function ringAccess(node: NodeContext<ConfigOf<'PostDB'>>, station: StationGroup): RingAccess {
  const { config } = node;
  const { replicas, joiningPartitions, streamingFactor } = config;
  // Whoever streams ranges to nodes that join, or rewrites its own, has less of itself for requests.
  const busy = rewritesRanges(node) || joiningPartitions > 0 ? streamingFactor : 1;
  const readDemand = stretch(config.readDemand, busy);
  const writeDemand = stretch(config.writeDemand, busy);
  const states = replicaStates(node.faults, config);
  if (states.every((state) => state === 'up'))
    return {
      read: (p, where) => void p.visit(station, readDemand, where),
      write: (p, needed, where) =>
        void p.visit(station, writeDemand, { ...where, touched: replicas, needed }),
    };

  const inState = (...wanted: readonly ReplicaState[]): readonly number[] =>
    states.flatMap((state, replica) => (wanted.includes(state) ? [replica] : []));
  const there = inState('up', 'replaying');
  const suspects = inState('suspect');
  const replaying = inState('replaying');
  /** Nobody answers, and the coordinator does not know why. */
  const waitInVain = (p: ProcedureBuilder): void => {
    p.delay(constant(config.requestTimeoutMs), 'service', 'timeout').fail('timeout');
  };

  return {
    read(p, where) {
      if (there.length === 0) {
        if (suspects.length === 0) p.fail('unavailable');
        else waitInVain(p);
        return;
      }
      // Whoever asked a replica that is gone asks another one after a while.
      if (suspects.length > 0)
        p.chance(
          suspects.length / (suspects.length + there.length),
          (q) => q.delay(constant(config.speculativeRetryMs), 'retry', 'speculative'),
          () => {},
          'suspect',
        );
      p.visit(station, readDemand, { ...where, among: there });
    },
    write(p, needed, where) {
      // A coordinator that knows of too few replicas refuses before anything is written.
      if (there.length + suspects.length < needed) {
        p.fail('unavailable');
        return;
      }
      const answers = Math.min(needed, there.length);
      if (there.length > 0)
        p.visit(station, writeDemand, { ...where, among: there, touched: there.length, needed: answers });
      for (const replica of replaying)
        p.chance(
          config.hintReplayRatio,
          (q) =>
            q.detach((hint) =>
              hint.visit(station, writeDemand, { ...where, among: [replica], stream: 'hint' }),
            ),
          () => {},
          'hint',
        );
      if (answers < needed) waitInVain(p);
    },
  };
}
