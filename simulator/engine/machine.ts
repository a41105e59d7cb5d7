import {
  childKey0,
  childKey1,
  compileArrivals,
  drawInt32,
  rootKey0,
  rootKey1,
  sampleNs,
  sourceKey,
  streamHash,
  thinnedArrivals,
  type ArrivalProcess,
  type Key,
  type Sampler,
} from '../../scenarios/sampling/index.ts';
import { BALANCER_BYTES, Balancer } from '../stations/balancer.ts';
import { CircuitBreaker } from '../stations/circuit-breaker.ts';
import { ConsumerLog } from '../stations/consumer-log.ts';
import { KeyLimiter, LIMITER_BYTES } from '../stations/key-limiter.ts';
import { ProcessorSharing } from '../stations/processor-sharing.ts';
import { RetryBudget } from '../stations/retry-budget.ts';
import { EarlyReleases } from './early-releases.ts';
import type { Exemplars } from './exemplars.ts';
import { FramePool } from './frames.ts';
import { Kernel, OUTCOME, type Places } from './kernel/kernel.ts';
import { Ledger } from './ledger.ts';
import { FLOAT, INT, type LinearMemory, type Memory, type State } from './memory.ts';
import type { Extent, Model, SourceSpec } from './model.ts';
import type { NativeContext, NativeFunction } from './native.ts';
import type { Observer } from './observer.ts';
import { PendingEvents } from './pending.ts';
import { FAILURE, type LENGTH, type OP, type SELECT } from './program.ts';
import type { FailureMode } from '../statistics/index.ts';
import type { Recorder } from './recorder.ts';
import { Source } from './source.ts';
import { Spans } from './spans.ts';
import { Timeouts } from './timeouts.ts';

/**
 * The frame's layout of frames.ts, as literals: an enum of the same file folds into the code, an import
 * is a load each time. A test holds the two together.
 */
/* eslint-disable @typescript-eslint/no-duplicate-enum-values -- words and shifts share numbers */
export enum F {
  PC = 4,
  NEXT = 5,
  KEY0 = 6,
  KEY1 = 7,
  PARENT = 8,
  STATUS = 9,
  LEDGER = 10,
  CHILD = 12,
  REGISTER = 13,
  START = 1,
  TIME = 0,
  FREE = -1,
  FAILURE_MASK = 0x7f,
  IN_HAND = 128,
  ATTEMPT_SHIFT = 8,
  ATTEMPT_MASK = 0x7f,
  BRANCH_SHIFT = 16,
  BRANCH_UNIT = 65536,
  BRANCH_MASK = 0x3fff,
  ROOT = 0x40000000,
  KILLED = -0x80000000,
  ARMED = 32768,
  FRAME_WORDS = 16,
}
/* eslint-enable @typescript-eslint/no-duplicate-enum-values */

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;
const FORK: typeof OP.FORK = 8;
const VISIT: typeof OP.VISIT = 1;
const LEAF: typeof OP.LEAF = 20;
const LIMIT: typeof OP.LIMIT = 31;
const NATIVE: typeof OP.NATIVE = 17;
const DRAWN: typeof SELECT.DRAW = 2;
/** Entries of `Machine.clock`. */
const NOW = 0;
const ARRIVAL = 1;
const START_TIME = 2;
/** Sources that the kernel has room for. */
const MAXIMUM_SOURCES = 1024;
/** Places in the queue of frames that go on now, to begin with. */
const READY = 1 << 12;
const REDELIVERY = streamHash('redelivery');
const EXEMPLAR = streamHash('exemplar');

/**
 * The interpreter: advances one run, event by event.
 *
 * One big switch over typed arrays, by measurement: flat code in one function is several times
 * faster than objects and closures. What it must not do is allocate in the loop, or hold doubles in
 * captured variables. A step that needs the clock to have come to the frame's own time puts the
 * frame into the pending events and comes back to the same instruction.
 *
 * Opcodes and lengths of instructions stand as numbers, checked against their names by the type
 * system: only literals become a jump table and fold into the code.
 *
 * Order at one instant: pending frames (by request, then push order), then time-outs, then arrivals.
 */
export class Machine {
  readonly frames: FramePool;
  readonly pending: PendingEvents;
  readonly ledger: Ledger;
  /** Of traced requests, step by step; null: not recorded. */
  private readonly spans: Spans | null;
  /**
   * The clock, the next arrival, the time of a new frame and the end of the slice, ns: in an array, because a double that is
   * stored in a field is boxed anew each time.
   */
  private clock!: Float64Array;
  stoppedAt: number | null = null;
  /** Which of the model's variants is in force. */
  variant = 0;

  private readonly state: State;
  private code!: Int32Array;
  private constants!: Float64Array;
  private readonly sources: Source[] = [];
  private readonly closed = new Set<string>();

  // Stations with tokens.
  private occupied!: Int32Array;
  private capacity!: Int32Array;
  private queued!: Int32Array;
  private since!: Float64Array;
  private readonly queueAt: Int32Array;
  private readonly priorities: Int32Array;
  private readonly queueHead: Int32Array;
  private readonly queueTail: Int32Array;
  private readonly queueCapacity: Float64Array;
  private component!: Int32Array;
  private readonly early: EarlyReleases;
  // Stations by next-free times.
  private serversAt!: Int32Array;
  private serverCount!: Int32Array;
  private nextFree!: Float64Array;
  private readonly sharing: (ProcessorSharing | null)[];

  private readonly timeouts: Timeouts;

  private readonly breakers: (CircuitBreaker | null)[] = [];
  private readonly budgets: (RetryBudget | null)[] = [];
  private readonly balancers: Balancer[];
  readonly logs: ConsumerLog[];
  private readonly limiters: KeyLimiter[];
  private readonly natives: NativeFunction[] = [];
  /** Does the common instructions on the same bytes; null: TypeScript does all. */
  private kernel: Kernel | null = null;
  /** Services that the kernel sees begin and end are not in the books. */
  private usedKernel = false;
  /** Where the tables are in the memory, bytes. */
  private readonly places: { -readonly [K in keyof Places]: Places[K] };
  readonly context: NativeContext;

  // Frames that go on at this instant, first in first out.
  private ready!: Int32Array;

  constructor(
    private model: Model,
    readonly seed: number,
    private readonly recorder: Recorder,
    maximumFrames: number,
    maximumWorkers: readonly number[],
    private readonly memory: Memory,
    private readonly observer: Observer,
    exemplars: Exemplars | null = null,
  ) {
    this.frames = new FramePool(maximumFrames, memory);
    this.state = this.frames.state;
    memory.bind(() => (this.clock = this.state.float));
    this.pending = new PendingEvents(this.frames);
    this.ledger = new Ledger(1 + model.components.length * 5);
    this.spans = exemplars === null ? null : new Spans(this.ledger.width, exemplars);
    const ready = memory.int32Table(READY, (v) => (this.ready = v));
    this.state.int[INT.READY_CAPACITY] = READY;

    const { stations } = model;
    const n = stations.length;
    const occupied = memory.int32Table(n, (v) => (this.occupied = v));
    const queued = memory.int32Table(n, (v) => (this.queued = v));
    const since = memory.float64Table(n, (v) => (this.since = v));
    const capacity = memory.int32Table(n, (v) => (this.capacity = v));
    const component = memory.int32Table(n, (v) => (this.component = v));
    const serversAt = memory.int32Table(n, (v) => (this.serversAt = v));
    const serverCount = memory.int32Table(n, (v) => (this.serverCount = v));
    this.queueCapacity = Float64Array.from(stations, (s) => s.queueCapacity);
    this.priorities = Int32Array.from(stations, (s) => s.priorities);
    this.queueAt = new Int32Array(n);
    let queues = 0;
    let servers = 0;
    stations.forEach((station, i) => {
      this.capacity[i] = station.servers;
      this.serverCount[i] = station.servers;
      this.component[i] = station.component;
      this.queueAt[i] = queues;
      queues += station.priorities;
      this.serversAt[i] = servers;
      if (station.mode === 'recursion') servers += station.servers;
    });
    this.early = new EarlyReleases(
      memory,
      stations.map((s) => (s.mode === 'tokens' ? s.servers : 0)),
    );
    this.queueHead = new Int32Array(queues);
    this.queueTail = new Int32Array(queues);
    const nextFree = memory.float64Table(servers, (v) => (this.nextFree = v));
    this.sharing = stations.map((s) => (s.mode === 'sharing' ? new ProcessorSharing(s.servers) : null));

    this.timeouts = new Timeouts(this.frames);
    const balancers = memory.allocate(model.balancers.length * BALANCER_BYTES);
    this.balancers = model.balancers.map(
      (b, i) => new Balancer(b.policy, b.instances, memory, balancers + i * BALANCER_BYTES),
    );
    this.logs = model.logs.map(
      (l, i) =>
        new ConsumerLog(this.frames, l.partitions, maximumWorkers[i]!, l.workers, l.batch, l.capacity),
    );
    const limiters = memory.allocate(model.limiters.length * LIMITER_BYTES);
    this.limiters = model.limiters.map(
      (l, i) =>
        new KeyLimiter(
          l,
          model.components[l.component]!.keys ?? [...l.names],
          memory,
          limiters + i * LIMITER_BYTES,
        ),
    );
    this.state.int[INT.TRACE_MASK] = model.traceModulus - 1;
    const { at } = recorder;
    this.places = {
      ...at,
      ...this.pending.at,
      frames: 0,
      ...this.placeProgram(),
      ready,
      occupiedBins: this.pending.at.occupied,
      timeoutHeads: this.timeouts.headsAt,
      occupied,
      capacity,
      queued,
      since,
      component,
      serversAt,
      serverCount,
      nextFree,
      latencyOf: placeList(memory, at.latency),
      waitOf: placeList(memory, at.wait),
      keysOf: placeList(memory, at.keys),
      limiters,
      balancers,
      early: this.early.at,
      sources: memory.allocate(MAXIMUM_SOURCES * 4),
    };
    this.clock[ARRIVAL] = Infinity;
    this.frames.open();
    if (memory.linear !== null) this.startKernel(memory.linear);
    this.context = this.makeContext();
    this.addFrom(model);
    observer.watch(this.sources);
    model.logs.forEach((_, log) => this.noteLog(log));
    model.stations.forEach((station, i) => this.noteServers(i, station.servers));
    model.limiters.forEach((limiter, i) => this.noteRate(i, limiter.readsPerSecond));
  }

  /**
   * Goes on with a model that is the same as the present one up to `kept` of its tables, and has what
   * the run needs beyond in another form.
   */
  adopt(model: Model, kept: Extent): void {
    this.model = model;
    this.observer.adopt(model);
    Object.assign(this.places, this.placeProgram());
    this.tellPlaces();
    this.natives.length = kept.natives;
    this.breakers.length = this.budgets.length = kept.edges;
    this.addFrom(model);
  }

  /** Puts the program into the memory; returns where. */
  private placeProgram(): Pick<Places, 'code' | 'constants' | 'samplers'> {
    const { memory } = this;
    const program = this.model.program;
    const code = memory.int32Table(program.code.length, (v) => (this.code = v));
    const constants = memory.float64Table(program.constants.length, (v) => (this.constants = v));
    this.code.set(program.code);
    this.constants.set(program.constants);
    return { code, constants, samplers: placeSamplers(memory, program.samplers) };
  }

  /** Makes what belongs to entries of the model's tables that are new to the run. */
  private addFrom(model: Model): void {
    const { natives, breakers, budgets } = this;
    for (const { config } of model.edges.slice(breakers.length)) {
      const { circuitBreaker, retries } = config;
      breakers.push(circuitBreaker === null ? null : new CircuitBreaker(circuitBreaker));
      budgets.push(retries?.budgetRatio == null ? null : new RetryBudget(retries.budgetRatio));
    }
    for (const make of model.natives.slice(natives.length)) natives.push(make(this.context));
  }

  /** Events handled. */
  get events(): number {
    return this.state.float[FLOAT.EVENTS]!;
  }

  get now(): number {
    return this.clock[NOW]!;
  }
  set now(time: number) {
    this.clock[NOW] = time;
  }

  // ---- what the run tells the machine -------------------------------------------------------------

