import type { Distribution, Edge } from '../../scenarios/index.ts';
import type { Failure } from '../engine/program.ts';
import type { TimeCategory } from '../result.ts';
import type { Selector, StationGroup, Step } from './steps.ts';

/** A function of a component's own inside a program: see `NodeContext.native`. */
export interface NativeRef {
  readonly native: number;
}

/**
 * Writes one procedure: what a component does for one operation, step by step.
 *
 * Each method adds a step; blocks nest by callbacks. A step that fails (a call that timed out, a full
 * queue, `fail`) leaves the block: `hold` releases what it holds, `attempt` hands over to its second
 * callback, and a procedure without one answers its caller with the failure.
 *
 * A frame has three registers. Register 0 is the instance that the caller (or its load balancer)
 * chose, register 1 what the caller passed; register 2 is free. A parallel branch starts with copies.
 * Times are distributions in ms; they become integer ns.
 */
export class ProcedureBuilder {
  private steps: Step[] = [];
  private readonly used = new Map<string, number>();

  constructor(
    /** Prefix of the random streams of this procedure: `node.operation`. */
    private readonly name: string,
    private readonly component: number,
    /** Priority class of the flow that this copy of the procedure serves; 0 first. */
    readonly priority: number,
  ) {}

  /** Time that passes without holding anything shared. */
  delay(time: Distribution, category: TimeCategory = 'service', stream = 'delay'): this {
    if (time.distribution === 'constant' && time.ms === 0) return this;
    const cell = { component: this.component, category };
    return this.add({ op: 'delay', time, stream: this.stream(stream), cell });
  }

  /**
   * Waits for a server of the group, is served, and leaves it. With replicas: `touched` replicas of
   * the chosen index do the work (1: one of them, drawn), and the step ends with the `needed`-th
   * fastest answer. With `among` only those replicas are there: `touched` is 1 or all of them. Counts as `queue` and `service` of the group's component.
   */
  visit(
    group: StationGroup,
    time: Distribution,
    options: {
      readonly at?: Selector;
      readonly touched?: number;
      readonly needed?: number;
      readonly among?: readonly number[];
      readonly stream?: string;
    } = {},
  ): this {
    const touched = options.touched ?? 1;
    const needed = options.needed ?? touched;
    const among = options.among ?? null;
    if (among !== null && (needed > among.length || (touched > 1 && touched !== among.length)))
      throw new Error(`${needed} of ${touched} replicas do not fit the ${among.length} that are there.`);
    if (group.mode === 'tokens' && group.replicas > 1)
      throw new Error('Replicas of a station with events are not supported.');
    const select = options.at ?? this.anyOf(group.count);
    const stream = this.stream(options.stream ?? 'service');
    if (group.mode === 'tokens')
      return this.hold(group, { at: select, category: 'queue' }, (p) =>
        p.add({ op: 'delay', time, stream, cell: { component: group.component, category: 'service' } }),
      );
    return this.add({ op: 'visit', group, select, touched, needed, among, time, stream });
  }

  /** Occupies a server of the group (a thread, a connection) while the body runs, its calls included. */
  hold(
    group: StationGroup,
    options: { readonly at?: Selector; readonly category?: TimeCategory },
    body: (p: this) => void,
  ): this {
    if (group.mode !== 'tokens') throw new Error('Only a station with tokens can be held.');
    const select = options.at ?? this.register0();
    const category = options.category ?? 'thread';
    return this.add({
      op: 'hold',
      group,
      select,
      priority: this.priority,
      category,
      body: this.block(body),
    });
  }

  /**
   * Calls the target of an edge and waits for its answer: latency both ways, time-out, retries and
   * breaker are the edge's. `at` chooses the instance (default: uniform, of a retry among the others),
   * `pass` names the register whose value the callee finds in its register 1. `each` are steps around each
   * attempt: what chooses its instance, and what is to be done when it has ended, well or not.
   */
  call(
    edge: Edge,
    operation: string,
    options: {
      readonly at?: Selector;
      readonly pass?: number;
      readonly each?: {
        readonly before: (p: ProcedureBuilder) => void;
        readonly after?: (p: ProcedureBuilder) => void;
      };
    } = {},
  ): this {
    const { each } = options;
    return this.add({
      op: 'call',
      edge,
      operation,
      select: options.at ?? null,
      pass: options.pass ?? null,
      before: each === undefined ? [] : this.block(each.before),
      after: each?.after === undefined ? [] : this.block(each.after),
      stream: this.stream(`call:${edge.target}.${operation}`),
      priority: this.priority,
    });
  }

  /** Runs the body; when it fails, forgets the failure and runs the second. */
  attempt(body: (p: this) => void, onFailure: (p: this) => void): this {
    return this.add({ op: 'attempt', body: this.block(body), onFailure: this.block(onFailure) });
  }

  /** Runs the second block whether the first failed or not; a failure goes on. */
  ensure(body: (p: this) => void, after: (p: this) => void): this {
    return this.add({ op: 'ensure', body: this.block(body), after: this.block(after) });
  }

  /** One of several ways, in proportion to their weights, by draws. */
  choose(ways: readonly { readonly weight: number; readonly steps: (p: ProcedureBuilder) => void }[]): this {
    const [first, ...rest] = ways;
    if (first === undefined) return this;
    const total = ways.reduce((sum, way) => sum + way.weight, 0);
    if (rest.length === 0 || total <= 0) {
      this.steps.push(...this.block(first.steps));
      return this;
    }
    return this.chance(first.weight / total, first.steps, (p) => p.choose(rest), 'choose');
  }

