import { streamHash, compileSampler, type Sampler } from '../../scenarios/sampling/index.ts';
import type { Distribution, Edge } from '../../scenarios/index.ts';
import { FAILURE, OP, SELECT, type CallSite, type CodeOwner } from '../engine/program.ts';
import { timeCategories } from '../result.ts';
import type { Cut } from '../faults/cut-edges.ts';
import type { LedgerCell, Selector, Step } from './steps.ts';

/** A place in the code, known or still to come. */
export class Label {
  position = -1;
  readonly uses: number[] = [];
}

/** The steps of a root frame. */
export interface RootSteps {
  readonly steps: readonly Step[];
  /** Counter that rises when the request has ended, well or not. */
  readonly finished: number | null;
  readonly after: readonly Step[];
  /** Of a closed flow: how its users think, and the point at which they begin a request. */
  readonly think: { readonly time: Distribution; readonly stream: string; readonly point: string } | null;
}

/** What a call needs to know about its edge: the row of the edge's run-time state, and its settings. */
export interface EdgeCode {
  readonly index: number;
  readonly edge: Edge;
}

/** What the assembler asks of the compiler. */
export interface Linker {
  edge(edge: Edge): EdgeCode;
  /** Entry point of the procedure, which may be assembled later. */
  procedure(node: string, operation: string, priority: number): Label;
  /** Its steps, for passes that look into a callee. */
  steps(node: string, operation: string, priority: number): readonly Step[];
  instances(node: string): number;
  root(name: string): { readonly entry: Label; readonly flow: number };
  component(node: string): number;
  /** Of CodeOwner, as a request enters the component. */
  unitRegister(component: number): number;
  /** What a network partition does to the edge now; null: nothing. */
  cut(edge: Edge): Cut | null;
  /** A function that says how long it is until that time, for PAUSE. */
  untilNs(timeNs: number): number;
  /** Number of a point of that name, which is at `position` in the design being assembled. */
  point(name: string, position: number): number;
  /** How long before its arrival a request's work at the component's own stations may be worked out, ns; 0: not before. */
  lead(component: number): number;
}

/** Time-out of a call over an edge; -1: none. */
const timeoutNs = (edge: Edge): number =>
  edge.config.timeoutMs === null ? -1 : Math.round(edge.config.timeoutMs * 1e6);
const ZERO: Distribution = { distribution: 'constant', ms: 0 };

/**
 * Turns step trees into flat code. One assembler serves a whole program; code, constants and
 * samplers only grow.
 *
 * Passes are built in. A call of a callee that does nothing but one visit of a recursion station, and
 * delays, becomes a LEAF instruction in the caller's own frame. A call that is the last thing a
 * procedure does (a gateway, a load balancer) becomes a TAIL: the frame goes on as the callee. Both
 * give the same times to the last bit as the plain call, because they derive the same keys.
 */
export class Assembler {
  readonly code: number[] = [];
  readonly constants: number[] = [];
  readonly samplers: Sampler[] = [];
  readonly calls = new Map<number, CallSite>();
  readonly answers = new Set<number>();
  readonly owners: CodeOwner[] = [];
  private readonly samplerIndex = new Map<string, number>();
  private readonly constantIndex = new Map<number, number>();

  constructor(
    private readonly linker: Linker,
    private readonly options: { readonly leafCalls: boolean; readonly tailCalls: boolean },
  ) {}

  /**
   * Where frames wait for a server that they hold, by name: the holds of procedures and roots that lie
   * in no other block. The same name in another design is the same place there.
   */
  waitingPlaces = new Map<string, number>();
  /** Name of the procedure that is being emitted, with those inside that go on in the same frame. */
  private path = '';
  private depth = 0;

  /** Positions in the code of operands that are places in the code. */
  private readonly references: number[] = [];

  /** Makes jumps to jumps go where those go, and a jump to an end an end; after all is assembled. */
  threadJumps(): void {
    const { code } = this;
    for (const at of this.references) {
      while (code[code[at]!] === OP.JUMP) code[at] = code[code[at]! + 1]!;
      const last = code[code[at]!];
      if (this.jumps.has(at - 1) && (last === OP.RETURN || last === OP.END)) code[at - 1] = last;
    }
  }
  /** Positions of JUMP instructions. */
  private readonly jumps = new Set<number>();

