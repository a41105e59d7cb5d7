import type { ConfigOf, TimelineEntry } from '../../scenarios/index.ts';
import { ZONES } from '../faults/active-fault.ts';

type StreamConfig = ConfigOf<'UploadStream'>;

/**
 * Partitions in groups: group g are those whose preferred leader is broker g, partitions g, g + brokers,
 * and so on. Its replicas are on broker g and the brokers after it.
 */
interface GroupState {
  /** Enough replicas are in sync: a publish with acks=all is acknowledged. */
  readonly writable: boolean;
  /** There is a leader to fetch from. */
  readonly readable: boolean;
  /** The broker that leads the group; the preferred one when nobody does. */
  readonly leader: number;
}

interface Stretch {
  readonly fromNs: number;
  readonly groups: readonly GroupState[];
}

/** From and until, s; a broker that comes back needs its start besides. */
type Span = readonly [from: number, until: number];

/** Does the entry do anything to the brokers of this stream? */
export function concernsBrokers(entry: TimelineEntry, stream: string): boolean {
  switch (entry.kind) {
    case 'kafka-outage':
      return entry.target === null || entry.target === stream;
    case 'disk-full':
      return entry.target === stream;
    case 'zone-loss':
      return true;
    default:
      return false;
  }
}

/** From the loss of a broker until the controller has fenced it and leaders have moved, s. */
export function fencingSeconds(config: StreamConfig, controllerLost: boolean): number {
  // The last heartbeat was half an interval ago on average.
  const session = config.brokerSessionTimeoutSeconds - config.brokerHeartbeatSeconds / 2;
  // A new controller knows of no heartbeat yet and gives every broker a whole session.
  return controllerLost ? config.controllerFailoverSeconds + config.brokerSessionTimeoutSeconds : session;
}

/** Seconds after an entry's end until the brokers that it stopped work again; 0 where it stopped none. */
export function recoverySeconds(config: StreamConfig, entry: TimelineEntry): number {
  return entry.kind === 'disk-full' ? 0 : config.brokerStartSeconds;
}

/**
 * What the brokers of a stream can do over the run, from the faults of the timeline: who leads which
 * partitions, and which of them take writes. A broker that stops still counts as leader and as in
 * sync until it is fenced, so that its partitions stall; afterwards the next replica leads, and writes
 * go on while at least `minInSyncReplicas` are there.
 */
export class BrokerAvailability {
  private readonly stretches: readonly Stretch[];
  private readonly brokers: number;

  constructor(config: StreamConfig, stream: string, timeline: readonly TimelineEntry[]) {
    this.brokers = config.brokers;
    const entries = timeline.filter((entry) => concernsBrokers(entry, stream));
    const down = Array.from({ length: config.brokers }, (_, broker) =>
      union(entries.filter((entry) => stops(entry, broker)).map((entry) => spanOf(config, entry))),
    );
    const full = entries.filter((entry) => entry.kind === 'disk-full').map((entry) => spanOf(config, entry));
    const fence = (from: number): number => {
      const controllerLost =
        config.controllers === 'brokers' && down[0]!.some(([a, b]) => a <= from && from < b);
      return from + fencingSeconds(config, controllerLost);
    };
    const instants = new Set([0]);
    for (const [from, until] of [...down.flat(), ...full]) {
      instants.add(from).add(until);
      if (fence(from) < until) instants.add(fence(from));
    }
    const stateOf = (broker: number, at: number): 'up' | 'silent' | 'fenced' => {
      const span = down[broker]!.find(([from, until]) => from <= at && at < until);
      if (span === undefined) return 'up';
      return at < fence(span[0]) ? 'silent' : 'fenced';
    };
    this.stretches = [...instants]
      .filter((at) => at < Infinity)
      .sort((a, b) => a - b)
      .map((at) => {
        const states = down.map((_, broker) => stateOf(broker, at));
        const diskFull = full.some(([from, until]) => from <= at && at < until);
        return {
          fromNs: Math.round(at * 1e9),
          groups: states.map((_, group) => groupState(config, states, group, diskFull)),
        };
      });
  }

  /** Instants after `nowNs` at which something changes, ns. */
  changesAfter(nowNs: number): readonly number[] {
    return this.stretches.map((stretch) => stretch.fromNs).filter((at) => at > nowNs);
  }

  /** The state of a partition's group. */
  partition(partition: number, nowNs: number): GroupState {
    return this.stretches[this.indexAt(nowNs)]!.groups[partition % this.brokers]!;
  }

  /** How long a publish to the partition has to wait, ns; Infinity: to the end. */
  waitToWrite(partition: number, nowNs: number): number {
    const group = partition % this.brokers;
    for (let i = this.indexAt(nowNs); i < this.stretches.length; i++) {
      const stretch = this.stretches[i]!;
      if (stretch.groups[group]!.writable) return Math.max(0, stretch.fromNs - nowNs);
    }
    return Infinity;
  }

  private indexAt(nowNs: number): number {
    let index = 0;
    while (index + 1 < this.stretches.length && this.stretches[index + 1]!.fromNs <= nowNs) index++;
    return index;
  }
}

function groupState(
  config: StreamConfig,
  states: readonly ('up' | 'silent' | 'fenced')[],
  group: number,
  diskFull: boolean,
): GroupState {
  const count = Math.min(config.replicationFactor, states.length);
  const replicas = Array.from({ length: count }, (_, i) => (group + i) % states.length);
  const inSync = replicas.filter((broker) => states[broker] !== 'fenced');
  const leader = inSync[0];
  const enough = inSync.length >= Math.min(config.minInSyncReplicas, count);
  return {
    leader: leader ?? group,
    readable: leader !== undefined && states[leader] === 'up',
    writable: enough && !diskFull && inSync.every((broker) => states[broker] === 'up'),
  };
}

function stops(entry: TimelineEntry, broker: number): boolean {
  if (entry.kind === 'kafka-outage') return broker < (entry.brokers ?? Infinity);
  return entry.kind === 'zone-loss' && broker % ZONES === entry.zone;
}

function spanOf(config: StreamConfig, entry: TimelineEntry): Span {
  const end = entry.atSeconds + (entry.durationSeconds ?? Infinity);
  return [entry.atSeconds, end + recoverySeconds(config, entry)];
}

function union(spans: readonly Span[]): readonly Span[] {
  const merged: [number, number][] = [];
  for (const [from, until] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until);
    else merged.push([from, until]);
  }
  return merged;
}
