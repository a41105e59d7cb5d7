import type {
  Arrivals,
  Distribution,
  Edge,
  Node,
  Population,
  Scenario,
  TimelineEntry,
} from '../../scenarios/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { StationGroup } from '../compile/steps.ts';
import type { ControlContext, NativeFunction, NativeContext } from '../engine/native.ts';
import type { ActiveFault } from '../faults/active-fault.ts';

/**
 * How a kind behaves: one file a kind in this folder, one line in index.ts.
 *
 * `build` is called once for each node. It asks the context for what the node owns (stations,
 * counters, logs, ...) and returns what the node can be asked to do: one procedure an operation.
 * Procedures are written later, when every node is there, so that a step may depend on neighbours.
 */
export interface Component<Config = unknown> {
  readonly kind: string;
  build(node: NodeContext<Config>): Behaviour;
  /**
   * Seconds after an entry's start at which a node of this kind behaves differently again: a fail-over,
   * a fenced broker, the end of a rewrite. `build` is called anew for each, and finds in
   * `NodeContext.faults` how far things are; they may lie after the end of the entry. `node` and
   * `scenario` are as they are when the entry begins.
   */
  transitions?(
    entry: TimelineEntry,
    node: Omit<Node, 'config'> & { readonly config: Config },
    scenario: Scenario,
  ): readonly number[];
}

export interface Behaviour {
  /** Instances that a load balancer may choose from: register 0 of every operation. Default 1. */
  readonly instances?: number;
  /** Register in which operations keep the shard that a request is at, once they know it. Default: that of the instance. */
  readonly unitRegister?: number;
  /** Operations that fail as `unavailable` while the disk is full (`disk-full`). Default: none. */
  readonly writes?: readonly string[];
  /** What callers may ask for. A generic caller asks for `call`, with `read` or `write` where there is a difference. */
  readonly operations: Readonly<Record<string, (p: ProcedureBuilder) => void>>;
  /** Told of every timeline entry, at its time; for faults and posts that concern the kind. */
  readonly onEvent?: (entry: TimelineEntry) => EventEffect | null;
}

/** What a timeline entry does to a node while it lasts. */
export type EventEffect =
  | { readonly effect: 'crash-workers'; readonly log: number; readonly workers: number }
  | {
      readonly effect: 'scale-arrivals';
      readonly flows: readonly string[] | null;
      readonly multiplier: number;
    }
  | {
      readonly effect: 'call';
      readonly begin: (run: NativeContext) => void;
      readonly end: (run: NativeContext) => void;
    };

/** A neighbour: the edge and who is at its other end. */
export interface Neighbour {
  readonly edge: Edge;
  readonly node: Node;
}

export type CounterReport = 'perSecond' | 'count' | 'ratio' | 'level';

/** What a node may ask for while it is built, and look up while its procedures are written. */
export interface NodeContext<Config = unknown> {
  readonly id: string;
  /** Complete and validated. */
  readonly config: Config;
  /** The configurations that the node has had since the run began, by the second from which on: the present one last. */
  readonly configs: readonly { readonly fromSeconds: number; readonly config: Config }[];
  /** Index of the component; `LedgerCell.component`. */
  readonly index: number;
  readonly population: Population;
  readonly timeline: readonly TimelineEntry[];
  /** What of the timeline is in force in the stretch of time that is being compiled; see simulator/faults. */
  readonly faults: readonly ActiveFault[];
  /** The whole design, for what depends on more than neighbours. */
  readonly design: Scenario['design'];
  /** When that stretch begins, s. */
  readonly fromSeconds: number;
  /** Edges out of this node, in file order, and into it. */
  readonly targets: readonly Neighbour[];
  readonly sources: readonly Neighbour[];
  /** Targets of one kind. */
  targetsOf(kind: string): readonly Neighbour[];
  /** Does that node offer the operation? */
  offers(node: string, operation: string): boolean;