  /** Adds a source, or gives the one of that name new arrivals from now on. */
  setSource(spec: SourceSpec): void {
    const { arrivals } = spec;
    const key = sourceKey(this.seed, spec.name);
    if (arrivals.process === 'closed') {
      if (this.closed.has(spec.name)) return;
      this.closed.add(spec.name);
      this.clock[START_TIME] = this.now;
      for (let user = 0; user < arrivals.users; user++)
        this.startFrame(spec.entry, rootKey0(key, user), rootKey1(key, user), 0);
      return;
    }
    const settings = JSON.stringify(arrivals);
    const known = this.sources.find((s) => s.name === spec.name);
    if (known !== undefined && known.settings === settings) {
      known.entry = spec.entry;
      return;
    }
    const process = compileArrivals(arrivals, key);
    this.addProcess({
      name: spec.name,
      settings,
      entry: spec.entry,
      flow: spec.flowIndex,
      key,
      process,
      root: null,
      register: 0,
    });
  }

  /** Lets requests of sources that events made begin in the program of the variant in force. */
  renewEntries(): void {
    for (const source of this.sources)
      if (source.root !== null) source.entry = this.rootNamed(source.root).entry;
  }

  /**
   * Lets requests that wait for a server which they are to hold (a thread, a connection) go on in the
   * program of the variant in force: what they do, they do from now on.
   */
  renewWaiting(): void {
    const { variants } = this.model;
    const places = new Map<number, number>();
    for (let v = 0; v < this.variant; v++)
      for (const [name, place] of variants[v]!.waitingPlaces) {
        const now = variants[this.variant]!.waitingPlaces.get(name);
        if (now !== undefined) places.set(place, now);
      }
    const { int } = this.frames;
    for (const head of this.queueHead)
      for (let h = head; h !== 0; h = int[h + F.NEXT]!)
        int[h + F.PC] = places.get(int[h + F.PC]!) ?? int[h + F.PC]!;
  }

  private addProcess(added: {
    readonly name: string;
    readonly settings: string;
    readonly key: Key;
    readonly process: ArrivalProcess;
    readonly entry: number;
    readonly flow: number;
    readonly root: string | null;
    readonly register: number;
  }): void {
    const at = this.sources.findIndex((s) => s.name === added.name);
    const sequence = at < 0 ? 0 : this.sources[at]!.sequence;
    const { memory } = this.frames;
    const source = new Source(memory, added.name, added.settings, added.key, added.process, {
      ...added,
      sequence,
      fromNs: this.now,
    });
    if (at < 0) this.sources.push(source);
    else this.sources[at] = source;
    this.listSources();
  }

  /** Tells the kernel where the sources are; of more than it has room for, it leaves all to `arrive`. */
  private listSources(): void {
    const { memory } = this.frames;
    const known = this.sources.length <= MAXIMUM_SOURCES;
    if (known) memory.int32(this.places.sources, this.sources.length).set(this.sources.map(({ at }) => at));
    this.state.int[INT.SOURCES] = known ? this.sources.length : 0;
    this.findDueSource();
  }

  /** Multiplies the base rate of the sources whose name is among `names`. */
  scaleSources(names: readonly string[], multiplier: number): void {
    for (const source of this.sources)
      if (names.includes(source.name)) source.setMultiplier(this.now, multiplier);
    this.findDueSource();
  }

  setServers(station: number, servers: number): void {
    if (servers === this.capacity[station]) return;
    const spec = this.model.stations[station]!;
    if (spec.mode === 'recursion')
      throw new Error(`Servers of ${spec.name} change, but it was compiled as fixed.`);
    this.touch(station);
    this.early.settle(station, this.now, -Infinity, 0);
    this.recallReleases(station);
    this.recorder.setServers(station, servers, this.now);
    this.capacity[station] = servers;
    this.noteServers(station, servers);
    const sharing = this.sharing[station];
    if (sharing != null) {
      sharing.setServers(this.now, servers);
      this.countSharing(station);
      this.scheduleTick(station);
      return;
    }
    while (this.occupied[station]! < servers && this.queued[station]! > 0) {
      this.occupied[station]! += 1;
      this.serveNext(station);
    }
  }

  /** Jobs that wait at a station with tokens. */
  queueLengthOf(station: number): number {
    return this.queued[station]!;
  }

  /** When the oldest message of a log that is not done was published, ns; Infinity when there is none. */
  oldestMessageNs(logIndex: number): number {
    let oldest = Infinity;
    this.logs[logIndex]!.visitOldest((h) => {
      oldest = Math.min(oldest, this.frames.float[(h >> 1) + F.START]!);
    });
    return oldest;
  }

  setRates(limiter: number, readsPerSecond: number, writesPerSecond: number): void {
    this.limiters[limiter]!.setRates(readsPerSecond, writesPerSecond);
    this.noteRate(limiter, readsPerSecond);
  }

  /** Workers `first` to `first + count - 1` of a log crash: what they have in hand is delivered again. */
  crashWorkers(logIndex: number, count: number): number[] {
    const log = this.logs[logIndex]!;
    const crashed: number[] = [];
    for (let w = 0; w < log.workers && crashed.length < count; w++) {
      if (log.isDown(w)) continue;
      log.setDown(w, true);
      crashed.push(w);
      this.abandonBatch(logIndex, w);
    }
    this.noteLog(logIndex);
    this.reassign(logIndex);
    return crashed;
  }

  restoreWorkers(logIndex: number, workers: readonly number[]): void {
    for (const w of workers) this.logs[logIndex]!.setDown(w, false);
    this.noteLog(logIndex);
    this.reassign(logIndex);
  }

  setWorkers(logIndex: number, workers: number): void {
    if (this.logs[logIndex]!.workers === workers) return;
    this.resizeWorkers(logIndex, workers);
    this.reassign(logIndex);
  }

  private resizeWorkers(logIndex: number, workers: number): void {
    const log = this.logs[logIndex]!;
    const station = this.model.logs[logIndex]!.station;
    for (let w = workers; w < log.workers; w++) this.abandonBatch(logIndex, w);
    for (let p = 0; p < log.partitions; p++) if (log.ownerOf(p) >= workers) log.own(p, -1);
    log.workers = workers;
    this.touch(station);
    this.recorder.setServers(station, workers, this.now);
    this.capacity[station] = workers;
    this.noteLog(logIndex);
  }

  // ---- what the observer is told --------------------------------------------------------------------

  private noteServers(station: number, servers: number): void {
    const { component, name, mode } = this.model.stations[station]!;
    // Those of a log are its workers.
    if (mode !== 'recursion' && !this.model.logs.some((log) => log.station === station))
      this.observer.level(component, 'servers', name, servers, this.now);
  }

  /** How many workers of a log are there, and how many of its partitions they can take from. */
  private noteLog(logIndex: number): void {
    const log = this.logs[logIndex]!;
    const { name, station, stream } = this.model.logs[logIndex]!;
    this.observer.level(this.component[station]!, 'workers', name, log.workersUp(), this.now);
    this.observer.level(stream, 'partitions', name, log.partitionsOpen(), this.now);
  }

  private noteRate(limiter: number, readsPerSecond: number): void {
    const { component } = this.model.limiters[limiter]!;
    this.observer.level(component, 'key rate', String(limiter), readsPerSecond, this.now);
  }

  /** Instance, shard or worker that a frame is at; -1: nobody can tell. */
  private unitOf(pc: number, h: number): number {
    const { unitRegister } = this.observer.ownerOf(pc);
    return unitRegister < 0 ? -1 : this.frames.int[h + F.REGISTER + unitRegister]!;
  }

  private noteTime(row: number, stream: number, pc: number, h: number, ns: number): void {
    this.observer.time(row, stream, this.unitOf(pc, h), ns, this.now);
  }

  private noteVisit(station: number, stream: number, serviceNs: number, h: number): void {
    if (this.frames.int[h + F.LEDGER] !== 0) this.observer.visit(station, stream, serviceNs, this.now);
  }

  private noteBreaker(edge: number, pc: number, h: number): void {
    if (this.frames.int[h + F.LEDGER] === 0) return;
    const { target } = this.model.edges[edge]!;
    const component = this.model.components.findIndex(({ id }) => id === target);
    this.observer.callFailed('breaker-open', pc, component, this.now);
  }

  private noteFailure(mode: FailureMode, pc: number, h: number): void {
    const { int } = this.frames;
    if (int[h + F.LEDGER] !== 0) this.observer.failed(mode, pc, this.unitOf(pc, h), this.now);
  }

  /** `row`: of the time ledger, a row of the component that is called. */
  private noteCall(mode: FailureMode, pc: number, h: number, row: number): void {
    if (this.frames.int[h + F.LEDGER] !== 0)
      this.observer.callFailed(mode, pc, Math.floor((row - 1) / 5), this.now);
  }

  private setDown(logIndex: number, worker: number, down: boolean): void {
    this.logs[logIndex]!.setDown(worker, down);
    this.noteLog(logIndex);
  }

  private reassign(logIndex: number): void {
    this.logs[logIndex]!.assign();
    this.wakeWorkers(logIndex);
  }

  /** Workers with nothing in hand take what their partitions have. */
  private wakeWorkers(logIndex: number): void {
    const log = this.logs[logIndex]!;
    for (let w = 0; w < log.workers; w++) if (log.inHand[w] === 0) this.takeNext(logIndex, w);
  }

  private abandonBatch(logIndex: number, worker: number): void {
    const log = this.logs[logIndex]!;
    const leader = log.inHand[worker]!;
    if (leader === 0) return;
    const partition = log.partitionInHand[worker]!;
    const batch: number[] = [];
    for (let f = log.firstFollower(worker); f !== 0; f = this.frames.int[f + F.NEXT]!) batch.push(f);
    const station = this.model.logs[logIndex]!.station;
    const { books } = this.recorder;
    // The whole batch goes back in order: the leader, as a new frame, comes to the head last.
    for (const frame of batch.reverse()) {
      const row = this.frames.int[frame + F.LEDGER]!;
      if (row !== 0) this.spans?.putBack(row, row, this.queueCellOf(logIndex), this.now);
      log.putBack(frame, partition);
      books.before[station]! += this.now - this.frames.float[frame >> 1]!;
    }
    const again = this.redeliver(leader, log.appendPc[worker]!, log.payload[worker]!, logIndex);
    log.putBack(again, partition);
    books.abandoned[this.component[station]!]! += batch.length + 1;
    books.served[station]! += this.now;
    this.touch(station);
    this.occupied[station]! -= 1;
    this.queued[station]! += batch.length + 1;
    log.release(worker);
  }

  /** A new frame for the message that a crashed worker had in hand; the old frame's work is dropped. */
  private redeliver(old: number, append: number, payload: number, logIndex: number): number {
    const frame = this.allocate();
    const { int, float } = this.frames;
    const key0 = int[old + F.KEY0]!;
    const key1 = int[old + F.KEY1]!;
    int.copyWithin(frame, old, old + F.FRAME_WORDS);
    int[frame + F.PC] = append;
    int[frame + F.KEY0] = childKey0(key0, key1, REDELIVERY);
    int[frame + F.KEY1] = childKey1(key0, key1, REDELIVERY);
    int[frame + F.STATUS] = int[old + F.STATUS]! & F.ROOT;
    int[frame + F.CHILD] = 0;
    int[frame + F.REGISTER + 1] = payload;
    const row = int[old + F.LEDGER]!;
    int[frame + F.LEDGER] = row === 0 ? 0 : this.openRow(this.now);
    if (row !== 0) this.spans?.putBack(row, int[frame + F.LEDGER]!, this.queueCellOf(logIndex), this.now);
    float[(frame >> 1) + F.TIME] = this.now;
    this.kill(old);
    return frame;
  }

  /** Entry of a ledger row for the wait in a log, at the component that takes from it. */
  private queueCellOf(logIndex: number): number {
    return 1 + this.component[this.model.logs[logIndex]!.station]! * 5;
  }