  get position(): number {
    return this.code.length;
  }

  /** Row of the time ledger; 0 is the time at which the row was opened. */
  static ledgerRow(cell: LedgerCell): number {
    return 1 + cell.component * timeCategories.length + timeCategories.indexOf(cell.category);
  }

  sampler(distribution: Distribution): number {
    const key = JSON.stringify(distribution);
    let index = this.samplerIndex.get(key);
    if (index === undefined) {
      index = this.samplers.length;
      this.samplers.push(compileSampler(distribution));
      this.samplerIndex.set(key, index);
    }
    return index;
  }

  constant(value: number): number {
    let index = this.constantIndex.get(value);
    if (index === undefined) {
      index = this.constants.length;
      this.constants.push(value);
      this.constantIndex.set(value, index);
    }
    return index;
  }

  /** Constant of the first of several that follow one another. */
  private table(values: readonly number[]): number {
    const first = this.constants.length;
    this.constants.push(...values);
    return first;
  }

  /** Assembles a procedure of a component that returns to its caller. */
  procedure(entry: Label, component: number, steps: readonly Step[], name = ''): void {
    this.place(entry);
    this.own(component);
    this.path = name;
    const end = new Label();
    this.lead = this.linker.lead(component);
    this.emitBody(steps, end, 0);
    this.lead = 0;
    this.place(end);
    this.code.push(OP.RETURN);
  }

  /**
   * A procedure's steps; a call at their end goes on in the same frame. `backNs`: latency on the way to the
   * frame's caller. What the procedure only counts behind the call, it counts when the work has ended, even
   * when its caller has given it up before.
   */
  private emitBody(procedure: readonly Step[], end: Label, backNs: number): void {
    const { steps, after } = withCountsBehind(procedure);
    const call = steps.at(-1);
    if (call?.op !== 'call' || !this.isTail(call)) return this.emitSteps(procedure, end);
    const [pick, ...more] = call.before;
    // The instance may as well be chosen when the request arrives there: the latency is the same for all.
    const late =
      pick?.op === 'pick' &&
      pick.inTurn &&
      more.length === 0 &&
      call.select?.by === 'register' &&
      call.select.register === pick.register;
    const ended = new Label();
    this.emitSteps([...steps.slice(0, -1), ...(late ? [] : call.before)], after.length > 0 ? ended : end);
    const { edge } = call;
    const latency = this.sampler(edge.config.latency ?? ZERO);
    const network = this.callRow(call, 'network');
    const target = this.linker.component(edge.target);
    this.calls.set(this.position, this.callSite(call));
    this.code.push(
      OP.TAIL,
      ...this.selector(late ? { by: 'fixed', index: 0 } : this.instanceOf(call)),
      this.linker.instances(edge.target),
      call.pass ?? -1,
      latency,
      streamHash(call.stream),
      this.constant(timeoutNs(edge)),
      this.constant(backNs),
      network,
    );
    if (late) this.code.push(OP.PICK, pick.balancer, 0, 0);
    const back = new Label();
    const lead = this.lead;
    this.lead = this.linker.lead(target);
    const callee = this.linker.steps(edge.target, call.operation, call.priority);
    const path = this.path;
    this.path = `${path}>${edge.id}.${call.operation}.${call.priority}`;
    const caller = this.owners.at(-1)!;
    this.own(target);
    this.emitBody(callee, back, backNs + this.samplers[latency]!.constantNs);
    this.own(caller.component, null, caller.unitRegister);
    this.path = path;
    this.lead = lead;
    this.place(back);
    this.answers.add(this.position);
    this.code.push(OP.DELAY, latency, 0, network);
    this.place(ended);
    this.emitSteps(after, end);
  }

  private isTail(call: Step & { readonly op: 'call' }): boolean {
    const { latency, retries, circuitBreaker } = call.edge.config;
    if (
      !this.options.tailCalls ||
      call.after.length > 0 ||
      this.linker.cut(call.edge) !== null ||
      retries !== null ||
      circuitBreaker !== null
    )
      return false;
    const constant = this.samplers[this.sampler(latency ?? ZERO)]!.constantNs >= 0;
    return constant && this.leafOf(call) === null;
  }

  private instanceOf(call: Step & { readonly op: 'call' }): Selector {
    if (call.select !== null) return call.select;
    const instances = this.linker.instances(call.edge.target);
    return instances === 1 ? { by: 'fixed', index: 0 } : { by: 'draw', stream: `${call.stream}.instance` };
  }