  /**
   * Stations: `count` alike groups (instances, shards, partitions), each of `servers` servers.
   * `servers` counts for utilisation, `cpu` for cpuUtilization, `hidden` for neither. `shards`: each
   * of the count is a row of `shards[]`. `held`: tokens, which steps can hold (threads, connections).
   * `elastic`: the number of servers may change while a run goes on (`ControlContext.setServers`).
   */
  stations(
    name: string,
    options: {
      readonly count?: number;
      readonly replicas?: number;
      readonly servers: number;
      readonly counts: 'servers' | 'cpu' | 'hidden';
      readonly shards?: boolean;
      /** Row of `shards[]` of the first of the count; default 0. */
      readonly firstShard?: number;
      readonly discipline?: 'fcfs' | 'priority' | 'processor-sharing';
      readonly queueCapacity?: number | null;
      readonly held?: boolean;
      readonly elastic?: boolean;
    },
  ): StationGroup;

  /** A counter that becomes a figure of the component. */
  counter(name: string, report: CounterReport, of?: number): number;
  /** The counters behind `hitRatio`. */
  readonly hits: number;
  readonly misses: number;
  /** The counter behind `throughputPerSecond`, for what a component does without a station that would count it. */
  readonly finished: number;

  /** A function of the component's own that programs call (ProcedureBuilder.native). Made anew for each run. */
  native(name: string, make: (run: NativeContext) => NativeFunction): NativeRef;

  /**
   * A control loop: what `make` returns is called every `periodSeconds` (from 0.01; on the grid of that
   * period since the start of the run, not at 0), between events, after what the timeline has for that
   * instant. Made anew for each stretch of the run: what is to last goes into `run.state`.
   */
  every(periodSeconds: number, name: string, make: (run: ControlContext) => () => void): void;

  /** Chooses among the instances of a target. */
  balancer(
    name: string,
    options: {
      readonly policy: 'round-robin' | 'least-connections' | 'power-of-two' | 'random';
      readonly instances: number;
    },
  ): number;

  /** Rates that each tracked key may not exceed; what exceeds them waits up to `queueSeconds`. Keys are numbers; `names` gives theirs. */
  limiter(
    name: string,
    options: {
      readonly names: readonly string[];
      readonly readsPerSecond: number;
      readonly writesPerSecond: number;
      readonly queueSeconds: number;
    },
  ): number;

  /**
   * A partitioned log between a stream (whose backlog and lag it counts) and this node's workers.
   * Partition i feeds worker i mod workers; a worker has one message, or one batch, in hand. The
   * name is unique among the logs between the two.
   */
  log(
    name: string,
    options: {
      /** Node id of the stream. */
      readonly stream: string;
      readonly partitions: number;
      readonly workers: number;
      /** Most workers that a control loop will ask for; default: `workers`. */
      readonly maximumWorkers?: number;
      readonly batch: number;
      /** Messages that may wait or be in work; null: no limit. */
      readonly capacity: number | null;
      /** What the workers go through when the timeline changes their number; default: nothing. */
      readonly onResize?: (run: NativeContext, workers: number) => void;
    },
  ): number;
  /** The log of that name between two nodes; for the producer's side, while procedures are written. */
  findLog(name: string, stream: string, consumer: string): number;

  /** The stations of that name of another node; while procedures are written. */
  findStations(node: string, name: string): StationGroup;
  /** Edges out of another node, in file order: whom a neighbour works with. */
  targetsOfNode(node: string): readonly Neighbour[];

  /**
   * A kind of root request: `flow` it is counted under, its steps, and steps after a success that
   * nobody waits for. `finished` is a counter that rises when it has ended, well or not. The name is unique
   * in the design: start it with the node's id.
   */
  root(
    name: string,
    options: {
      readonly flow: string;
      readonly steps: (p: ProcedureBuilder) => void;
      readonly after?: (p: ProcedureBuilder) => void;
      readonly finished?: number;
      readonly priority?: number;
      readonly think?: Distribution;
    },
  ): void;
  /** A flow that parts of requests are counted under (ProcedureBuilder.apart). */
  flow(id: string): number;
  /** Arrivals that start a root. */
  source(options: { readonly flow: string; readonly root: string; readonly arrivals: Arrivals }): void;
  /** Fails the compilation with a sentence for the user. */
  refuse(message: string, fix: string): never;
}