  private kill(h: number): void {
    const { int } = this.frames;
    int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.ROOT) | F.KILLED;
    const child = int[h + F.CHILD]!;
    const branches = (int[h + F.STATUS]! >>> F.BRANCH_SHIFT) & F.BRANCH_MASK;
    if (child !== 0 && branches === 0) {
      this.abandonChild(h, child);
      this.free(h);
    }
  }

  private abandonChild(parent: number, child: number): void {
    const { int } = this.frames;
    int[child + F.PARENT] = 0;
    this.ledger.close(int[child + F.LEDGER]!);
    int[child + F.LEDGER] = 0;
    if ((int[parent + F.STATUS]! & F.ARMED) !== 0) this.timeouts.cancel(parent);
    int[parent + F.CHILD] = 0;
  }

  // ---- frames ---------------------------------------------------------------------------------------

  private allocate(): number {
    const { frames } = this;
    const h = frames.free;
    frames.live++;
    if (h !== 0) {
      frames.free = frames.int[h + F.NEXT]!;
      return h;
    }
    if (frames.used === frames.capacity) {
      if (frames.used > frames.maximum) this.stoppedAt ??= this.now;
      frames.grow();
    }
    return frames.used++ * F.FRAME_WORDS;
  }

  private free(h: number): void {
    const { frames } = this;
    const int = frames.int;
    if (int[h + F.LEDGER] !== 0) this.ledger.close(int[h + F.LEDGER]!);
    int[h + F.PC] = F.FREE;
    int[h + F.NEXT] = frames.free;
    frames.free = h;
    frames.live--;
  }

  /** A frame without a caller that goes on at `clock[START_TIME]`; register 1 is `register`. */
  private startFrame(entry: number, key0: number, key1: number, register: number): number {
    const h = this.allocate();
    const { int, float } = this.frames;
    const time = this.clock[START_TIME]!;
    float[(h >> 1) + F.TIME] = time;
    float[(h >> 1) + F.START] = time;
    int[h + F.PC] = entry;
    int[h + F.KEY0] = key0;
    int[h + F.KEY1] = key1;
    int[h + F.PARENT] = 0;
    int[h + F.STATUS] = 0;
    int[h + F.LEDGER] = 0;
    int[h + F.CHILD] = 0;
    int[h + F.REGISTER] = 0;
    int[h + F.REGISTER + 1] = register;
    int[h + F.REGISTER + 2] = 0;
    this.pushReady(h);
    return h;
  }

  /** Makes a frame the root of a request that arrives at the frame's time. */
  private beginRequest(h: number, flow: number): void {
    const { int, float } = this.frames;
    const time = float[h >> 1]!;
    float[(h >> 1) + F.START] = time;
    int[h + F.STATUS] = int[h + F.STATUS]! | F.ROOT;
    this.recorder.arrivals[flow]! += 1;
    this.recorder.inFlight[flow]!++;
    if ((int[h + F.KEY1]! & this.state.int[INT.TRACE_MASK]!) !== 0) return;
    const row = this.openRow(time);
    int[h + F.LEDGER] = row;
    this.spans?.begin(row, flow, drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, EXEMPLAR, 0) >>> 0, time);
  }

  private openRow(time: number): number {
    this.ledger.now[0] = time;
    return this.ledger.open();
  }

  private pushReady(h: number): void {
    const { int } = this.state;
    if (int[INT.READY_TAIL] === int[INT.READY_CAPACITY]) this.makeRoomReady();
    this.ready[this.state.int[INT.READY_TAIL]!++] = h;
  }

  /** The queue is short: what was taken is dropped, or its place doubles. */
  private makeRoomReady(): void {
    const { int } = this.state;
    const head = int[INT.READY_HEAD]!;
    const tail = int[INT.READY_TAIL]!;
    int[INT.READY_HEAD] = 0;
    int[INT.READY_TAIL] = tail - head;
    if (head > tail >> 1) {
      this.ready.copyWithin(0, head, tail);
      return;
    }
    const waiting = this.ready.slice(head, tail);
    const capacity = int[INT.READY_CAPACITY]! * 2;
    this.state.int[INT.READY_CAPACITY] = capacity;
    this.places.ready = this.frames.memory.int32Table(capacity, (v) => (this.ready = v));
    this.ready.set(waiting);
    this.tellPlaces();
  }

  private resumeAt(h: number, time: number, pc: number): void {
    this.frames.float[(h >> 1) + F.TIME] = time;
    this.frames.int[h + F.PC] = pc;
    this.pushReady(h);
  }

  // ---- stations ---------------------------------------------------------------------------------------

  /** Brings the areas of a station with tokens up to now; before each change of its counts. */
  private touch(station: number): void {
    const time = this.clock[NOW]!;
    const passed = time - this.since[station]!;
    if (passed > 0) {
      this.recorder.busy[station]! += this.occupied[station]! * passed;
      this.recorder.queue[station]! += this.queued[station]! * passed;
      this.since[station] = time;
    }
  }

  /** Brings every station with tokens up to now, before a cell ends there. */
  touchAll(): void {
    for (let s = 0; s < this.since.length; s++) this.touch(s);
  }

  /** The longest waiting frame of the most urgent class enters service; its token is already taken. */
  private serveNext(station: number): void {
    const time = this.clock[NOW]!;
    const { int, float } = this.frames;
    const at = this.queueAt[station]!;
    for (let q = at; q < at + this.priorities[station]!; q++) {
      const h = this.queueHead[q]!;
      if (h === 0) continue;
      this.queueHead[q] = int[h + F.NEXT]!;
      this.queued[station]! -= 1;
      if (int[h + F.STATUS]! < 0) {
        // Killed while it waited: the token goes on to the next, if there is one.
        this.recorder.books.gaveUp[station]! += time - float[h >> 1]!;
        this.free(h);
        if (this.queued[station]! > 0) this.serveNext(station);
        else this.occupied[station]! -= 1;
        return;
      }
      const waited = time - float[(h >> 1) + F.TIME]!;
      this.recorder.components[this.component[station]!]!.wait.record(waited);
      this.recorder.books.waited[station]! += waited;
      this.recorder.books.served[station]! -= time;
      const pc = int[h + F.PC]!;
      const row = int[h + F.LEDGER]!;
      if (row !== 0) {
        this.ledger.rows[row + this.code[pc + 6]!]! += waited;
        this.spans?.resume(row, time);
      }
      this.resumeAt(h, time, pc + (8 satisfies (typeof LENGTH)['ACQUIRE']));
      return;
    }
  }

  /** A held server is free from now on, or has its next user. */
  private release(station: number): void {
    this.touch(station);
    this.recorder.books.served[station]! += this.clock[NOW]!;
    this.recorder.finished[station]! += 1;
    if (this.queued[station]! > 0 && this.occupied[station]! <= this.capacity[station]!)
      this.serveNext(station);
    else this.occupied[station]! -= 1;
  }

  /**
   * Releases a server at the time of the frame, which is to come, in this cell, if nobody can need to know
   * it before then; `false`: it has to be done at that time. That is so as well where a worker of a log
   * waits for the frame: if it crashes, what follows must not have been done.
   */
  private releaseEarly(station: number, h: number): boolean {
    const now = this.clock[NOW]!;
    const { early, recorder } = this;
    const { int, float } = this.frames;
    const time = float[h >> 1]!;
    if (
      this.queued[station]! > 0 ||
      time >= recorder.cellEnd ||
      this.isForWorker(h) ||
      !early.hasRoom(station, this.occupied[station]!, this.capacity[station]!, now)
    )
      return false;
    this.touch(station);
    recorder.finished[station]! += 1;
    recorder.busy[station]! += time - now;
    recorder.books.served[station]! += time;
    this.occupied[station]! -= 1;
    early.add(station, time, float[(h >> 1) + F.START]!, int[h + F.KEY0]!);
    return true;
  }

  /** Is the frame, or one that waits for it, in the hand of a worker? */
  private isForWorker(h: number): boolean {
    const { int } = this.frames;
    for (let f = h; f !== 0; f = int[f + F.PARENT]!) if ((int[f + F.STATUS]! & F.IN_HAND) !== 0) return true;
    return false;
  }

  /** A frame finds no free server: makes sure that there is none. */
  private settleReleases(station: number, h: number): void {
    const { early } = this;
    const { int, float } = this.frames;
    early.settle(station, this.clock[NOW]!, float[(h >> 1) + F.START]!, int[h + F.KEY0]!);
    if (early.isNearCapacity(station, this.occupied[station]!, this.capacity[station]!))
      this.recallReleases(station);
  }

  /** Makes early releases of a station that are still to come events. */
  private recallReleases(station: number): void {
    const now = this.clock[NOW]!;
    if (this.early.count(station) === 0) return;
    this.touch(station);
    for (const { time, start, key0 } of this.early.recall(station)) {
      this.recorder.finished[station]! -= 1;
      this.recorder.busy[station]! -= time - now;
      this.recorder.books.served[station]! -= time;
      this.occupied[station]! += 1;
      this.alarm(time, start, key0, () => this.release(station));
    }
  }

  private enqueue(station: number, priority: number, h: number): void {
    const q = this.queueAt[station]! + Math.min(priority, this.priorities[station]! - 1);
    const int = this.frames.int;
    int[h + F.NEXT] = 0;
    if (this.queueHead[q] === 0) this.queueHead[q] = h;
    else int[this.queueTail[q]! + F.NEXT] = h;
    this.queueTail[q] = h;
    this.queued[station]! += 1;
  }

  /** First come, first served by c servers: start of the service of a job that arrives at `time` and takes `service`. */
  private reserve(station: number, time: number, service: number): number {
    const { nextFree } = this;
    const at = this.serversAt[station]!;
    const servers = this.serverCount[station]!;
    const start = Math.max(time, nextFree[at]!);
    const end = start + service;
    // A binary heap of next-free times: the root is replaced and sinks.
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= servers) break;
      if (below + 1 < servers && nextFree[at + below + 1]! < nextFree[at + below]!) below++;
      if (nextFree[at + below]! >= end) break;
      nextFree[at + i] = nextFree[at + below]!;
      i = below;
    }
    nextFree[at + i] = end;
    return start;
  }

  private scheduleTick(station: number): void {
    const now = this.clock[NOW]!;
    const sharing = this.sharing[station]!;
    sharing.version++;
    const due = Math.max(now, sharing.nextDeparture());
    if (due === Infinity) return;
    const h = this.allocate();
    const { int, float } = this.frames;
    float[(h >> 1) + F.TIME] = due;
    float[(h >> 1) + F.START] = due;
    int[h + F.PC] = 0;
    int[h + F.KEY0] = 0;
    int[h + F.KEY1] = station;
    int[h + F.PARENT] = 0;
    int[h + F.STATUS] = 0;
    int[h + F.LEDGER] = 0;
    int[h + F.CHILD] = 0;
    int[h + F.REGISTER] = station;
    int[h + F.REGISTER + 1] = sharing.version;
    this.pending.push(h);
  }

  private arriveSharing(station: number, h: number, demand: number): void {
    this.sharing[station]!.arrive(this.clock[NOW]!, h, demand);
  }

  private tick(h: number): void {
    const now = this.clock[NOW]!;
    const station = this.frames.int[h + F.REGISTER]!;
    const version = this.frames.int[h + F.REGISTER + 1]!;
    this.free(h);
    const sharing = this.sharing[station]!;
    if (version !== sharing.version) return;
    sharing.depart(now, (frame, arrival, demand) => {
      const waited = Math.max(0, now - arrival - demand);
      const served = now - arrival - waited;
      const { int } = this.frames;
      this.recorder.components[this.component[station]!]!.wait.record(waited);
      this.recorder.books.waited[station]! += waited;
      this.recorder.books.rounded[station]! += 1;
      this.recorder.finished[station]! += 1;
      const pc = int[frame + F.PC]!;
      const row = int[frame + F.LEDGER]!;
      if (row !== 0) {
        this.ledger.rows[row + this.code[pc + 7]!]! += waited;
        this.ledger.rows[row + this.code[pc + 8]!]! += served;
        this.spans?.resume(row, arrival + waited);
        this.spans?.spend(row, this.code[pc + 8]!, arrival + waited, now);
      }
      if (int[frame + F.STATUS]! < 0) this.free(frame);
      else this.resumeAt(frame, now, pc + (9 satisfies (typeof LENGTH)['SHARE']));
    });
    this.countSharing(station);
    this.scheduleTick(station);
  }

  private countSharing(station: number): void {
    this.touch(station);
    const sharing = this.sharing[station]!;
    this.occupied[station] = Math.min(sharing.jobs, sharing.servers);
    this.queued[station] = sharing.jobs - this.occupied[station]!;
  }

  // ---- logs ---------------------------------------------------------------------------------------------

  private appendTo(logIndex: number, h: number, partition: number): void {
    const now = this.clock[NOW]!;
    const log = this.logs[logIndex]!;
    const spec = this.model.logs[logIndex]!;
    this.frames.float[(h >> 1) + F.TIME] = now;
    const row = this.frames.int[h + F.LEDGER]!;
    if (row !== 0) this.spans?.wait(row, this.queueCellOf(logIndex), now);
    log.accepted++;
    this.recorder.changeBacklog(spec.stream, 1, now);
    this.touch(spec.station);
    this.queued[spec.station]! += 1;
    const worker = log.append(h, partition);
    if (worker >= 0) this.takeNext(logIndex, worker);
  }

  private takeNext(logIndex: number, worker: number): void {
    const now = this.clock[NOW]!;
    const log = this.logs[logIndex]!;
    const leader = log.take(worker);
    if (leader === 0) return;
    const { int, float } = this.frames;
    const spec = this.model.logs[logIndex]!;
    const { station } = spec;
    this.touch(station);
    this.occupied[station]! += 1;
    const { books } = this.recorder;
    books.served[station]! -= now;
    const wait = this.recorder.components[this.component[station]!]!.wait;
    for (let f = leader; f !== 0; f = f === leader ? log.firstFollower(worker) : int[f + F.NEXT]!) {
      this.queued[station]! -= 1;
      const waited = now - float[(f >> 1) + F.TIME]!;
      wait.record(waited);
      books.waited[station]! += waited;
      const row = int[f + F.LEDGER]!;
      if (row === 0) continue;
      const cell = this.queueCellOf(logIndex);
      this.ledger.rows[row + cell]! += waited;
      this.spans?.take(row, now);
      if (f !== leader) this.spans?.wait(row, cell + 1, now);
    }
    const pc = int[leader + F.PC]!;
    log.appendPc[worker] = pc;
    log.payload[worker] = int[leader + F.REGISTER + 1]!;
    int[leader + F.REGISTER + this.code[pc + 4]!] = worker;
    int[leader + F.STATUS]! |= F.IN_HAND;
    this.resumeAt(leader, now, pc + (5 satisfies (typeof LENGTH)['APPEND']));
  }

  private dropOldest(logIndex: number): void {
    const { int, float } = this.frames;
    const log = this.logs[logIndex]!;
    const { stream, station } = this.model.logs[logIndex]!;
    let oldest = -1;
    for (let p = 0; p < log.partitions; p++) {
      const head = log.first(p);
      if (head === 0) continue;
      if (oldest < 0 || float[(head >> 1) + F.START]! < float[(log.first(oldest) >> 1) + F.START]!)
        oldest = p;
    }
    if (oldest < 0) return;
    const h = log.dropFirst(oldest);
    this.recorder.changeBacklog(stream, -1, this.now);
    this.touch(station);
    this.queued[station]! -= 1;
    this.recorder.books.gaveUp[station]! += this.now - float[h >> 1]!;
    const pc = int[h + F.PC]!;
    int[h + F.REGISTER + this.code[pc + 4]!] = -1;
    if (int[h + F.LEDGER] !== 0) this.spans?.resume(int[h + F.LEDGER]!, this.now);
    this.resumeAt(h, this.now, pc + (5 satisfies (typeof LENGTH)['APPEND']));
  }

  private commit(logIndex: number, worker: number, h: number, pc: number): void {
    const now = this.clock[NOW]!;
    const log = this.logs[logIndex]!;
    const spec = this.model.logs[logIndex]!;
    this.frames.int[h + F.STATUS]! &= ~F.IN_HAND;
    const lag = this.recorder.components[spec.stream]!.lag!;
    lag.record(now - this.frames.float[(h >> 1) + F.START]!);
    let done = 1;
    for (let f = log.firstFollower(worker); f !== 0;) {
      // Taken anew each time: to go on with a frame may move the memory.
      const { int, float } = this.frames;
      const next = int[f + F.NEXT]!;
      lag.record(now - float[(f >> 1) + F.START]!);
      // A batch fails as a whole.
      int[f + F.STATUS] = int[f + F.STATUS]! | (int[h + F.STATUS]! & F.FAILURE_MASK);
      const row = int[f + F.LEDGER]!;
      if (row !== 0) {
        const cell = this.queueCellOf(logIndex);
        const waited = this.ledger.rows[row + cell]!;
        this.ledger.rows[row + cell + 1]! += now - float[(f >> 1) + F.START]! - waited;
        this.spans?.resume(row, now);
      }
      this.resumeAt(f, now, pc + (3 satisfies (typeof LENGTH)['COMMIT']));
      done++;
      f = next;
    }
    log.accepted -= done;
    this.recorder.changeBacklog(spec.stream, -done, now);
    this.touch(spec.station);
    this.recorder.books.served[spec.station]! += now;
    this.occupied[spec.station]! -= 1;
    this.recorder.finished[spec.station]! += done;
    log.release(worker);
    this.takeNext(logIndex, worker);
  }

  // ---- time-outs ------------------------------------------------------------------------------------------

  /** Ends the calls whose time is up at `time`. */
  private fireTimeouts(time: number): void {
    for (let h = this.timeouts.take(time); h !== 0; h = this.timeouts.take(time)) {
      const { int, float } = this.frames;
      const deadline = float[(h >> 1) + F.TIME]!;
      this.now = deadline;
      this.state.float[FLOAT.EVENTS]! += 1;
      const call = int[h + F.PC]!;
      const child = int[h + F.CHILD]!;
      const row = int[h + F.LEDGER]!;
      this.noteCall('timed-out', call, h, this.code[call + 10]!);
      if (child !== 0) {
        const childRow = int[child + F.LEDGER]!;
        if (row !== 0 && childRow !== 0)
          this.ledger.rows[row + this.code[call + 11]!]! += deadline - this.ledger.rows[childRow]!;
        int[child + F.PARENT] = 0;
        if (childRow !== 0) this.spans?.giveUp(childRow, deadline, FAILURE.timeout);
        this.ledger.close(childRow);
        int[child + F.LEDGER] = 0;
        int[h + F.CHILD] = 0;
      }
      int[h + F.STATUS] = (int[h + F.STATUS]! & ~(F.FAILURE_MASK | F.ARMED)) | FAILURE.timeout;
      this.resumeAt(h, deadline, this.code[call + 12]!);
    }
  }

  // ---- sources ---------------------------------------------------------------------------------------------

  private findDueSource(): void {
    let due = Infinity;
    this.state.int[INT.DUE_SOURCE] = 0;
    for (let i = 0; i < this.sources.length; i++) {
      const { next } = this.sources[i]!;
      if (next < due) {
        due = next;
        this.state.int[INT.DUE_SOURCE] = i;
      }
    }
    this.clock[ARRIVAL] = due;
  }

  private arrive(): void {
    const source = this.sources[this.state.int[INT.DUE_SOURCE]!]!;
    this.clock[START_TIME] = source.next;
    const h = this.startFrame(source.entry, source.key0, source.key1, source.register);
    this.beginRequest(h, source.flow);
    source.advance();
    this.findDueSource();
  }

  private rootNamed(name: string): { readonly entry: number; readonly flow: number } {
    const root = this.model.variants[this.variant]!.roots.get(name);
    if (root === undefined) throw new Error(`There is no root ${name}.`);
    return root;
  }

  private makeContext(): NativeContext {
    const states = new Map<string, unknown>();
    return {
      now: () => this.now,
      time: (frame) => this.frames.float[frame >> 1]!,
      state: <T>(name: string, make: () => T): T => {
        if (!states.has(name)) states.set(name, make());
        return states.get(name) as T;
      },
      draw: (frame, stream, index) =>
        drawInt32(this.frames.int[frame + F.KEY0]!, this.frames.int[frame + F.KEY1]!, stream, index) >>> 0,
      register: (frame, register) => this.frames.int[frame + F.REGISTER + register]!,
      setRegister: (frame, register, value) => {
        this.frames.int[frame + F.REGISTER + register] = value;
      },
      attempt: (frame) => (this.frames.int[frame + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK,
      failure: (frame) => this.frames.int[frame + F.STATUS]! & F.FAILURE_MASK,
      startNs: (frame) => this.frames.float[(frame >> 1) + F.START]!,
      sample: (flow, sinceNs) => {
        const cell = this.recorder.flows[flow]!;
        this.recorder.arrivals[flow]! += 1;
        this.recorder.completed[flow]! += 1;
        cell.latency.record(this.now - sinceNs);
      },
      count: (counter, amount) => {
        this.recorder.counters[counter]! += amount;
      },
      after: (delayNs, action) => this.after(delayNs, action),
      consumers: {
        count: (log) => this.logs[log]!.workers,
        isUp: (log, worker) => !this.logs[log]!.isDown(worker),
        stop: (log, worker) => {
          this.setDown(log, worker, true);
          this.abandonBatch(log, worker);
        },
        retire: (log, worker) => this.setDown(log, worker, true),
        start: (log, worker) => this.setDown(log, worker, false),
        resume: (log, worker) => {
          this.setDown(log, worker, false);
          this.wakeWorkers(log);
        },
        resize: (log, workers) => this.resizeWorkers(log, Math.min(workers, this.logs[log]!.inHand.length)),
        stall: (log, partition) => {
          this.logs[log]!.stall(partition);
          this.noteLog(log);
        },
        endStall: (log, partition) => {
          this.logs[log]!.endStall(partition);
          this.noteLog(log);
          this.wakeWorkers(log);
        },
        assign: (log) => this.reassign(log),
        plan: (log) => this.logs[log]!.plan(),
        owner: (log, partition) => this.logs[log]!.ownerOf(partition),
        give: (log, partition, worker) => {
          this.logs[log]!.own(partition, worker);
          this.wakeWorkers(log);
        },
        isFull: (log) => this.logs[log]!.isFull(),
        dropOldest: (log) => this.dropOldest(log),
      },
      serving: (component, instances) => this.observer.levelOf(component, 'instances', instances, this.now),
      addKey: (limiter, name) => this.limiters[limiter]!.addKey(name),
      start: ({ name, root, register }) => {
        const { entry, flow } = this.rootNamed(root);
        const key = sourceKey(this.seed, name);
        this.clock[START_TIME] = this.now;
        const frame = this.startFrame(entry, rootKey0(key, 0), rootKey1(key, 0), register);
        this.beginRequest(frame, flow);
      },
      addSource: (options) => {
        const root = this.rootNamed(options.root);
        const key = sourceKey(this.seed, options.name);
        const process = thinnedArrivals(options, key, this.now);
        this.addProcess({
          name: options.name,
          settings: '',
          entry: root.entry,
          flow: root.flow,
          key,
          process,
          root: options.root,
          register: options.register,
        });
      },
    };
  }

  private readonly alarms = new Map<number, () => void>();
  private lastAlarm = 0;

  /** Does something `delayNs` from now, after the requests of that instant that were scheduled before. */
  private after(delayNs: number, action: () => void): void {
    this.alarm(this.now + delayNs, 0, 0, action);
  }

  /** Does something at a time, ns, in the place of an event of a request with that start and key. */
  private alarm(time: number, start: number, key0: number, action: () => void): void {
    const h = this.allocate();
    const { int, float } = this.frames;
    this.lastAlarm++;
    this.alarms.set(this.lastAlarm, action);
    float[(h >> 1) + F.TIME] = time;
    float[(h >> 1) + F.START] = start;
    int.fill(0, h + F.PC, h + F.FRAME_WORDS);
    int[h + F.PC] = 1;
    int[h + F.KEY0] = key0;
    int[h + F.REGISTER] = this.lastAlarm;
    this.pending.push(h);
  }

  private ring(h: number): void {
    const alarm = this.frames.int[h + F.REGISTER]!;
    const action = this.alarms.get(alarm)!;
    this.alarms.delete(alarm);
    this.free(h);
    action();
  }

  // ---- the loop -----------------------------------------------------------------------------------------------

  /**
   * Runs until `untilNs` (events at that very time are left) or until `maximumEvents` more have been
   * handled. `false`: stopped at the budget or at the frame limit, there is more to do before `untilNs`.
   */
  advance(untilNs: number, maximumEvents: number): boolean {
    const { float } = this.state;
    float[FLOAT.UNTIL] = untilNs;
    float[FLOAT.LAST_EVENT] = this.events + maximumEvents;
    return this.kernel === null ? this.advanceAlone() : this.advanceWith(this.kernel);
  }

  private advanceWith(kernel: Kernel): boolean {
    const { state } = this;
    this.usedKernel = true;
    for (;;) {
      // Frames that go on at this instant still do, when the run has to stop.
      if (this.stoppedAt !== null) state.float[FLOAT.LAST_EVENT] = 0;
      const outcome = kernel.advance();
      if (outcome === OUTCOME.REACHED) return true;
      if (outcome === OUTCOME.BUDGET) return false;
      if (outcome === OUTCOME.TIMEOUTS) this.fireTimeouts(this.timeouts.due);
      else {
        const { int } = state;
        const h = int[INT.FRAME]!;
        if (this.frames.int[h + F.STATUS]! < 0) this.free(h);
        else this.step(h, int[INT.PC]!, int[INT.UNARMED]!);
      }
    }
  }

  /** From now on TypeScript does all; for tests, and for who watches each event. */
  stopKernel(): void {
    this.kernel = null;
  }

  private startKernel(memory: LinearMemory): void {
    const { recorder } = this;
    this.kernel = new Kernel(memory, {
      native: (index, frame) => this.natives[index]!(frame),
      arrive: () => this.arrive(),
      refill: (source) => this.sources[source]!.refill(),
      openNext: () => this.pending.advance(),
      push: (frame) => this.pending.push(frame),
      arm: (frame) => this.timeouts.arm(frame),
      cancel: (frame) => this.timeouts.cancel(frame),
      serviceLater: (station, arrival, start, end) =>
        recorder.serviceLater(station, this.component[station]!, arrival, start, end),
      countKeyLater: (time, component, key, row) => {
        recorder.keyTime[0] = time;
        recorder.countKeyLater(component, key, row);
      },
      pick: (balancer, draw) => this.balancers[balancer]!.pick(draw >>> 0, -1),
      unpick: (balancer, instance) => this.balancers[balancer]!.release(instance),
      releaseEarly: (station, frame) => this.releaseEarly(station, frame),
    });
    this.frames.onMove = this.pending.onMove = () => this.tellPlaces();
    this.tellPlaces();
  }

  private tellPlaces(): void {
    const { run, runTime } = this.pending.at;
    this.kernel?.place({ ...this.places, run, runTime, frames: this.frames.base });
  }

  private advanceAlone(): boolean {
    const { pending, state } = this;
    for (;;) {
      let h: number;
      if (state.int[INT.READY_HEAD]! < state.int[INT.READY_TAIL]!) h = this.takeReady();
      else {
        const { float } = state;
        if (this.stoppedAt !== null || float[FLOAT.EVENTS]! >= float[FLOAT.LAST_EVENT]!) return false;
        const until = float[FLOAT.UNTIL]!;
        const sourceDue = float[FLOAT.ARRIVAL]!;
        const timeoutDue = float[FLOAT.TIMEOUT_DUE]!;
        const other = sourceDue < timeoutDue ? sourceDue : timeoutDue;
        float[FLOAT.LIMIT] = other < until ? other : until;
        let next = Infinity;
        if (pending.position < pending.count || pending.advance()) next = pending.runTime[pending.position]!;
        if (next >= until && other >= until) {
          state.float[FLOAT.NOW] = until;
          return true;
        }
        if (next > other) {
          if (timeoutDue <= sourceDue) this.fireTimeouts(timeoutDue);
          else {
            float[FLOAT.NOW] = sourceDue;
            float[FLOAT.EVENTS]! += 1;
            this.arrive();
          }
          continue;
        }
        h = pending.run[pending.position++]!;
        pending.size--;
        state.float[FLOAT.NOW] = next;
        state.float[FLOAT.EVENTS]! += 1;
      }
      this.resume(h);
    }
  }

  private takeReady(): number {
    const { int } = this.state;
    const h = this.ready[int[INT.READY_HEAD]!++]!;
    if (int[INT.READY_HEAD] === int[INT.READY_TAIL]) int[INT.READY_HEAD] = int[INT.READY_TAIL] = 0;
    return h;
  }

  /** Takes a frame up where it waited for its time. */
  private resume(h: number): void {
    const { int, float } = this.frames;
    let pc = int[h + F.PC]!;
    if (pc < 0) {
      pc = ~pc;
      float[h >> 1]! += this.code[pc + 1]!;
    }
    if (int[h + F.STATUS]! < 0) this.free(h);
    else this.step(h, pc, 0);
  }

  /**
   * Carries out the steps of a frame, and of those that it calls or returns to, until one has to wait.
   *
   * @param h Its time is in the frame.
   * @param unarmed The caller whose time-out starts in this event: armed only if the event leaves it waiting.
   */
  private step(h: number, pc: number, unarmed: number): void {
    const { pending, frames, recorder, ledger, spans, timeouts } = this;
    const { samplers } = this.model.program;
    let int = frames.int;
    let float = frames.float;
    let { code, constants } = this;
    const now = this.clock[NOW]!;
    let t = float[h >> 1]!;

    steps: for (;;) {
      switch (code[pc]!) {
        case 0 satisfies typeof OP.DELAY: {
          const sampler = samplers[code[pc + 1]!]!;
          const time =
            sampler.constantNs >= 0
              ? sampler.constantNs
              : sampleNs(
                  sampler,
                  drawInt32(
                    int[h + F.KEY0]!,
                    int[h + F.KEY1]!,
                    code[pc + 2]!,
                    (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK,
                  ),
                );
          t += time;
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 3]!]! += time;
            if (spans !== null) this.showDelay(row, pc, h, t, time);
            this.noteTime(code[pc + 3]!, code[pc + 2]!, pc, h, time);
          }
          pc += 4 satisfies (typeof LENGTH)['DELAY'];
          continue;
        }

        case 1 satisfies typeof OP.VISIT: {
          if (t - code[pc + 1]! > now) break;
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          float[h >> 1] = t;
          this.visit(h, pc, key0, key1, attempt);
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            const start = this.visitStart[0]!;
            ledger.rows[row + code[pc + 11]!]! += start - t;
            ledger.rows[row + code[pc + 12]!]! += float[h >> 1]! - start;
            spans?.spend(row, code[pc + 11]!, t, start);
            spans?.spend(row, code[pc + 12]!, start, float[h >> 1]!);
          }
          t = float[h >> 1]!;
          pc += 13 satisfies (typeof LENGTH)['VISIT'];
          continue;
        }

        case 20 satisfies typeof OP.LEAF: {
          if (t - code[pc + 1]! > now) break;
          // The keys that the callee's frame would have had.
          const parent0 = int[h + F.KEY0]!;
          const parent1 = int[h + F.KEY1]!;
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const child = (code[pc + 16]! + attempt) | 0;
          const key0 = childKey0(parent0, parent1, child) | 0;
          const key1 = childKey1(parent0, parent1, child) | 0;
          const row = int[h + F.LEDGER]!;
          const latency = samplers[code[pc + 15]!]!.constantNs;
          const timeout = constants[code[pc + 17]!]!;
          float[h >> 1] = t;
          this.visit(h, pc, key0, key1, 0);
          const served = float[h >> 1]!;
          const extra = samplers[code[pc + 13]!]!;
          const rest =
            extra.constantNs >= 0
              ? extra.constantNs
              : sampleNs(extra, drawInt32(key0, key1, code[pc + 14]!, 0));
          const end = served + (rest + latency);
          if (row !== 0 && spans !== null) this.showLeaf(row, pc, t, served, rest, latency, timeout);
          if (row !== 0) {
            this.observer.time(code[pc + 12]!, code[pc + 14]!, -1, rest, now);
            this.observer.time(code[pc + 18]!, code[pc + 16]!, -1, latency, now);
          }
          if (timeout >= 0 && end > t - latency + timeout) {
            if (row !== 0) {
              this.noteCall('timed-out', pc, h, code[pc + 18]!);
              ledger.rows[row + code[pc + 18]!]! -= latency;
              ledger.rows[row + code[pc + 19]!]! += timeout;
            }
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.timeout;
            t = t - latency + timeout;
            pc = code[pc + 20]!;
            continue;
          }
          if (row !== 0) {
            const start = this.visitStart[0]!;
            ledger.rows[row + code[pc + 11]!]! += start - t;
            ledger.rows[row + code[pc + 12]!]! += served - start + rest;
            ledger.rows[row + code[pc + 18]!]! += latency;
          }
          t = end;
          pc += 21 satisfies (typeof LENGTH)['LEAF'];
          continue;
        }

        case 21 satisfies typeof OP.SHARE: {
          if (t > now) break;
          const station = code[pc + 1]! + this.select(h, pc, int[h + F.KEY0]!, int[h + F.KEY1]!);
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const demand = sampleNs(
            samplers[code[pc + 5]!]!,
            drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 6]!, attempt),
          );
          if (int[h + F.LEDGER] !== 0) this.observer.visit(station, code[pc + 6]!, demand, now);
          int[h + F.PC] = pc;
          if (int[h + F.LEDGER] !== 0) spans?.wait(int[h + F.LEDGER]!, code[pc + 7]!, t);
          this.arriveSharing(station, h, demand);
          this.countSharing(station);
          this.scheduleTick(station);
          break steps;
        }

        case 22 satisfies typeof OP.SHARE_TICK: {
          this.tick(h);
          break steps;
        }

        case 2 satisfies typeof OP.ACQUIRE: {
          if (t > now) break;
          const station = code[pc + 1]! + this.select(h, pc, int[h + F.KEY0]!, int[h + F.KEY1]!);
          this.touch(station);
          if (this.occupied[station]! + this.early.count(station) >= this.capacity[station]!) {
            this.settleReleases(station, h);
            int = frames.int;
            float = frames.float;
            ({ code, constants } = this);
          }
          if (this.occupied[station]! + this.early.count(station) < this.capacity[station]!) {
            this.occupied[station]! += 1;
            recorder.noWait[this.component[station]!]! += 1;
            recorder.books.served[station]! -= now;
            pc += 8 satisfies (typeof LENGTH)['ACQUIRE'];
            continue;
          }
          if (this.queued[station]! >= this.queueCapacity[station]!) {
            this.noteFailure('queue-full', pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.rejected;
            pc = code[pc + 7]!;
            continue;
          }
          int[h + F.PC] = pc;
          float[h >> 1] = t;
          if (int[h + F.LEDGER] !== 0) spans?.wait(int[h + F.LEDGER]!, code[pc + 6]!, t);
          this.enqueue(station, code[pc + 5]!, h);
          break steps;
        }

        case 3 satisfies typeof OP.RELEASE: {
          const station = code[pc + 1]! + this.select(h, pc, int[h + F.KEY0]!, int[h + F.KEY1]!);
          if (t > now) {
            float[h >> 1] = t;
            if (!this.releaseEarly(station, h)) break;
          } else this.release(station);
          pc += 5 satisfies (typeof LENGTH)['RELEASE'];
          continue;
        }

        case 4 satisfies typeof OP.CALL: {
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          let c = frames.free;
          if (c !== 0) {
            frames.free = int[c + F.NEXT]!;
            frames.live++;
          } else {
            c = this.allocate();
            int = frames.int;
            float = frames.float;
            ({ code, constants } = this);
          }
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          const stream = code[pc + 7]!;
          const child = (stream + attempt) | 0;
          const sampler = samplers[code[pc + 6]!]!;
          const latency =
            sampler.constantNs >= 0
              ? sampler.constantNs
              : sampleNs(sampler, drawInt32(key0, key1, stream, 2 * attempt));
          float[(c >> 1) + F.START] = float[(h >> 1) + F.START]!;
          int[c + F.KEY0] = childKey0(key0, key1, child);
          int[c + F.KEY1] = childKey1(key0, key1, child);
          int[c + F.PARENT] = h;
          int[c + F.STATUS] = 0;
          int[c + F.CHILD] = 0;
          int[c + F.REGISTER] =
            attempt > 0 && code[pc + 3] === DRAWN
              ? anotherOf(code[pc + 2]!, key0, key1, code[pc + 4]!, attempt)
              : this.select(h, pc, key0, key1);
          const pass = code[pc + 5]!;
          int[c + F.REGISTER + 1] = pass < 0 ? 0 : int[h + F.REGISTER + pass]!;
          int[c + F.REGISTER + 2] = 0;
          if (int[h + F.LEDGER] === 0) int[c + F.LEDGER] = 0;
          else {
            this.observer.time(code[pc + 10]!, stream, -1, latency, now);
            ledger.now[0] = t;
            const row = ledger.open();
            ledger.rows[row + code[pc + 10]!] = latency;
            int[c + F.LEDGER] = row;
            spans?.call(row, int[h + F.LEDGER]!, pc, t);
            spans?.spend(row, code[pc + 10]!, t, t + latency);
          }
          int[h + F.PC] = pc;
          int[h + F.CHILD] = c;
          const timeout = constants[code[pc + 8]!]!;
          if (timeout >= 0) {
            if (unarmed !== 0) timeouts.arm(unarmed);
            int[h + F.STATUS]! |= F.ARMED;
            float[h >> 1] = t + timeout;
            unarmed = h;
          }
          t += latency;
          h = c;
          pc = code[pc + 1]!;
          continue;
        }

        case 5 satisfies typeof OP.RETURN: {
          const parent = int[h + F.PARENT]!;
          if (parent === 0) {
            this.free(h);
            break steps;
          }
          const call = int[parent + F.PC]!;
          const attempt = (int[parent + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const sampler = samplers[code[call + 6]!]!;
          const latency =
            sampler.constantNs >= 0
              ? sampler.constantNs
              : sampleNs(
                  sampler,
                  drawInt32(int[parent + F.KEY0]!, int[parent + F.KEY1]!, code[call + 7]!, 2 * attempt + 1),
                );
          const reply = t + latency;
          const row = int[parent + F.LEDGER]!;
          const childRow = int[h + F.LEDGER]!;
          if ((int[parent + F.STATUS]! & F.ARMED) !== 0) {
            const deadline = float[parent >> 1]!;
            if (reply > deadline) {
              // Too late: the caller's time-out is still to come, the answer will find nobody.
              if (row !== 0 && childRow !== 0) {
                ledger.rows[row + code[call + 11]!]! += deadline - ledger.rows[childRow]!;
                spans?.giveUp(childRow, deadline, FAILURE.timeout);
              }
              int[parent + F.CHILD] = 0;
              this.free(h);
              break steps;
            }
            if (unarmed === parent) unarmed = 0;
            else timeouts.cancel(parent);
            int[parent + F.STATUS]! &= ~F.ARMED;
          }
          const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
          if (row !== 0 && childRow !== 0) {
            if (failure === 0) {
              ledger.rows[childRow + code[call + 10]!]! += latency;
              spans?.spend(childRow, code[call + 10]!, t, reply);
              spans?.answer(childRow, reply, 0);
              ledger.merge(row, childRow);
            } else {
              spans?.spend(childRow, code[call + 10]!, t, reply);
              spans?.answer(childRow, reply, failure);
              ledger.rows[row + code[call + 11]!]! += reply - ledger.rows[childRow]!;
              ledger.close(childRow);
            }
            int[h + F.LEDGER] = 0;
          } else if (childRow !== 0) {
            // The caller was given up itself, and nobody asks any more.
            ledger.close(childRow);
            int[h + F.LEDGER] = 0;
          }
          int[h + F.PC] = F.FREE;
          int[h + F.NEXT] = frames.free;
          frames.free = h;
          frames.live--;
          h = parent;
          int[h + F.CHILD] = 0;
          t = reply;
          if (failure === 0) pc = call + (13 satisfies (typeof LENGTH)['CALL']);
          else {
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | failure;
            pc = code[call + 12]!;
          }
          continue;
        }

        case 6 satisfies typeof OP.JUMP:
          pc = code[pc + 1]!;
          continue;

        case 7 satisfies typeof OP.CHANCE: {
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const u =
            ((drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 2]!, attempt) >>> 0) + 0.5) *
            TWO_TO_MINUS_32;
          pc = u < constants[code[pc + 1]!]! ? pc + (4 satisfies (typeof LENGTH)['CHANCE']) : code[pc + 3]!;
          continue;
        }

        case 8 satisfies typeof OP.FORK: {
          // Branches share what they touch first: one event here saves one in each of them.
          if (t > now) break;
          const branches = code[pc + 3]!;
          const row = int[h + F.LEDGER]!;
          int[h + F.PC] = pc;
          int[h + F.CHILD] = 0;
          float[h >> 1] = t;
          int[h + F.STATUS] = int[h + F.STATUS]! + branches * F.BRANCH_UNIT;
          if (row !== 0) spans?.fork(row, t);
          for (let i = 0; i < branches; i++) {
            const c = this.allocate();
            int = frames.int;
            float = frames.float;
            ({ code } = this);
            const child = (code[pc + 1]! + i) | 0;
            float[c >> 1] = t;
            float[(c >> 1) + F.START] = float[(h >> 1) + F.START]!;
            int[c + F.PC] = code[pc + 4 + i]!;
            int[c + F.KEY0] = childKey0(int[h + F.KEY0]!, int[h + F.KEY1]!, child);
            int[c + F.KEY1] = childKey1(int[h + F.KEY0]!, int[h + F.KEY1]!, child);
            int[c + F.PARENT] = h;
            int[c + F.STATUS] = 0;
            ledger.now[0] = t;
            int[c + F.LEDGER] = row === 0 ? 0 : ledger.open();
            if (row !== 0) spans?.branch(int[c + F.LEDGER]!, row, i, t);
            int[c + F.CHILD] = 0;
            for (let r = 0; r < 3; r++) int[c + F.REGISTER + r] = int[h + F.REGISTER + r]!;
            this.pushReady(c);
          }
          break steps;
        }

        case 9 satisfies typeof OP.BRANCH_END: {
          const parent = int[h + F.PARENT]!;
          const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
          let status = int[parent + F.STATUS]! - F.BRANCH_UNIT;
          if (failure !== 0 && (status & F.FAILURE_MASK) === 0) status |= failure;
          int[parent + F.STATUS] = status;
          const apart = code[int[parent + F.PC]!] !== FORK;
          if (int[h + F.LEDGER] !== 0) spans?.branchEnd(int[h + F.LEDGER]!, t);
          if (apart && int[parent + F.LEDGER] !== 0)
            spans?.apart(
              int[parent + F.LEDGER]!,
              code[int[parent + F.PC]! + 1]!,
              float[(h >> 1) + F.START]!,
              t,
            );
          // The last branch is the critical path: its ledger row waits in the parent's child word.
          if (t >= float[parent >> 1]!) {
            float[parent >> 1] = t;
            if (int[h + F.LEDGER] !== 0) {
              ledger.close(int[parent + F.CHILD]!);
              int[parent + F.CHILD] = int[h + F.LEDGER]!;
              int[h + F.LEDGER] = 0;
            }
          }
          this.free(h);
          if (((status >>> F.BRANCH_SHIFT) & F.BRANCH_MASK) !== 0) break steps;
          h = parent;
          const critical = int[h + F.CHILD]!;
          if (critical !== 0) {
            if (int[h + F.LEDGER] !== 0) ledger.merge(int[h + F.LEDGER]!, critical);
            else ledger.close(critical);
            int[h + F.CHILD] = 0;
          }
          if (status < 0) {
            this.free(h);
            break steps;
          }
          t = float[h >> 1]!;
          if (int[h + F.LEDGER] !== 0) spans?.join(int[h + F.LEDGER]!, t);
          pc = int[h + F.PC]!;
          // FORK has its number of branches, APART its one entry, behind the place to go on failure.
          if ((status & F.FAILURE_MASK) === 0)
            pc +=
              code[pc] === FORK
                ? (4 satisfies (typeof LENGTH)['FORK']) + code[pc + 3]!
                : (5 satisfies (typeof LENGTH)['APART']);
          else pc = code[pc + (code[pc] === FORK ? 2 : 3)]!;
          continue;
        }

        case 10 satisfies typeof OP.FAIL:
          this.noteFailure(modeOfFail(code[pc + 1]!), pc, h);
          int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | code[pc + 1]!;
          pc = code[pc + 2]!;
          continue;

        case 11 satisfies typeof OP.COMPLETE: {
          if (t >= recorder.cellEnd && t > now) break;
          const flowIndex = code[pc + 1]!;
          const flow = recorder.flows[flowIndex]!;
          recorder.completed[flowIndex]! += 1;
          flow.latency.record(t - float[(h >> 1) + F.START]!);
          recorder.inFlight[flowIndex]!--;
          int[h + F.STATUS] = int[h + F.STATUS]! & ~F.ROOT;
          if (int[h + F.LEDGER] !== 0) {
            spans?.end(int[h + F.LEDGER]!, t, t - float[(h >> 1) + F.START]!, 0);
            this.closeTrace(h, flowIndex);
          }
          pc += 2 satisfies (typeof LENGTH)['COMPLETE'];
          continue;
        }

        case 12 satisfies typeof OP.FAILED: {
          if (t >= recorder.cellEnd && t > now) break;
          const flowIndex = code[pc + 1]!;
          const flow = recorder.flows[flowIndex]!;
          const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
          if (failure === FAILURE.rateLimited) flow.rateLimited++;
          else {
            flow.failed[failure - 1]!++;
            flow.failedLatency.record(t - float[(h >> 1) + F.START]!);
          }
          recorder.inFlight[flowIndex]!--;
          if (int[h + F.LEDGER] !== 0) {
            spans?.end(int[h + F.LEDGER]!, t, t - float[(h >> 1) + F.START]!, failure);
            ledger.close(int[h + F.LEDGER]!);
            int[h + F.LEDGER] = 0;
          }
          int[h + F.STATUS] = int[h + F.STATUS]! & ~F.ROOT;
          pc += 2 satisfies (typeof LENGTH)['FAILED'];
          continue;
        }

        case 13 satisfies typeof OP.SPAWN: {
          if (t >= recorder.cellEnd && t > now) break;
          const stream = code[pc + 3]!;
          const pass = code[pc + 4]!;
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          this.clock[START_TIME] = t;
          const c = this.startFrame(
            code[pc + 1]!,
            childKey0(key0, key1, stream),
            childKey1(key0, key1, stream),
            pass < 0 ? 0 : int[h + F.REGISTER + pass]!,
          );
          int = frames.int;
          float = frames.float;
          ({ code, constants } = this);
          this.beginRequest(c, code[pc + 2]!);
          pc += 5 satisfies (typeof LENGTH)['SPAWN'];
          continue;
        }

        case 14 satisfies typeof OP.SWITCH: {
          const value = int[h + F.REGISTER + code[pc + 1]!]!;
          const last = code[pc + 2]! - 1;
          pc = code[pc + 3 + (value < last ? value : last)]!;
          continue;
        }

        case 15 satisfies typeof OP.SET:
          int[h + F.REGISTER + code[pc + 1]!] = code[pc + 2]!;
          pc += 3 satisfies (typeof LENGTH)['SET'];
          continue;

        case 16 satisfies typeof OP.ROUND: {
          const register = h + F.REGISTER + code[pc + 1]!;
          const left = int[register]! - 1;
          int[register] = left;
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          int[h + F.KEY0] = childKey0(key0, key1, left);
          pc += 2 satisfies (typeof LENGTH)['ROUND'];
          continue;
        }

        case 17 satisfies typeof OP.NATIVE: {
          if (code[pc + 4] !== 0 && t - code[pc + 1]! > now) break;
          int[h + F.PC] = pc;
          float[h >> 1] = t;
          const value = this.natives[code[pc + 2]!]!(h);
          int = frames.int;
          float = frames.float;
          ({ code, constants } = this);
          if (value < 0) {
            this.noteFailure(modeOfFail(-value), pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | -value;
            pc = code[pc + 5]!;
            continue;
          }
          const register = code[pc + 3]!;
          if (register >= 0) int[h + F.REGISTER + register] = value;
          pc += 6 satisfies (typeof LENGTH)['NATIVE'];
          continue;
        }

        case 18 satisfies typeof OP.COUNT: {
          if (t >= recorder.cellEnd && t > now) break;
          recorder.counters[code[pc + 1]!]! += constants[code[pc + 2]!]!;
          pc += 3 satisfies (typeof LENGTH)['COUNT'];
          continue;
        }

        case 19 satisfies typeof OP.CLEAR:
          int[h + F.STATUS] = int[h + F.STATUS]! & ~F.FAILURE_MASK;
          pc += 1 satisfies (typeof LENGTH)['CLEAR'];
          continue;

        case 23 satisfies typeof OP.APPEND: {
          if (t > now) break;
          int[h + F.PC] = pc;
          const partition = this.choose(
            code[pc + 2]!,
            code[pc + 3]!,
            this.logs[code[pc + 1]!]!.partitions,
            h,
            int[h + F.KEY0]!,
            int[h + F.KEY1]!,
          );
          this.appendTo(code[pc + 1]!, h, partition);
          break steps;
        }

        case 24 satisfies typeof OP.COMMIT: {
          if (t > now) break;
          this.commit(code[pc + 1]!, int[h + F.REGISTER + code[pc + 2]!]!, h, pc);
          pc += 3 satisfies (typeof LENGTH)['COMMIT'];
          continue;
        }

        case 35 satisfies typeof OP.ADMIT: {
          if (t > now) break;
          if (this.logs[code[pc + 1]!]!.isFull()) {
            this.noteFailure('queue-full', pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.rejected;
            pc = code[pc + 2]!;
          } else pc += 3 satisfies (typeof LENGTH)['ADMIT'];
          continue;
        }

        case 25 satisfies typeof OP.BREAKER_ENTER: {
          if (t > now) break;
          if (this.mayCall(code[pc + 1]!)) pc += 3 satisfies (typeof LENGTH)['BREAKER_ENTER'];
          else {
            this.noteBreaker(code[pc + 1]!, pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.unavailable;
            pc = code[pc + 2]!;
          }
          continue;
        }

        case 26 satisfies typeof OP.BREAKER_LEAVE: {
          if (t > now) break;
          this.leaveBreaker(code[pc + 1]!, code[pc + 2] === 1);
          pc += 3 satisfies (typeof LENGTH)['BREAKER_LEAVE'];
          continue;
        }

        case 28 satisfies typeof OP.RESET_ATTEMPT: {
          const budget = code[pc + 1]! < 0 ? null : this.budgets[code[pc + 1]!]!;
          if (budget !== null) {
            if (t > now) break;
            this.countCall(budget);
          }
          int[h + F.STATUS] = int[h + F.STATUS]! & ~(F.ATTEMPT_MASK << F.ATTEMPT_SHIFT);
          pc += 2 satisfies (typeof LENGTH)['RESET_ATTEMPT'];
          continue;
        }

        case 27 satisfies typeof OP.RETRY: {
          if (t > now) break;
          const pause = this.retryPause(h, pc);
          if (pause < 0) {
            int[h + F.STATUS] = int[h + F.STATUS]! & ~(F.ATTEMPT_MASK << F.ATTEMPT_SHIFT);
            pc = code[pc + 5]!;
          } else {
            const row = int[h + F.LEDGER]!;
            if (row !== 0) {
              ledger.rows[row + code[pc + 3]!]! += pause;
              spans?.spend(row, code[pc + 3]!, t, t + pause);
            }
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) + (1 << F.ATTEMPT_SHIFT);
            t += pause;
            pc = code[pc + 4]!;
          }
          continue;
        }

        case 29 satisfies typeof OP.PICK: {
          if (t > now) break;
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const register = h + F.REGISTER + code[pc + 2]!;
          const draw = drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 3]!, attempt) >>> 0;
          int[register] = this.balancers[code[pc + 1]!]!.pick(draw, attempt > 0 ? int[register]! : -1);
          pc += 4 satisfies (typeof LENGTH)['PICK'];
          continue;
        }

        case 30 satisfies typeof OP.UNPICK: {
          if (t > now) break;
          this.balancers[code[pc + 1]!]!.release(int[h + F.REGISTER + code[pc + 2]!]!);
          pc += 3 satisfies (typeof LENGTH)['UNPICK'];
          continue;
        }

        case 31 satisfies typeof OP.LIMIT: {
          if (t - code[pc + 1]! > now) break;
          const limiter = code[pc + 2]!;
          const key = int[h + F.REGISTER + code[pc + 3]!]!;
          const write = code[pc + 4]! === 1;
          const component = this.model.limiters[limiter]!.component;
          const offered = write ? 2 : 0;
          const { keys } = recorder.components[component]!;
          if (t < recorder.cellEnd) keys![4 * key + offered]! += 1;
          else {
            recorder.keyTime[0] = t;
            recorder.countKeyLater(component, key, offered);
          }
          const limit = this.limiters[limiter]!;
          limit.now = t;
          const wait = limit.enter(key, write);
          if (wait < 0) {
            this.noteFailure('over-limit', pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.rejected;
            pc = code[pc + 6]!;
            continue;
          }
          if (t + wait < recorder.cellEnd) keys![4 * key + offered + 1]! += 1;
          else {
            recorder.keyTime[0] = t + wait;
            recorder.countKeyLater(component, key, offered + 1);
          }
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 5]!]! += wait;
            spans?.spend(row, code[pc + 5]!, t, t + wait);
          }
          t += wait;
          pc += 7 satisfies (typeof LENGTH)['LIMIT'];
          continue;
        }

        case 32 satisfies typeof OP.THINK: {
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          t += sampleNs(samplers[code[pc + 1]!]!, drawInt32(key0, key1, code[pc + 2]!, 0));
          int[h + F.KEY0] = childKey0(key0, key1, 0);
          int[h + F.KEY1] = childKey1(key0, key1, 0);
          pc += 3 satisfies (typeof LENGTH)['THINK'];
          continue;
        }

        case 36 satisfies typeof OP.BEGIN: {
          if (t > now) break;
          float[h >> 1] = t;
          this.beginRequest(h, code[pc + 1]!);
          pc += 2 satisfies (typeof LENGTH)['BEGIN'];
          continue;
        }

        case 33 satisfies typeof OP.END:
          this.free(h);
          break steps;

        case 34 satisfies typeof OP.DRAW: {
          const draw = drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 2]!, 0) >>> 0;
          int[h + F.REGISTER + code[pc + 1]!] = Math.floor(draw * TWO_TO_MINUS_32 * code[pc + 3]!);
          pc += 4 satisfies (typeof LENGTH)['DRAW'];
          continue;
        }

        case 37 satisfies typeof OP.APART: {
          if (t >= recorder.cellEnd && t > now) break;
          const c = this.allocate();
          int = frames.int;
          float = frames.float;
          ({ code, constants } = this);
          const stream = code[pc + 2]!;
          float[c >> 1] = t;
          int[c + F.PC] = code[pc + 4]!;
          int[c + F.KEY0] = childKey0(int[h + F.KEY0]!, int[h + F.KEY1]!, stream);
          int[c + F.KEY1] = childKey1(int[h + F.KEY0]!, int[h + F.KEY1]!, stream);
          int[c + F.PARENT] = h;
          int[c + F.STATUS] = 0;
          int[c + F.LEDGER] = 0;
          int[c + F.CHILD] = 0;
          for (let r = 0; r < 3; r++) int[c + F.REGISTER + r] = int[h + F.REGISTER + r]!;
          this.beginRequest(c, code[pc + 1]!);
          int[h + F.PC] = pc;
          int[h + F.CHILD] = 0;
          float[h >> 1] = t;
          int[h + F.STATUS] = int[h + F.STATUS]! + F.BRANCH_UNIT;
          h = c;
          pc = int[c + F.PC]!;
          continue;
        }

        case 38 satisfies typeof OP.SHIFT: {
          const parent = int[h + F.PARENT]!;
          float[(parent >> 1) + F.START]! += t - float[(h >> 1) + F.START]!;
          pc += 1 satisfies (typeof LENGTH)['SHIFT'];
          continue;
        }

        case 39 satisfies typeof OP.DETACH: {
          const stream = code[pc + 1]!;
          this.clock[START_TIME] = t;
          const c = this.startFrame(
            code[pc + 2]!,
            childKey0(int[h + F.KEY0]!, int[h + F.KEY1]!, stream),
            childKey1(int[h + F.KEY0]!, int[h + F.KEY1]!, stream),
            0,
          );
          int = frames.int;
          float = frames.float;
          ({ code, constants } = this);
          for (let r = 0; r < 3; r++) int[c + F.REGISTER + r] = int[h + F.REGISTER + r]!;
          pc += 3 satisfies (typeof LENGTH)['DETACH'];
          continue;
        }

        case 40 satisfies typeof OP.TAIL: {
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          const stream = code[pc + 6]!;
          const latency = samplers[code[pc + 5]!]!.constantNs;
          const timeout = constants[code[pc + 7]!]!;
          const parent = int[h + F.PARENT]!;
          if (timeout >= 0 && parent !== 0) {
            // When this call would have timed out, its failure would have come to the parent so much later.
            const deadline = t + timeout + constants[code[pc + 8]!]! + this.replyLatency(parent);
            const armed = (int[parent + F.STATUS]! & F.ARMED) !== 0;
            if (!armed || deadline < float[parent >> 1]!) {
              if (unarmed !== parent) {
                if (armed) timeouts.cancel(parent);
                if (unarmed !== 0) timeouts.arm(unarmed);
                unarmed = parent;
              }
              int[parent + F.STATUS]! |= F.ARMED;
              float[parent >> 1] = deadline;
            }
          }
          const instance = this.choose(code[pc + 1]!, code[pc + 2]!, code[pc + 3]!, h, key0, key1);
          const pass = code[pc + 4]!;
          const passed = pass < 0 ? 0 : int[h + F.REGISTER + pass]!;
          int[h + F.REGISTER] = instance;
          int[h + F.REGISTER + 1] = passed;
          int[h + F.REGISTER + 2] = 0;
          int[h + F.KEY0] = childKey0(key0, key1, stream);
          int[h + F.KEY1] = childKey1(key0, key1, stream);
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 9]!]! += latency;
            spans?.enter(row, pc, t);
            spans?.spend(row, code[pc + 9]!, t, t + latency);
            this.observer.time(code[pc + 9]!, stream, -1, latency, now);
          }
          t += latency;
          pc += 10 satisfies (typeof LENGTH)['TAIL'];
          continue;
        }

        case 41 satisfies typeof OP.REENTER: {
          if (t > now) break;
          pc =
            this.model.variants[this.variant]!.points[code[pc + 1]!] ??
            pc + (2 satisfies (typeof LENGTH)['REENTER']);
          continue;
        }

        case 42 satisfies typeof OP.PAUSE: {
          if (t > now) break;
          int[h + F.PC] = pc;
          float[h >> 1] = t;
          const time = this.natives[code[pc + 1]!]!(h);
          int = frames.int;
          float = frames.float;
          ({ code, constants } = this);
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 2]!]! += time;
            spans?.spend(row, code[pc + 2]!, t, t + time);
            if (time > 0) this.noteFailure('held', pc, h);
          }
          t += time;
          pc += 3 satisfies (typeof LENGTH)['PAUSE'];
          continue;
        }

        case 43 satisfies typeof OP.ALARM:
          this.ring(h);
          break steps;

        case 44 satisfies typeof OP.SLOW_VISIT: {
          const lead = code[pc + 1]!;
          if (t - lead > now) {
            int[h + F.PC] = ~pc;
            float[h >> 1] = t - lead;
            pending.push(h);
            break steps;
          }
          float[h >> 1] = t;
          this.slowVisit(h, pc);
          t = float[h >> 1]!;
          pc += 15 satisfies (typeof LENGTH)['SLOW_VISIT'];
          continue;
        }

        case 45 satisfies typeof OP.SLOW_DELAY: {
          const time = this.slowDelay(h, pc);
          t += time;
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 3]!]! += time;
            spans?.spend(row, code[pc + 3]!, t - time, t);
            this.noteTime(code[pc + 3]!, code[pc + 2]!, pc, h, time);
          }
          pc += 10 satisfies (typeof LENGTH)['SLOW_DELAY'];
          continue;
        }

        default:
          throw new Error(`There is no instruction ${code[pc]} at ${pc}.`);
      }
      // The clock has to come to the frame first, or to the time at which it is sent.
      const op = code[pc]!;
      if (op === VISIT || op === LEAF || op === LIMIT || op === NATIVE) {
        const lead = code[pc + 1]!;
        int[h + F.PC] = ~pc;
        t -= lead;
      } else int[h + F.PC] = pc;
      float[h >> 1] = t;
      pending.push(h);
      break;
    }
    if (unarmed !== 0) timeouts.arm(unarmed);
  }

  /** The span of a DELAY, which may be the answer to a TAIL. */
  private showDelay(row: number, pc: number, h: number, end: number, time: number): void {
    const spans = this.spans!;
    spans.spend(row, this.code[pc + 3]!, end - time, end);
    if (this.model.program.answers.has(pc))
      spans.leave(row, end, this.frames.int[h + F.STATUS]! & F.FAILURE_MASK);
  }

  /** The spans of a LEAF that arrived at `t` and was served until `served`. */
  private showLeaf(
    row: number,
    pc: number,
    t: number,
    served: number,
    rest: number,
    latency: number,
    timeout: number,
  ): void {
    const spans = this.spans!;
    const { code } = this;
    const [start] = this.visitStart;
    const answer = served + rest;
    spans.enterBehind(row, pc, code[pc + 18]!, t - latency, t);
    spans.spend(row, code[pc + 11]!, t, start!);
    spans.spend(row, code[pc + 12]!, start!, served);
    spans.spend(row, code[pc + 12]!, served, answer);
    spans.spend(row, code[pc + 18]!, answer, answer + latency);
    const deadline = timeout < 0 ? Infinity : t - latency + timeout;
    if (answer + latency > deadline) spans.leave(row, deadline, FAILURE.timeout);
    else spans.leave(row, answer + latency, 0);
  }

  /** One-way latency of the answer that a waiting caller will get: the same draw as on its return. */
  private replyLatency(parent: number): number {
    const { int } = this.frames;
    const call = int[parent + F.PC]!;
    const attempt = (int[parent + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
    return sampleNs(
      this.model.program.samplers[this.code[call + 6]!]!,
      drawInt32(int[parent + F.KEY0]!, int[parent + F.KEY1]!, this.code[call + 7]!, 2 * attempt + 1),
    );
  }

  /** Index within a group, by the selector and argument at operands 3 and 4, or 4 and 5 of an instruction. */
  private select(h: number, pc: number, key0: number, key1: number): number {
    const { code } = this;
    return this.choose(code[pc + 3]!, code[pc + 4]!, code[pc + 2]!, h, key0, key1);
  }

  private choose(
    selector: number,
    argument: number,
    count: number,
    h: number,
    key0: number,
    key1: number,
  ): number {
    if (selector === 0) return argument;
    if (selector === 1) return this.frames.int[h + F.REGISTER + argument]!;
    return Math.floor((drawInt32(key0, key1, argument, 0) >>> 0) * TWO_TO_MINUS_32 * count);
  }

  /**
   * VISIT, and the visit of a LEAF: brings the frame's time from the arrival to the answer of enough
   * replicas, and leaves in `visitStart` when that one began. Times go through the frame, because a
   * double that is passed or returned is boxed.
   */
  private visit(h: number, pc: number, key0: number, key1: number, attempt: number): void {
    const { code } = this;
    const { float } = this.frames;
    const t = float[h >> 1]!;
    const index = this.choose(code[pc + 4]!, code[pc + 5]!, code[pc + 3]!, h, key0, key1);
    const replicas = code[pc + 6]!;
    const touched = code[pc + 7]!;
    const sampler = this.model.program.samplers[code[pc + 9]!]!;
    const stream = code[pc + 10]!;
    if (touched === 1) {
      let station = code[pc + 2]! + index;
      if (replicas > 1) {
        const replica = Math.floor(
          (drawInt32(key0, key1, stream, 256 + attempt) >>> 0) * TWO_TO_MINUS_32 * replicas,
        );
        station = code[pc + 2]! + index * replicas + replica;
      }
      const service =
        sampler.constantNs >= 0
          ? sampler.constantNs
          : sampleNs(sampler, drawInt32(key0, key1, stream, attempt));
      const start = this.reserve(station, t, service);
      const end = start + service;
      this.recorder.service(station, this.component[station]!, t, start, end);
      this.noteVisit(station, stream, service, h);
      this.visitStart[0] = start;
      float[h >> 1] = end;
      return;
    }
    this.visitReplicas(h, pc, index, key0, key1, attempt);
  }

  /** All replicas of one index work; the answer is there with the `needed`-th fastest. */
  private visitReplicas(
    h: number,
    pc: number,
    index: number,
    key0: number,
    key1: number,
    attempt: number,
  ): void {
    const { code } = this;
    const { float } = this.frames;
    const t = float[h >> 1]!;
    const replicas = code[pc + 6]!;
    const needed = code[pc + 8]!;
    const sampler = this.model.program.samplers[code[pc + 9]!]!;
    const ends = this.replicaEnds;
    const starts = this.replicaStarts;
    for (let r = 0; r < replicas; r++) {
      const station = code[pc + 2]! + index * replicas + r;
      const service = sampleNs(sampler, drawInt32(key0, key1, code[pc + 10]!, attempt + 512 * r));
      const start = this.reserve(station, t, service);
      const end = start + service;
      this.recorder.service(station, this.component[station]!, t, start, end);
      this.noteVisit(station, code[pc + 10]!, service, h);
      let i = r;
      while (i > 0 && ends[i - 1]! > end) {
        ends[i] = ends[i - 1]!;
        starts[i] = starts[i - 1]!;
        i--;
      }
      ends[i] = end;
      starts[i] = start;
    }
    this.visitStart[0] = starts[needed - 1]!;
    float[h >> 1] = ends[needed - 1]!;
  }
  /** VISIT where service times have factors by station, and not every replica is there. */
  private slowVisit(h: number, pc: number): void {
    const { code } = this;
    const { constants } = this;
    const { samplers } = this.model.program;
    const { int, float } = this.frames;
    const key0 = int[h + F.KEY0]!;
    const key1 = int[h + F.KEY1]!;
    const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
    const t = float[h >> 1]!;
    const first = code[pc + 2]!;
    const index = this.choose(code[pc + 4]!, code[pc + 5]!, code[pc + 3]!, h, key0, key1);
    const replicas = code[pc + 6]!;
    const sampler = samplers[code[pc + 9]!]!;
    const stream = code[pc + 10]!;
    const all = code[pc + 7]! > 1;
    const there: number[] = [];
    for (let r = 0; r < replicas; r++) if (((code[pc + 14]! >> r) & 1) === 1) there.push(r);
    const one = all || there.length === 1 ? 0 : this.drawReplica(key0, key1, stream, attempt, there.length);
    const visits: { readonly start: number; readonly end: number }[] = [];
    for (const r of all ? there : [there[one]!]) {
      const station = first + index * replicas + r;
      const service = Math.floor(
        sampleNs(sampler, drawInt32(key0, key1, stream, attempt + 512 * (all ? r : 0))) *
          constants[code[pc + 13]! + station - first]! +
          0.5,
      );
      const start = this.reserve(station, t, service);
      this.recorder.service(station, this.component[station]!, t, start, start + service);
      this.noteVisit(station, stream, service, h);
      visits.push({ start, end: start + service });
    }
    const { start, end } = visits.sort((a, b) => a.end - b.end)[all ? code[pc + 8]! - 1 : 0]!;
    const row = int[h + F.LEDGER]!;
    if (row !== 0) {
      this.ledger.rows[row + code[pc + 11]!]! += start - t;
      this.ledger.rows[row + code[pc + 12]!]! += end - start;
      this.spans?.spend(row, code[pc + 11]!, t, start);
      this.spans?.spend(row, code[pc + 12]!, start, end);
    }
    float[h >> 1] = end;
  }

  private drawReplica(key0: number, key1: number, stream: number, attempt: number, replicas: number): number {
    return Math.floor((drawInt32(key0, key1, stream, 256 + attempt) >>> 0) * TWO_TO_MINUS_32 * replicas);
  }

  /** Time of a SLOW_DELAY, ns. */
  private slowDelay(h: number, pc: number): number {
    const { code } = this;
    const { constants } = this;
    const { samplers } = this.model.program;
    const { int } = this.frames;
    const key0 = int[h + F.KEY0]!;
    const key1 = int[h + F.KEY1]!;
    const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
    const index = this.choose(code[pc + 5]!, code[pc + 6]!, code[pc + 4]!, h, key0, key1);
    const replicas = code[pc + 7]!;
    const replica = replicas === 1 ? 0 : this.drawReplica(key0, key1, code[pc + 8]!, attempt, replicas);
    const time = sampleNs(samplers[code[pc + 1]!]!, drawInt32(key0, key1, code[pc + 2]!, attempt));
    return Math.floor(time * constants[code[pc + 9]! + index * replicas + replica]! + 0.5);
  }
  private readonly visitStart = new Float64Array(1);
  private readonly replicaEnds = new Float64Array(16);
  private readonly replicaStarts = new Float64Array(16);

  private mayCall(edge: number): boolean {
    return this.breakers[edge]!.enter(this.clock[NOW]!);
  }

  private leaveBreaker(edge: number, success: boolean): void {
    this.breakers[edge]!.leave(this.clock[NOW]!, success);
  }

  private countCall(budget: RetryBudget): void {
    budget.countCall(this.clock[NOW]!);
  }

  /** Pause before the next attempt of the call behind a RETRY, ns; -1: give up. */
  private retryPause(h: number, pc: number): number {
    const now = this.clock[NOW]!;
    const { int } = this.frames;
    const edge = this.code[pc + 1]!;
    const retries = this.model.edges[edge]!.config.retries!;
    const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
    const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
    const worthIt =
      failure === FAILURE.timeout || failure === FAILURE.rejected || failure === FAILURE.unavailable;
    if (!worthIt || attempt >= retries.max) return -1;
    const budget = this.budgets[edge];
    if (budget != null && !budget.tryRetry(now)) return -1;
    const u =
      ((drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, this.code[pc + 2]!, attempt) >>> 0) + 0.5) *
      TWO_TO_MINUS_32;
    return Math.floor(retries.backoffMs * 1e6 * 2 ** attempt * (1 - retries.jitter * u) + 0.5);
  }

  /** Adds a traced success to its flow's time by component and category. */
  private closeTrace(h: number, flowIndex: number): void {
    const { int } = this.frames;
    const row = int[h + F.LEDGER]!;
    const flow = this.recorder.flows[flowIndex]!;
    flow.traced++;
    for (let i = 0; i < flow.time.length; i++) flow.time[i]! += this.ledger.rows[row + 1 + i]!;
    this.ledger.close(row);
    int[h + F.LEDGER] = 0;
  }

  /** Roots in flight by count of frames: the other side of the books that the recorder keeps. */
  countRoots(): number {
    const { int, used } = this.frames;
    let roots = 0;
    for (let slot = 1; slot < used; slot++) {
      const h = slot * F.FRAME_WORDS;
      if (int[h + F.PC] !== F.FREE && (int[h + F.STATUS]! & F.ROOT) !== 0) roots++;
    }
    return roots;
  }

  /**
   * Brings what waits and what is served now into the books, and says what does not agree in them; null: everything
   * does. At the end of a run that came to its end.
   */
  checkBooks(): string | null {
    const { books } = this.recorder;
    const { float } = this.frames;
    const now = this.now;
    const found = new Float64Array(this.queued.length);
    const wait = (station: number, first: number): void => {
      for (let h = first; h !== 0; h = this.frames.int[h + F.NEXT]!) {
        books.stillWaiting[station]! += now - float[h >> 1]!;
        found[station]! += 1;
      }
    };
    const logs = new Set(this.model.logs.map(({ station }) => station));
    this.model.stations.forEach(({ mode, component, priorities }, station) => {
      if (mode === 'tokens') {
        for (let q = 0; q < priorities; q++) wait(station, this.queueHead[this.queueAt[station]! + q]!);
        books.served[station]! += this.occupied[station]! * now;
        if (!logs.has(station)) books.inService[component]! += this.occupied[station]!;
      }
      const sharing = this.sharing[station];
      if (sharing == null) return;
      books.stillWaiting[station]! += sharing.waitedUntil(now);
      books.rounded[station]! += sharing.jobs;
      found[station] = this.queued[station]!;
    });
    this.logs.forEach((log, index) => {
      const { station } = this.model.logs[index]!;
      for (let p = 0; p < log.partitions; p++) wait(station, log.first(p));
      books.inService[this.component[station]!]! += log.countInHand();
    });
    const lost = found.findIndex((count, station) => count !== this.queued[station]);
    if (lost >= 0)
      return `at ${this.model.stations[lost]!.name} ${found[lost]!} wait, and ${this.queued[lost]!} are in the books`;
    return books.disagreement(!this.usedKernel);
  }

  /** Station with the most waiting frames, for the message of a run that stopped. */
  busiestComponent(): number {
    let most = -1;
    let component = 0;
    const waiting = new Float64Array(this.model.components.length);
    for (let s = 0; s < this.queued.length; s++) waiting[this.component[s]!]! += this.queued[s]!;
    waiting.forEach((count, i) => {
      if (count > most) {
        most = count;
        component = i;
      }
    });
    return component;
  }
}