  /** Lead of the component whose steps are being emitted. */
  private lead = 0;

  /**
   * Assembles a root: what a request of a flow does, and its record. `after` are steps that follow a
   * success, on their own. With `think` the root is a user of a closed flow: it starts by thinking,
   * and again after each request; without, the frame ends. A user who has thought begins the next
   * request in the design of that time.
   */
  root(entry: Label, root: RootSteps, component: number, flow: number): void {
    this.place(entry);
    this.own(component);
    // A client holds no server: there is no place to find again.
    this.path = `root at ${this.position}`;
    const failed = new Label();
    const end = new Label();
    if (root.think !== null) {
      this.code.push(OP.THINK, this.sampler(root.think.time), streamHash(root.think.stream));
      this.emit({ op: 'reenter', point: root.think.point }, end);
      this.code.push(OP.BEGIN, flow);
    }
    this.emitSteps(root.steps, failed);
    const ended: readonly Step[] =
      root.finished === null ? [] : [{ op: 'count', counter: root.finished, amount: 1 }];
    this.code.push(OP.COMPLETE, flow);
    this.emitSteps([...ended, ...root.after], end);
    this.jump(end);
    this.place(failed);
    this.code.push(OP.FAILED, flow, OP.CLEAR);
    this.emitSteps(ended, end);
    this.place(end);
    if (root.think === null) this.code.push(OP.END);
    else this.jump(entry);
  }

  private emitSteps(steps: readonly Step[], fail: Label): void {
    this.depth++;
    for (const step of steps) this.emit(step, fail);
    this.depth--;
  }

