import type { ConfigOf, TimelineEntry } from '../../scenarios/index.ts';
import { ZONES, type ActiveFault } from '../faults/active-fault.ts';

type PostDBConfig = ConfigOf<'PostDB'>;

const LN_10 = 2.302585092994046;

/**
 * What the ring knows of a replica. `suspect`: it is gone, and nobody knows yet, so that it is counted
 * among those that will answer. `replaying`: it is back, and gets what it missed besides.
 */
export type ReplicaState = 'up' | 'suspect' | 'down' | 'replaying';

/**
 * Seconds from a node's last heartbeat until the others convict it. The accrual detector of Cassandra
 * takes intervals between heartbeats as exponential: phi = t / (mean interval x ln 10) (Hayashibara et
 * al., The Phi Accrual Failure Detector, SRDS 2004; org.apache.cassandra.gms.FailureDetector).
 */
export function convictionSeconds({ phiConvictThreshold, heartbeatIntervalMs }: PostDBConfig): number {
  return (phiConvictThreshold * LN_10 * heartbeatIntervalMs) / 1000;
}

/** Instants, s since the loss of a zone, at which the ring takes its replicas for something else. */
function stages(
  durationSeconds: number | null,
  config: PostDBConfig,
): readonly { readonly atSeconds: number; readonly state: ReplicaState }[] {
  const convicted = { atSeconds: convictionSeconds(config), state: 'down' } as const;
  if (durationSeconds === null) return [convicted];
  // A node that comes back starts first; what it missed until then was kept for it as hints.
  const back = durationSeconds + config.rejoinSeconds;
  const replayed = back + (config.hintReplayRatio === 0 ? 0 : back / config.hintReplayRatio);
  return [
    ...(convicted.atSeconds < back ? [convicted] : []),
    { atSeconds: back, state: 'replaying' },
    { atSeconds: replayed, state: 'up' },
  ];
}

/** Transitions of the ring after a timeline entry (`Component.transitions`). */
export function ringTransitions(entry: TimelineEntry, config: PostDBConfig): readonly number[] {
  return entry.kind === 'zone-loss'
    ? stages(entry.durationSeconds, config).map(({ atSeconds }) => atSeconds)
    : [];
}

/** State of each replica of a range: replica i of every range lies in zone i mod 3. */
export function replicaStates(faults: readonly ActiveFault[], config: PostDBConfig): readonly ReplicaState[] {
  return Array.from({ length: config.replicas }, (_, replica) => {
    const states = faults.flatMap(({ entry, transition }) =>
      entry.kind === 'zone-loss' && replica % ZONES === entry.zone
        ? [transition === 0 ? 'suspect' : stages(entry.durationSeconds, config)[transition - 1]!.state]
        : [],
    );
    return (['down', 'suspect', 'replaying'] as const).find((state) => states.includes(state)) ?? 'up';
  });
}
