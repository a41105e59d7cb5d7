import type { TimelineEntry, TimelineEntryOf } from '../../scenarios/index.ts';

/** A fault of the timeline as a node finds it, in a stretch of time in which nothing about it changes. */
export interface ActiveFault<Entry extends TimelineEntry = TimelineEntry> {
  readonly entry: Entry;
  /** From the start of the entry to the start of the stretch, s. */
  readonly elapsedSeconds: number;
  /** How many of the node's own transitions (`Component.transitions`) have passed. */
  readonly transition: number;
  /** The entry's duration is over, and only its after-effects go on, until its last transition. */
  readonly ended: boolean;
}

/** Availability zones of a region; what has number i lies in zone i mod 3. */
export const ZONES = 3;

interface Affected {
  readonly id: string;
  readonly faults: readonly ActiveFault[];
}

/** The faults of a kind that are in force at a node: those that name it as target, or name none. */
export function activeFaults<Kind extends TimelineEntry['kind']>(
  node: Affected,
  kind: Kind,
): readonly ActiveFault<TimelineEntryOf<Kind>>[] {
  return node.faults.filter(
    (fault): fault is ActiveFault<TimelineEntryOf<Kind>> =>
      fault.entry.kind === kind && targets(fault.entry, node.id),
  );
}

/** The first of them in the order of the timeline, or null. */
export function activeFault<Kind extends TimelineEntry['kind']>(
  node: Affected,
  kind: Kind,
): ActiveFault<TimelineEntryOf<Kind>> | null {
  return activeFaults(node, kind)[0] ?? null;
}

function targets(entry: TimelineEntry, id: string): boolean {
  return !('target' in entry) || entry.target === null || entry.target === id;
}

/** Is what has this number in a zone that is gone? */
export function inLostZone(faults: readonly ActiveFault[], index: number): boolean {
  return faults.some(
    ({ entry, ended }) => entry.kind === 'zone-loss' && !ended && index % ZONES === entry.zone,
  );
}

/** How many of `count` alike things are in a zone that is gone. */
export function countInLostZones(faults: readonly ActiveFault[], count: number): number {
  let lost = 0;
  for (let i = 0; i < count; i++) if (inLostZone(faults, i)) lost++;
  return lost;
}

/** Servers that a pool of them has left in the zones that are there. */
export function serversLeft(node: Affected, servers: number): number {
  return servers - countInLostZones(node.faults, servers);
}

/** How many of a node's workers an entry of the timeline stops. */
export function workersStopped(entry: TimelineEntry, node: string, workers: number): number {
  if (entry.kind === 'workers-crash') return entry.target === node ? (entry.workers ?? workers) : 0;
  if (entry.kind !== 'zone-loss') return 0;
  return Math.floor((workers + ZONES - 1 - entry.zone) / ZONES);
}
