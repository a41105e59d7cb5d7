import { applySet, type Node, type Scenario, type TimelineEntry } from '../../scenarios/index.ts';
import { toNs } from '../statistics/index.ts';

/** A stretch of the run in which neither the design nor any fault changes, from `fromSeconds` on. */
export interface DesignAt {
  readonly fromSeconds: number;
  readonly scenario: Scenario;
  /** In the order of the timeline. */
  readonly faults: readonly FaultInForce[];
}

export interface FaultInForce {
  readonly entry: TimelineEntry;
  readonly elapsedSeconds: number;
  readonly ended: boolean;
  /** By node id, where a component gave any: how many of its transitions have passed. */
  readonly transitions: ReadonlyMap<string, number>;
}

/** What the components of a node make of an entry: instants after its start, s, at which they change. */
export type TransitionsOf = (entry: TimelineEntry, node: Node, scenario: Scenario) => readonly number[];

/** These change what requests do while they last, whether or not a component says more about them. */
const faultKinds: ReadonlySet<TimelineEntry['kind']> = new Set([
  'kafka-outage',
  'redis-node-loss',
  'slow-node',
  'network-partition',
  'zone-loss',
  'disk-full',
]);

type SetEntry = TimelineEntry & { readonly kind: 'set' };

/**
 * Cuts the run into stretches: at each `set` and its undoing, at the start and the end of each fault,
 * and at each transition that a component makes of them in between or afterwards. The first begins at 0.
 */
export function designsOverTime(scenario: Scenario, transitionsOf: TransitionsOf): readonly DesignAt[] {
  const endNs = toNs(scenario.run.durationSeconds);
  const sets = scenario.timeline
    .filter((entry): entry is SetEntry => entry.kind === 'set')
    .sort((a, b) => a.atSeconds - b.atSeconds);
  const designs = new Map<string, Scenario>([['', scenario]]);
  const designAt = (ns: number): Scenario => {
    const inForce = sets.filter((entry) => lasts(entry, ns));
    const key = inForce.map((entry) => entry.id).join(' ');
    let design = designs.get(key);
    if (design === undefined) {
      design = inForce.reduce((changed, entry) => applySet(changed, { [entry.path]: entry.value }), scenario);
      designs.set(key, design);
    }
    return design;
  };
  const faults = scenario.timeline
    .filter((entry) => entry.kind !== 'set')
    .map((entry) => planFault(entry, designAt(toNs(entry.atSeconds)), transitionsOf))
    .filter((fault) => fault !== null);

  const instants = new Set([0]);
  for (const entry of sets) {
    const { nodes } = designAt(toNs(entry.atSeconds)).design;
    const later = nodes.flatMap((node) => transitionsOf(entry, node, designAt(toNs(entry.atSeconds))));
    for (const ns of [...startAndEnd(entry), ...later.map((s) => toNs(entry.atSeconds + s))])
      instants.add(ns);
  }
  for (const fault of faults) for (const ns of fault.instants) instants.add(ns);
  return [...instants]
    .filter((ns) => ns < endNs)
    .sort((a, b) => a - b)
    .map((ns) => ({
      fromSeconds: ns / 1e9,
      scenario: designAt(ns),
      faults: faults.filter((fault) => ns >= fault.fromNs && ns < fault.untilNs).map((f) => faultAt(f, ns)),
    }));
}

interface Fault {
  readonly entry: TimelineEntry;
  readonly fromNs: number;
  /** When its last effect is over. */
  readonly untilNs: number;
  readonly instants: readonly number[];
  /** By node id: instants, ns. */
  readonly transitions: ReadonlyMap<string, readonly number[]>;
}

/** Null: an entry that changes nothing about the design, and acts by itself. */
function planFault(entry: TimelineEntry, design: Scenario, transitionsOf: TransitionsOf): Fault | null {
  const transitions = new Map<string, readonly number[]>();
  for (const node of design.design.nodes) {
    const seconds = transitionsOf(entry, node, design);
    if (seconds.length > 0)
      transitions.set(
        node.id,
        seconds.map((s) => toNs(entry.atSeconds + s)),
      );
  }
  if (transitions.size === 0 && !faultKinds.has(entry.kind)) return null;
  const instants = [...startAndEnd(entry), ...[...transitions.values()].flat()];
  const untilNs = entry.durationSeconds === null ? Infinity : Math.max(...instants);
  return { entry, fromNs: toNs(entry.atSeconds), untilNs, instants, transitions };
}

function faultAt({ entry, fromNs, transitions }: Fault, ns: number): FaultInForce {
  return {
    entry,
    elapsedSeconds: (ns - fromNs) / 1e9,
    ended: !lasts(entry, ns),
    transitions: new Map([...transitions].map(([id, at]) => [id, at.filter((t) => t <= ns).length])),
  };
}

function startAndEnd(entry: TimelineEntry): readonly number[] {
  const { atSeconds, durationSeconds } = entry;
  return durationSeconds === null ? [toNs(atSeconds)] : [toNs(atSeconds), toNs(atSeconds + durationSeconds)];
}

function lasts(entry: TimelineEntry, ns: number): boolean {
  const [from, until] = startAndEnd(entry);
  return ns >= from! && (until === undefined || ns < until);
}