/** How a component that says no itself, by this code of FAILURE, does so. */
function modeOfFail(failure: number): FailureMode {
  switch (failure) {
    case FAILURE.unavailable:
      return 'refused';
    case FAILURE.timeout:
      return 'silent';
    case FAILURE.rejected:
      return 'shed';
    case FAILURE.rateLimited:
      return 'over-limit';
    default:
      return 'not-found';
  }
}

/** One of `count` instances, drawn for a retry among all but the one of the attempt before. */
function anotherOf(count: number, key0: number, key1: number, stream: number, attempt: number): number {
  const uniform = (index: number, among: number): number =>
    Math.floor((drawInt32(key0, key1, stream, index) >>> 0) * TWO_TO_MINUS_32 * among);
  let instance = uniform(0, count);
  for (let a = 1; a <= attempt && count > 1; a++) {
    const other = uniform(a, count - 1);
    instance = other < instance ? other : other + 1;
  }
  return instance;
}

/** Rows of 16 bytes: constant ns or -1 (float64), place of the table (int32). */
function placeSamplers(memory: Memory, samplers: readonly Sampler[]): number {
  const rows = memory.allocate(samplers.length * 16);
  const tables = new Map<Float64Array, number>();
  samplers.forEach(({ constantNs, table }, i) => {
    let at = tables.get(table);
    if (at === undefined && table.length > 0) {
      at = memory.allocate(table.length * 8);
      memory.float64(at, table.length).set(table);
      tables.set(table, at);
    }
    memory.float64(rows + i * 16, 1)[0] = constantNs;
    memory.int32(rows + i * 16 + 8, 1)[0] = at ?? 0;
  });
  return rows;
}

function placeList(memory: Memory, addresses: readonly number[]): number {
  const at = memory.allocate(addresses.length * 4);
  memory.int32(at, addresses.length).set(addresses);
  return at;
}
