import type { DrawnRequests } from '../../scenarios/sampling/index.ts';
import type { StationGroup } from '../compile/steps.ts';

/**
 * What a component's own functions may use at run time. A native function gets the frame's handle and
 * returns a number for a register, or -code of a failure (FAILURE).
 */
export interface NativeFunction {
  (frame: number): number;
  /** Of a function that only draws, what it draws: the kernel does it without a call where that is all (choices.ts). */
  readonly choice?: Choice;
}

export type Choice = KeyChoice | NumberChoice | BitsChoice;

/** A weighted draw of a key, and where it lies. */
export interface KeyChoice {
  readonly kind: 'key';
  /** By column, the 32-bit draws below which it stands for itself, and what is chosen by the others (`aliasTable`). */
  readonly table: Uint32Array;
  readonly stream: number;
  /** What is chosen from this number on has no key of its own. */
  readonly keys: number;
  /** Place of each key. */
  readonly placed: Int32Array;
  /** Limiter of the keys. */
  readonly limiter: number;
  /** Places in all: what has no key lies in one of them, drawn uniformly. */
  readonly places: number;
}

/** A weighted draw of a number from 0 on, which is the function's value. */
export interface NumberChoice {
  readonly kind: 'number';
  readonly stream: number;
  /** Chance of each number or a lower one. */
  readonly cumulative: readonly number[];
  /** A frame in which this register is not 0 is the function's. */
  readonly unless: number;
}

/** Bits that a function may draw: the lowest of a register, which is never negative. */
export const MOST_BITS = 31;

/** The function's value is the register, with each bit added that is drawn by its own chance. */
export interface BitsChoice {
  readonly kind: 'bits';
  /** Draw number i of it is that of bit i. */
  readonly stream: number;
  readonly register: number;
  /** Bit i is drawn in `among.values[i]` of so many cases; up to the first that is negative, or MOST_BITS. */
  readonly of: number;
  readonly among: SharedNumbers;
}

/** Numbers that the kernel sees, too. */
export interface SharedNumbers {
  /** Address, bytes. */
  readonly at: number;
  /** Anew after each growth of the memory. */
  readonly values: Float64Array;
}

export interface NativeContext {
  /** The time of the event being handled, ns. */
  now(): number;
  /** The frame's own time, ns: that of its step. */
  time(frame: number): number;
  /** State that belongs to this run, by name: it survives changes of the design by the timeline. */
  state<T>(name: string, make: () => T): T;
  /** Zeros, as many as are asked for. */
  numbers(length: number): SharedNumbers;
  /** A 32-bit draw of the frame's own stream; `index` numbers draws of one stream. */
  draw(frame: number, stream: number, index: number): number;
  register(frame: number, register: number): number;
  setRegister(frame: number, register: number, value: number): void;
  /** Number of the present attempt of the call that a frame makes (`each` of ProcedureBuilder.call); 0: the first. */
  attempt(frame: number): number;
  /** Code of the failure (FAILURE) on which a frame is about to leave its block; 0: none. For `ensure`. */
  failure(frame: number): number;
  /** When the request of a frame began, ns. */
  startNs(frame: number): number;
  /** Counts a success of a flow (NodeContext.flow) that lasted from `sinceNs` until now, and had no frame of its own. */
  sample(flow: number, sinceNs: number): void;
  /** Adds to a counter of a component. */
  count(counter: number, amount: number): void;
  /** Does something `delayNs` from now, once. */
  after(delayNs: number, action: () => void): void;
  /** What the protocol of a consumer group does to the workers of a log (NodeContext.log). */
  readonly consumers: ConsumerControl;
  /** Says how many instances of a component take requests from now on, as its registry knows them. */
  serving(component: string, instances: number): void;
  /** Adds a key to a limiter; returns its number. */
  addKey(limiter: number, name: string): number;
  /** Starts one request of a root now; register 1 is `register`. The name keys its draws. */
  start(options: { readonly name: string; readonly root: string; readonly register: number }): void;
  /** Starts requests of a root from now on, Poisson at `ratePerSecond(t)`, bounded by `maximumRate`. */
  addSource(
    options: DrawnRequests & { readonly name: string; readonly root: string; readonly register: number },
  ): void;
}

export interface ConsumerControl {
  /** Workers that there are, those included that are down. */
  count(log: number): number;
  isUp(log: number, worker: number): boolean;
  /** The worker is gone: what it had in hand is to be delivered again. Its partitions stay its own until `assign`. */
  stop(log: number, worker: number): void;
  /** The worker takes nothing new; it finishes what it has in hand. */
  retire(log: number, worker: number): void;
  /** The worker is back, with the partitions that it had, and takes from them when it is told of more. */
  start(log: number, worker: number): void;
  /** The same, and it goes on at once. */
  resume(log: number, worker: number): void;
  /** Changes the number of workers; what one that goes has in hand is delivered again. Partitions stay where they are, or feed nobody. */
  resize(log: number, workers: number): void;
  /** Nothing is taken from the partition until each of its stalls has ended. */
  stall(log: number, partition: number): void;
  endStall(log: number, partition: number): void;
  /** Hands the partitions out anew among the workers that are up. */
  assign(log: number): void;
  /** How the partitions are to be owned by those that are up, with as few moves as possible; -1: nobody is up. */
  plan(log: number): readonly number[];
  /** The worker that a partition feeds; -1: none. */
  owner(log: number, partition: number): number;
  /** The partition feeds this worker from now on; -1: none. */
  give(log: number, partition: number, worker: number): void;
  /** Does the log hold as many messages as it may? */
  isFull(log: number): boolean;
  /**
   * Drops the message that has waited longest, where one waits: its frame goes on behind the APPEND with
   * -1 as its worker.
   */
  dropOldest(log: number): void;
}

/**
 * What a control loop (NodeContext.every) may see and do: an autoscaler, a health check, a switch that
 * sheds load. Ratios and counts are over the time since the loop's previous turn.
 */
export interface ControlContext extends NativeContext {
  /** Share of the servers of a group, or of one of its stations, that were occupied. NaN without servers. */
  busyRatio(group: StationGroup, index?: number): number;
  /** Jobs that wait now. Only of groups with tokens: `held`, `elastic`, or with a finite queue. */
  queueLength(group: StationGroup, index?: number): number;
  /** Messages of a log that are accepted and not yet done, now. */
  backlog(log: number): number;
  /** Age of the oldest of them, s; 0 when there is none. */
  lagSeconds(log: number): number;
  /** What was added to a counter. */
  counterSince(counter: number): number;
  /** Changes the servers of each station of an `elastic` or `held` group, or of one of them. */
  setServers(group: StationGroup, servers: number, index?: number): void;
}