  private emit(step: Step, fail: Label): void {
    const { code } = this;
    switch (step.op) {
      case 'delay':
        code.push(step.slow === undefined ? OP.DELAY : OP.SLOW_DELAY);
        code.push(this.sampler(step.time), streamHash(step.stream), Assembler.ledgerRow(step.cell));
        if (step.slow !== undefined) {
          const { select, count, replicas, replicaStream, factors } = step.slow;
          code.push(count, ...this.selector(select), replicas, streamHash(replicaStream ?? ''));
          code.push(this.table(factors));
        }
        return;
      case 'visit':
        if (step.group.mode === 'sharing') code.push(OP.SHARE);
        else code.push(isPlain(step) ? OP.VISIT : OP.SLOW_VISIT, this.lead);
        this.emitVisit(step);
        if (!isPlain(step)) {
          const { group, slow, among } = step;
          const factors = slow?.factors ?? Array.from({ length: group.count * group.replicas }, () => 1);
          const there = among ?? Array.from({ length: group.replicas }, (_, replica) => replica);
          code.push(
            this.table(factors),
            there.reduce((bits, replica) => bits | (1 << replica), 0),
          );
        }
        return;
      case 'hold': {
        const { group } = step;
        const cleanup = new Label();
        const end = new Label();
        const row = Assembler.ledgerRow({ component: group.component, category: step.category });
        if (this.depth === 1) this.waitingPlaces.set(`${this.path}/${group.first}`, this.position);
        code.push(OP.ACQUIRE, group.first, group.count, ...this.selector(step.select), step.priority, row);
        this.reference(fail);
        this.emitSteps(step.body, cleanup);
        code.push(OP.RELEASE, group.first, group.count, ...this.selector(step.select));
        this.jump(end);
        this.place(cleanup);
        code.push(OP.RELEASE, group.first, group.count, ...this.selector(step.select));
        this.jump(fail);
        this.place(end);
        return;
      }
      case 'ensure': {
        const cleanup = new Label();
        const end = new Label();
        this.emitSteps(step.body, cleanup);
        this.emitSteps(step.after, fail);
        this.jump(end);
        this.place(cleanup);
        this.emitSteps(step.after, fail);
        this.jump(fail);
        this.place(end);
        return;
      }
      case 'attempt': {
        const failed = new Label();
        const end = new Label();
        this.emitSteps(step.body, failed);
        this.jump(end);
        this.place(failed);
        code.push(OP.CLEAR);
        this.emitSteps(step.onFailure, fail);
        this.place(end);
        return;
      }
      case 'call':
        this.emitCall(step, fail);
        return;
      case 'chance': {
        if (step.probability >= 1) return this.emitSteps(step.then, fail);
        if (step.probability <= 0) return this.emitSteps(step.otherwise, fail);
        const otherwise = new Label();
        const end = new Label();
        code.push(OP.CHANCE, this.constant(step.probability), streamHash(step.stream));
        this.reference(otherwise);
        this.emitSteps(step.then, fail);
        if (step.otherwise.length > 0) this.jump(end);
        this.place(otherwise);
        this.emitSteps(step.otherwise, fail);
        this.place(end);
        return;
      }
      case 'switch': {
        const labels = step.cases.map(() => new Label());
        const end = new Label();
        code.push(OP.SWITCH, step.register, labels.length);
        for (const label of labels) this.reference(label);
        step.cases.forEach((steps, i) => {
          this.place(labels[i]!);
          this.emitSteps(steps, fail);
          if (i < step.cases.length - 1) this.jump(end);
        });
        this.place(end);
        return;
      }
      case 'repeat': {
        const body = new Label();
        const end = new Label();
        const again = this.position;
        code.push(OP.SWITCH, step.register, 2);
        this.reference(end);
        this.reference(body);
        this.place(body);
        this.emitSteps(step.body, fail);
        code.push(OP.ROUND, step.register, OP.JUMP, again);
        this.place(end);
        return;
      }
      case 'parallel': {
        const end = new Label();
        const labels = step.branches.map(() => new Label());
        code.push(OP.FORK, streamHash(step.stream));
        this.reference(fail);
        code.push(labels.length);
        for (const label of labels) this.reference(label);
        this.jump(end);
        step.branches.forEach((steps, i) => {
          const ended = new Label();
          this.place(labels[i]!);
          this.emitSteps(steps, ended);
          this.place(ended);
          code.push(OP.BRANCH_END);
        });
        this.place(end);
        return;
      }
      case 'apart': {
        const entry = new Label();
        const failed = new Label();
        const ended = new Label();
        const end = new Label();
        code.push(OP.APART, step.flow, streamHash(step.stream));
        this.reference(fail);
        this.reference(entry);
        this.jump(end);
        this.place(entry);
        this.emitSteps(step.body, failed);
        code.push(OP.COMPLETE, step.flow);
        this.jump(ended);
        this.place(failed);
        code.push(OP.FAILED, step.flow);
        this.place(ended);
        code.push(OP.SHIFT, OP.BRANCH_END);
        this.place(end);
        return;
      }
      case 'detach': {
        const entry = new Label();
        const ended = new Label();
        const end = new Label();
        code.push(OP.DETACH, streamHash(step.stream));
        this.reference(entry);
        this.jump(end);
        this.place(entry);
        this.emitSteps(step.body, ended);
        this.place(ended);
        code.push(OP.END);
        this.place(end);
        return;
      }
      case 'fail':
        code.push(OP.FAIL, FAILURE[step.failure]);
        this.reference(fail);
        return;
      case 'set':
        code.push(OP.SET, step.register, step.value);
        return;
      case 'draw':
        code.push(OP.DRAW, step.register, streamHash(step.stream), step.count);
        return;
      case 'native':
        code.push(OP.NATIVE, this.lead, step.native, step.register, step.shared ? 1 : 0);
        this.reference(fail);
        return;
      case 'count':
        code.push(OP.COUNT, step.counter, this.constant(step.amount));
        return;
      case 'reenter': {
        code.push(OP.REENTER, 0);
        code[code.length - 1] = this.linker.point(step.point, this.position);
        return;
      }
      case 'pause':
        code.push(OP.PAUSE, step.native, Assembler.ledgerRow(step.cell));
        return;
      case 'spawn': {
        const root = this.linker.root(step.root);
        code.push(OP.SPAWN);
        this.reference(root.entry);
        code.push(root.flow, streamHash(step.stream), step.pass ?? -1);
        return;
      }
      case 'append':
        code.push(OP.APPEND, step.log, ...this.selector(step.select), step.register);
        // From here on the request is in the hands of a worker.
        this.own(this.owners.at(-1)!.component, null, step.register);
        return;
      case 'admit':
        code.push(OP.ADMIT, step.log);
        this.reference(fail);
        return;
      case 'commit':
        code.push(OP.COMMIT, step.log, step.register);
        return;
      case 'pick':
        code.push(OP.PICK, step.balancer, step.register, streamHash(step.stream));
        return;
      case 'unpick':
        code.push(OP.UNPICK, step.balancer, step.register);
        return;
      case 'limit':
        code.push(
          OP.LIMIT,
          this.lead,
          step.limiter,
          step.register,
          step.write ? 1 : 0,
          Assembler.ledgerRow(step.cell),
        );
        this.reference(fail);
        return;
    }
  }

