import type { TimelineEntry } from '../../scenarios/index.ts';
import type { FaultBand } from './protocol.ts';

/** A decaying event counts as going on for three half-lives: an eighth of it is left then. */
const halfLivesOfAnEvent = 3;

/** When a timeline entry begins and ends, as the phases of the result do. */
export function faultBand(entry: TimelineEntry): FaultBand {
  const lastsSeconds =
    entry.durationSeconds ?? (entry.kind === 'whale-post' ? halfLivesOfAnEvent * entry.halfLifeSeconds : 0);
  return {
    id: entry.id,
    kind: entry.kind,
    fromSeconds: entry.atSeconds,
    toSeconds: entry.atSeconds + lastsSeconds,
  };
}