  /** One of two ways, by a draw. */
  chance(
    probability: number,
    then: (p: this) => void,
    otherwise: (p: this) => void = () => {},
    stream = 'chance',
  ): this {
    return this.add({
      op: 'chance',
      probability,
      stream: this.stream(stream),
      then: this.block(then),
      otherwise: this.block(otherwise),
    });
  }

  /** The case whose number is in the register; the last one also for every larger number. */
  switch(register: number, cases: readonly ((p: this) => void)[]): this {
    return this.add({ op: 'switch', register, cases: cases.map((c) => this.block(c)) });
  }

  /** Runs the body as often as the register says, counting it down to 0. */
  repeat(register: number, body: (p: this) => void): this {
    return this.add({ op: 'repeat', register, body: this.block(body) });
  }

  /** Runs all branches at once and waits for the last; fails, after all have ended, when one failed. */
  parallel(branches: readonly ((p: this) => void)[], stream = 'parallel'): this {
    if (branches.length === 0) return this;
    return this.add({
      op: 'parallel',
      branches: branches.map((b) => this.block(b)),
      stream: this.stream(stream),
    });
  }

  /**
   * Runs the body as a request of another flow (NodeContext.flow), waits for it, and takes its time out
   * of this request's latency. Fails as the body fails. For roots only.
   */
  apart(flow: number, body: (p: this) => void): this {
    return this.add({ op: 'apart', flow, stream: this.stream('apart'), body: this.block(body) });
  }

  /** Runs the body in a frame of its own from now on; nobody waits for it or learns how it ended. */
  detach(body: (p: this) => void): this {
    return this.add({ op: 'detach', stream: this.stream('detach'), body: this.block(body) });
  }

  fail(failure: Failure): this {
    return this.add({ op: 'fail', failure });
  }

  set(register: number, value: number): this {
    return this.add({ op: 'set', register, value });
  }

  /** A uniform draw of 0 to count - 1 into a register. */
  draw(register: number, count: number, stream: string): this {
    return this.add({ op: 'draw', register, count, stream: this.stream(stream) });
  }

  /** Calls a function of the component; its value goes into `into`, a negative one -code is a failure. */
  native(ref: NativeRef, options: { readonly into?: number; readonly shared?: boolean } = {}): this {
    return this.add({
      op: 'native',
      native: ref.native,
      register: options.into ?? -1,
      shared: options.shared ?? true,
    });
  }

  /** Time that passes as long as a function of the component says, ns: for what is only known at run time. */
  pause(ref: NativeRef, category: TimeCategory = 'service'): this {
    const cell = { component: this.component, category };
    return this.add({ op: 'pause', native: ref.native, cell });
  }

  /**
   * From here on the frame does what the design says now, not what it said when the frame began: for
   * work that waits for long, and for loops that try again. Steps after the point find the same
   * registers in every design. The name is unique in the procedure, and no step of a procedure that callers take in (TAIL, LEAF).
   */
  reenter(name: string): this {
    return this.add({ op: 'reenter', point: `${this.name}/${this.priority}/${name}` });
  }

  /** Adds to a counter of a component (NodeContext.counter). */
  count(counter: number, amount = 1): this {
    return this.add({ op: 'count', counter, amount });
  }

  /** Starts a request of another flow (NodeContext.root) that nobody here waits for. */
  spawn(root: string, options: { readonly pass?: number } = {}): this {
    return this.add({ op: 'spawn', root, stream: this.stream(`spawn:${root}`), pass: options.pass ?? null });
  }

  /** Fails with `rejected` when the log holds as many messages as it may. */
  admit(log: number): this {
    return this.add({ op: 'admit', log });
  }

  /** Waits in a partition of a log until a worker takes the message; its number goes into the register. */
  append(log: number, partition: Selector, register: number): this {
    return this.add({ op: 'append', log, select: partition, register });
  }

  /** Ends the worker's hold on the message (and on the batch that it leads). */
  commit(log: number, register: number): this {
    return this.add({ op: 'commit', log, register });
  }

  /**
   * Chooses an instance by a balancer's policy into the register, in which a retry finds the one before: it
   * gets another where there is one. Counts as outstanding until `unpick`.
   */
  pick(balancer: number, register: number): this {
    return this.add({ op: 'pick', balancer, register, stream: this.stream('pick'), inTurn: false });
  }

  unpick(balancer: number, register: number): this {
    return this.add({ op: 'unpick', balancer, register });
  }

  /** The same for a policy that takes the instances in turn, and needs no `unpick`. */
  pickInTurn(balancer: number, register: number): this {
    return this.add({ op: 'pick', balancer, register, stream: this.stream('pick'), inTurn: true });
  }

  /** Waits for its turn at the key in the register; `rejected` when the key's queue is full. */
  limit(limiter: number, register: number, options: { readonly write: boolean }): this {
    const cell = { component: this.component, category: 'queue' } as const;
    return this.add({ op: 'limit', limiter, register, write: options.write, cell });
  }

  /** The steps written so far. */
  done(): readonly Step[] {
    return this.steps;
  }

  private add(step: Step): this {
    this.steps.push(step);
    return this;
  }

  private block(write: (p: this) => void): readonly Step[] {
    const outer = this.steps;
    this.steps = [];
    write(this);
    const inner = this.steps;
    this.steps = outer;
    return inner;
  }

  private register0(): Selector {
    return { by: 'register', register: 0 };
  }

  private anyOf(count: number): Selector {
    return count === 1 ? { by: 'fixed', index: 0 } : { by: 'draw', stream: this.stream('any') };
  }

  /** A name that is unique in the procedure and stays the same when other steps come or go. */
  private stream(purpose: string): string {
    const n = this.used.get(purpose) ?? 0;
    this.used.set(purpose, n + 1);
    return n === 0 ? `${this.name}.${purpose}` : `${this.name}.${purpose}#${n}`;
  }
}