  private emitVisit(step: Step & { readonly op: 'visit' }): void {
    const { group } = step;
    const queue = Assembler.ledgerRow({ component: group.component, category: 'queue' });
    const service = Assembler.ledgerRow({ component: group.component, category: 'service' });
    this.code.push(group.first, group.count, ...this.selector(step.select));
    if (group.mode === 'recursion') this.code.push(group.replicas, step.touched, step.needed);
    this.code.push(this.sampler(step.time), streamHash(step.stream), queue, service);
  }

  private emitCall(step: Step & { readonly op: 'call' }, fail: Label): void {
    const { code } = this;
    const { index, edge } = this.linker.edge(step.edge);
    const { retries, circuitBreaker } = edge.config;
    const { before, after } = step;
    const plain = retries === null && circuitBreaker === null && after.length === 0;
    if (plain) {
      this.emitSteps(before, fail);
      return this.emitOneCall(step, index, fail);
    }
    const ended = new Label();
    const failed = new Label();
    const giveUp = new Label();
    const end = new Label();
    if (retries !== null) code.push(OP.RESET_ATTEMPT, index);
    const again = this.position;
    if (circuitBreaker !== null) {
      code.push(OP.BREAKER_ENTER, index);
      this.reference(giveUp);
    }
    this.emitSteps(before, failed);
    this.emitOneCall(step, index, ended);
    this.emitSteps(after, fail);
    if (circuitBreaker !== null) code.push(OP.BREAKER_LEAVE, index, 1);
    if (retries !== null) code.push(OP.RESET_ATTEMPT, -1);
    this.jump(end);
    this.place(ended);
    this.emitSteps(after, fail);
    this.place(failed);
    if (circuitBreaker !== null) code.push(OP.BREAKER_LEAVE, index, 0);
    this.place(giveUp);
    if (retries !== null) {
      code.push(OP.RETRY, index, streamHash(`${step.stream}.backoff`), this.callRow(step, 'retry'), again);
      this.reference(fail);
    } else this.jump(fail);
    this.place(end);
  }

  private emitOneCall(step: Step & { readonly op: 'call' }, edgeIndex: number, fail: Label): void {
    const cut = this.linker.cut(step.edge);
    if (cut === null) return this.emitAttempt(step, edgeIndex, fail, null);
    const { component, unitRegister } = this.owners.at(-1)!;
    this.own(component, step.edge);
    this.emitAttempt(step, edgeIndex, fail, cut);
    this.own(component, null, unitRegister);
  }

  private emitAttempt(
    step: Step & { readonly op: 'call' },
    edgeIndex: number,
    fail: Label,
    cut: Cut | null,
  ): void {
    const { edge } = step;
    const latency = edge.config.latency ?? ZERO;
    const latencySampler = this.sampler(latency);
    const constantNs = this.samplers[latencySampler]!.constantNs;
    const timeout = timeoutNs(edge);
    const stream = streamHash(step.stream);
    const network = this.callRow(step, 'network');
    const retry = this.callRow(step, 'retry');
    if (cut?.mode === 'refuse') {
      // The refusal comes back after a round trip.
      for (const way of ['', '.refusal'])
        this.code.push(OP.DELAY, latencySampler, streamHash(`${step.stream}${way}`), network);
      return this.emit({ op: 'fail', failure: 'unavailable' }, fail);
    }
    if (cut?.mode === 'drop' && edge.config.timeoutMs !== null) {
      this.code.push(
        OP.DELAY,
        this.sampler({ distribution: 'constant', ms: edge.config.timeoutMs }),
        0,
        retry,
      );
      return this.emit({ op: 'fail', failure: 'timeout' }, fail);
    }
    // What nobody gives up arrives when the partition has healed.
    if (cut?.mode === 'drop') this.code.push(OP.PAUSE, this.linker.untilNs(cut.healsNs), network);
    const leaf = this.options.leafCalls && constantNs >= 0 ? this.leafOf(step) : null;
    if (leaf !== null) {
      const { counts, visit, extra } = leaf;
      if (constantNs > 0) this.code.push(OP.DELAY, latencySampler, 0, network);
      this.emitSteps(counts, fail);
      this.calls.set(this.position, this.callSite(step));
      this.code.push(OP.LEAF, this.linker.lead(visit.group.component));
      this.emitVisit(visit);
      this.code.push(
        extra === null ? this.sampler(ZERO) : this.sampler(extra.time),
        extra === null ? 0 : streamHash(extra.stream),
        latencySampler,
        stream,
        this.constant(timeout),
        network,
        retry,
      );
      this.reference(fail);
      return;
    }
    this.calls.set(this.position, this.callSite(step));
    this.code.push(OP.CALL);
    this.reference(this.linker.procedure(edge.target, step.operation, step.priority));
    this.code.push(
      this.linker.instances(edge.target),
      ...this.selector(this.instanceOf(step)),
      step.pass ?? -1,
      latencySampler,
      stream,
      this.constant(timeout),
      edgeIndex,
      network,
      retry,
    );
    this.reference(fail);
  }

