import type { Arrivals, Edge, Scenario, TimelineEntry } from '../../scenarios/index.ts';
import type { ComponentLayout, FlowLayout } from '../statistics/index.ts';
import type { EventEffect } from '../components/component.ts';
import type { ControlContext, NativeContext, NativeFunction } from './native.ts';
import type { Program } from './program.ts';

/** A compiled scenario: data and component functions, shared by any number of runs. */
export interface Model {
  readonly scenario: Scenario;
  readonly flows: readonly FlowLayout[];
  /** By flow: the component that its requests come from. */
  readonly origins: readonly number[];
  readonly components: readonly ComponentLayout[];
  readonly stations: readonly StationSpec[];
  readonly edges: readonly Edge[];
  readonly balancers: readonly BalancerSpec[];
  readonly logs: readonly LogSpec[];
  readonly limiters: readonly LimiterSpec[];
  readonly natives: readonly ((run: NativeContext) => NativeFunction)[];
  /** Component and index within `ComponentLayout.counters` of each counter; hits are -1, misses -2. */
  readonly counters: readonly { readonly component: number; readonly index: number }[];
  readonly program: Program;
  /** The design at the start, then after each `set`, fault and transition of the timeline, in time order. */
  readonly variants: readonly Variant[];
  /** Requests traced for the time ledger: those whose key is 0 modulo this power of two. */
  readonly traceModulus: number;
  /** The same scenario with one more entry in its timeline, compiled in the same way. */
  readonly withEntry: (entry: TimelineEntry) => Model;
}

/** How much of the tables of a model there is; they only grow from variant to variant. */
export interface Extent {
  readonly code: number;
  readonly natives: number;
  readonly edges: number;
}

/** A stretch of the run in which the timeline changes nothing. */
export interface Variant {
  readonly fromSeconds: number;
  readonly scenario: Scenario;
  readonly sources: readonly SourceSpec[];
  readonly roots: ReadonlyMap<string, { readonly entry: number; readonly flow: number }>;
  readonly controls: readonly ControlSpec[];
  /** Positions of the instructions at which frames wait for a server to hold, by name. */
  readonly waitingPlaces: ReadonlyMap<string, number>;
  /** What this variant and those before it use of the model's tables. */
  readonly extent: Extent;
  /** What an entry of the timeline does, by node. */
  readonly effects: (
    entry: TimelineEntry,
  ) => readonly { readonly node: string; readonly effect: EventEffect }[];
  /** Positions of the points at which frames take up this design (ProcedureBuilder.reenter), by number. */
  readonly points: readonly (number | undefined)[];
  /** Servers by station. */
  readonly servers: readonly number[];
  readonly workers: readonly number[];
  /** By log: what a change of its workers by the timeline goes through; undefined: it happens at once. */
  readonly resizes: readonly (((run: NativeContext, workers: number) => void) | undefined)[];
  readonly limits: readonly { readonly readsPerSecond: number; readonly writesPerSecond: number }[];
}

/** A control loop of a component. */
export interface ControlSpec {
  /** Unique in the design. */
  readonly name: string;
  readonly periodNs: number;
  readonly make: (run: ControlContext) => () => void;
}

export interface SourceSpec {
  readonly name: string;
  readonly node: string;
  readonly flow: string;
  readonly entry: number;
  readonly flowIndex: number;
  readonly arrivals: Arrivals;
}

export interface StationSpec {
  readonly name: string;
  readonly component: number;
  readonly servers: number;
  readonly mode: 'recursion' | 'tokens' | 'sharing';
  readonly counts: 'servers' | 'cpu' | 'hidden';
  /** Row of `shards[]`, or -1. */
  readonly shard: number;
  /** Waiting places; Infinity: no limit. */
  readonly queueCapacity: number;
  readonly priorities: number;
}

export interface BalancerSpec {
  readonly policy: 'round-robin' | 'least-connections' | 'power-of-two' | 'random';
  readonly instances: number;
}

export interface LogSpec {
  readonly name: string;
  /** Component whose backlog and lag this is. */
  readonly stream: number;
  readonly partitions: number;
  readonly workers: number;
  readonly maximumWorkers: number;
  readonly batch: number;
  readonly capacity: number;
  /** Station whose servers the workers are, for utilisation, queue and waits. */
  readonly station: number;
}

export interface LimiterSpec {
  readonly component: number;
  readonly names: readonly string[];
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  readonly queueNs: number;
}
