import type { Edge } from '../../scenarios/index.ts';
import type { FaultInForce } from './designs-over-time.ts';

/** What a network partition does to calls over an edge. */
export type Cut =
  | { readonly mode: 'refuse' }
  /** Calls hang; those without a time-out until `healsNs`. */
  | { readonly mode: 'drop'; readonly healsNs: number };

/** The cut of an edge by the faults in force, or null. A refusal tells more than silence, and wins. */
export function cutOf(edge: Edge, faults: readonly FaultInForce[]): Cut | null {
  let healsNs = -1;
  for (const { entry, ended } of faults) {
    if (entry.kind !== 'network-partition' || entry.target !== edge.id || ended) continue;
    if (entry.mode === 'refuse') return { mode: 'refuse' };
    healsNs = Math.max(healsNs, (entry.atSeconds + (entry.durationSeconds ?? Infinity)) * 1e9);
  }
  return healsNs < 0 ? null : { mode: 'drop', healsNs };
}