  /** The one visit and the one delay that a callee consists of, counters in front, or null when it is more than that. */
  private leafOf(step: Step & { readonly op: 'call' }): {
    readonly counts: readonly Step[];
    readonly visit: Step & { readonly op: 'visit' };
    readonly extra: (Step & { readonly op: 'delay' }) | null;
  } | null {
    if (step.select !== null || step.pass !== null || step.before.length > 0) return null;
    const steps = this.linker.steps(step.edge.target, step.operation, step.priority);
    const first = steps.findIndex((s) => s.op !== 'count');
    const counts = steps.slice(0, Math.max(0, first));
    const [visit, extra] = steps.slice(counts.length);
    if (steps.length > counts.length + 2 || visit?.op !== 'visit' || visit.group.mode !== 'recursion')
      return null;
    if (visit.select.by === 'register' || !isPlain(visit)) return null;
    if (extra === undefined) return { counts, visit, extra: null };
    return extra.op === 'delay' && extra.slow === undefined ? { counts, visit, extra } : null;
  }

  /** The caller's side of a call: its network time and what failed attempts cost belong to the callee's name. */
  private callRow(step: Step & { readonly op: 'call' }, category: 'network' | 'retry'): number {
    return Assembler.ledgerRow({ component: this.linker.component(step.edge.target), category });
  }

  private callSite({ edge, operation }: Step & { readonly op: 'call' }): CallSite {
    return { component: this.linker.component(edge.target), operation };
  }

  private selector(select: Selector): [number, number] {
    switch (select.by) {
      case 'fixed':
        return [SELECT.FIXED, select.index];
      case 'register':
        return [SELECT.REGISTER, select.register];
      case 'draw':
        return [SELECT.DRAW, streamHash(select.stream)];
    }
  }

  /** What is emitted from here on belongs to the component, or to its call over an edge that is cut. */
  private own(
    component: number,
    edge: Edge | null = null,
    unitRegister = this.linker.unitRegister(component),
  ): void {
    this.owners.push({ from: this.position, component, edge, unitRegister });
  }

  private jump(label: Label): void {
    this.jumps.add(this.code.length);
    this.code.push(OP.JUMP);
    this.reference(label);
  }

  private reference(label: Label): void {
    this.references.push(this.code.length);
    if (label.position < 0) label.uses.push(this.code.length);
    this.code.push(label.position);
  }

  private place(label: Label): void {
    label.position = this.code.length;
    for (const use of label.uses) this.code[use] = label.position;
  }
}

/** Does a visit find every replica there, and none slow? */
const isPlain = ({ slow, among }: Step & { readonly op: 'visit' }): boolean =>
  slow === undefined && among === null;

/** A procedure's steps, and the counts that follow them however they end. */
function withCountsBehind(procedure: readonly Step[]): {
  readonly steps: readonly Step[];
  readonly after: readonly Step[];
} {
  const last = procedure.at(-1);
  if (last?.op !== 'ensure' || last.after.some(({ op }) => op !== 'count'))
    return { steps: procedure, after: [] };
  return { steps: [...procedure.slice(0, -1), ...last.body], after: last.after };
}
