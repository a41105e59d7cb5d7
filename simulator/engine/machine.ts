import { Balancer, BALANCER_BYTES } from '../stations/balancer.ts';
import { KeyLimiter, LIMITER_BYTES } from '../stations/key-limiter.ts';
import { Alarms } from './alarms.ts';
import { CallGuards } from './call-guards.ts';
import { placeChoices } from './choices.ts';
import { Consumers } from './consumers.ts';
import { Core } from './core.ts';
import type { Exemplars } from './exemplars.ts';
import { FRAME_WORDS, FREE, NEXT, PC, ROOT, STATUS } from './frames.ts';
import { Interpreter } from './interpreter.ts';
import { Kernel, OUTCOME, type Places } from './kernel/kernel.ts';
import { FLOAT, INT, type LinearMemory, type Memory } from './memory.ts';
import type { Extent, Model } from './model.ts';
import type { NativeContext, NativeFunction } from './native.ts';
import { nativeContext } from './native-context.ts';
import { Notes } from './notes.ts';
import type { Observer } from './observer.ts';
import { Occupancy } from './occupancy.ts';
import type { Recorder } from './recorder.ts';
import { RequestSources } from './request-sources.ts';
import { Selection } from './selection.ts';
import { Servers } from './servers.ts';
import { SharedStations } from './shared-stations.ts';
import { TokenStations } from './token-stations.ts';
import { Visits } from './visits.ts';

/** Tables that get other places during a run. */
type MovingTable = 'frames' | 'ready' | 'run' | 'runTime' | 'code' | 'constants' | 'samplers' | 'choices';

/**
 * Advances one run, event by event: puts the parts together, takes what comes next, and has the kernel or, where it
 * knows no better, the interpreter carry it out.
 *
 * Order at one instant: pending frames (by request, then push order), then time-outs, then arrivals.
 */
export class Machine {
  readonly core: Core;
  readonly occupancy: Occupancy;
  readonly tokens: TokenStations;
  readonly consumers: Consumers;
  readonly sources: RequestSources;
  readonly context: NativeContext;
  private readonly shared: SharedStations;
  private readonly guards: CallGuards;
  private readonly limiters: readonly KeyLimiter[];
  private readonly balancers: readonly Balancer[];
  private readonly natives: NativeFunction[] = [];
  /** Places of their choices (choices.ts). */
  private readonly choices: number[] = [];
  private choicesAt = 0;
  private readonly notes: Notes;
  private readonly interpreter: Interpreter;
  /** Does the common instructions on the same bytes; null: TypeScript does all. */
  private kernel: Kernel | null = null;
  /** Services that the kernel sees begin and end are not in the books. */
  private usedKernel = false;
  /** Where the tables that keep their places are in the memory, bytes. */
  private readonly fixedPlaces: Omit<Places, MovingTable>;

  /** @param maximumWorkers That each log may ever have. */
  constructor(
    model: Model,
    seed: number,
    recorder: Recorder,
    maximumFrames: number,
    maximumWorkers: readonly number[],
    memory: Memory,
    observer: Observer,
    exemplars: Exemplars | null = null,
  ) {
    const core = new Core(model, seed, recorder, observer, memory, maximumFrames, exemplars);
    const alarms = new Alarms(core);
    const occupancy = new Occupancy(core);
    const selection = new Selection(core);
    this.core = core;
    this.occupancy = occupancy;
    this.notes = new Notes(core);
    this.tokens = new TokenStations(core, occupancy, alarms);
    this.shared = new SharedStations(core, occupancy);
    const servers = new Servers(
      memory,
      model.stations.map((station) => (station.mode === 'recursion' ? station.servers : null)),
    );
    const visits = new Visits(core, occupancy, selection, this.notes, servers);
    this.guards = new CallGuards(core);
    this.consumers = new Consumers(core, occupancy, maximumWorkers);
    this.sources = new RequestSources(core);
    const balancers = memory.allocate(model.balancers.length * BALANCER_BYTES);
    this.balancers = model.balancers.map(
      (b, i) => new Balancer(b.policy, b.instances, memory, balancers + i * BALANCER_BYTES),
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
    this.interpreter = new Interpreter({
      core,
      occupancy,
      selection,
      visits,
      alarms,
      tokens: this.tokens,
      shared: this.shared,
      consumers: this.consumers,
      guards: this.guards,
      balancers: this.balancers,
      limiters: this.limiters,
      natives: this.natives,
      notes: this.notes,
    });
    const { at } = recorder;
    const { occupied: occupiedBins, ...pending } = core.pending.at;
    this.fixedPlaces = {
      ...at,
      ...pending,
      ...occupancy.at,
      ...servers.at,
      occupiedBins,
      timeoutHeads: core.timeouts.headsAt,
      latencyOf: placeList(memory, at.latency),
      waitOf: placeList(memory, at.wait),
      keysOf: placeList(memory, at.keys),
      limiters,
      balancers,
      early: this.tokens.early.at,
      sources: this.sources.at,
    };
    this.context = nativeContext({
      core,
      alarms,
      consumers: this.consumers,
      sources: this.sources,
      limiters: this.limiters,
    });
    this.addFrom(0, 0);
    core.placeProgram();
    core.frames.open();
    if (memory.linear !== null) this.startKernel(memory.linear);
    observer.watch(this.sources.sources);
    model.logs.forEach((_, log) => this.consumers.note(log));
    model.stations.forEach((station, i) => this.notes.servers(i, station.servers));
    model.limiters.forEach((limiter, i) => this.notes.keyRate(i, limiter.readsPerSecond));
  }

  /**
   * Goes on with a model that is the same as the present one up to `kept` of its tables, and has what
   * the run needs beyond in another form.
   */
  adopt(model: Model, kept: Extent): void {
    const { core } = this;
    core.model = model;
    core.observer.adopt(model);
    this.addFrom(kept.natives, kept.edges);
    core.placeProgram();
    this.tellPlaces();
  }

  /** Makes what belongs to entries of the model's tables beyond those that are kept. */
  private addFrom(natives: number, edges: number): void {
    this.guards.adopt(edges);
    this.natives.length = natives;
    for (const make of this.core.model.natives.slice(natives)) this.natives.push(make(this.context));
    this.choices.length = Math.min(this.choices.length, natives);
    this.choicesAt = placeChoices(this.core.memory, this.natives, this.choices);
  }

  /** Events handled. */
  get events(): number {
    return this.core.state.float[FLOAT.EVENTS]!;
  }

  // ---- what the run tells the machine -------------------------------------------------------------

  setServers(station: number, servers: number): void {
    const { core, occupancy, tokens } = this;
    if (servers === occupancy.capacity[station]) return;
    const { name, mode } = core.model.stations[station]!;
    if (mode === 'recursion') throw new Error(`Servers of ${name} change, but it was compiled as fixed.`);
    occupancy.touch(station);
    tokens.early.settle(station, core.now, -Infinity, 0);
    tokens.recallReleases(station);
    core.recorder.setServers(station, servers, core.now);
    occupancy.capacity[station] = servers;
    this.notes.servers(station, servers);
    if (mode === 'sharing') this.shared.setServers(station, servers);
    else tokens.serveWaiting(station);
  }

  setRates(limiter: number, readsPerSecond: number, writesPerSecond: number): void {
    this.limiters[limiter]!.setRates(readsPerSecond, writesPerSecond);
    this.notes.keyRate(limiter, readsPerSecond);
  }

  // ---- the loop -----------------------------------------------------------------------------------

  /**
   * Runs until `untilNs` (events at that very time are left) or until `maximumEvents` more have been
   * handled. `false`: stopped at the budget or at the frame limit, there is more to do before `untilNs`.
   */
  advance(untilNs: number, maximumEvents: number): boolean {
    const { float } = this.core.state;
    float[FLOAT.UNTIL] = untilNs;
    float[FLOAT.LAST_EVENT] = this.events + maximumEvents;
    return this.kernel === null ? this.advanceAlone() : this.advanceWith(this.kernel);
  }

  private advanceWith(kernel: Kernel): boolean {
    const { core, interpreter } = this;
    const { state } = core;
    this.usedKernel = true;
    for (;;) {
      // Frames that go on at this instant still do, when the run has to stop.
      if (core.stoppedAt !== null) state.float[FLOAT.LAST_EVENT] = 0;
      const outcome = kernel.advance();
      if (outcome === OUTCOME.REACHED) return true;
      if (outcome === OUTCOME.BUDGET) return false;
      if (outcome === OUTCOME.TIMEOUTS) interpreter.endLateCalls(core.timeouts.due);
      else {
        const { int } = state;
        const h = int[INT.FRAME]!;
        if (core.frames.int[h + STATUS]! < 0) core.free(h);
        else interpreter.step(h, int[INT.PC]!, int[INT.UNARMED]!);
      }
    }
  }

  /** From now on TypeScript does all; for tests, and for who watches each event. */
  stopKernel(): void {
    this.kernel = null;
  }

  private startKernel(memory: LinearMemory): void {
    const { core, occupancy } = this;
    const { recorder, pending, timeouts } = core;
    this.kernel = new Kernel(memory, {
      native: (index, frame) => this.natives[index]!(frame),
      arrive: () => this.sources.arrive(),
      refill: (source) => this.sources.sources[source]!.refill(),
      openNext: () => pending.advance(),
      push: (frame) => pending.push(frame),
      arm: (frame) => timeouts.arm(frame),
      cancel: (frame) => timeouts.cancel(frame),
      serviceLater: (station, arrival, start, end) =>
        recorder.serviceLater(station, occupancy.component[station]!, arrival, start, end),
      countKeyLater: (time, component, key, row) => {
        recorder.keyTime[0] = time;
        recorder.countKeyLater(component, key, row);
      },
      pick: (balancer, draw) => this.balancers[balancer]!.pick(draw >>> 0, -1),
      unpick: (balancer, instance) => this.balancers[balancer]!.release(instance),
    });
    core.frames.onMove = pending.onMove = core.ready.onMove = () => this.tellPlaces();
    this.tellPlaces();
  }

  private tellPlaces(): void {
    const { pending, ready, frames, programAt } = this.core;
    const { run, runTime } = pending.at;
    this.kernel?.place({
      ...this.fixedPlaces,
      ...programAt,
      run,
      runTime,
      ready: ready.at,
      choices: this.choicesAt,
      frames: frames.base,
    });
  }

  private advanceAlone(): boolean {
    const { core, interpreter } = this;
    const { pending, ready, state } = core;
    for (;;) {
      let h: number;
      if (!ready.isEmpty) h = ready.take();
      else {
        const { float } = state;
        if (core.stoppedAt !== null || float[FLOAT.EVENTS]! >= float[FLOAT.LAST_EVENT]!) return false;
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
          if (timeoutDue <= sourceDue) interpreter.endLateCalls(timeoutDue);
          else {
            float[FLOAT.NOW] = sourceDue;
            float[FLOAT.EVENTS]! += 1;
            this.sources.arrive();
          }
          continue;
        }
        h = pending.run[pending.position++]!;
        pending.size--;
        state.float[FLOAT.NOW] = next;
        state.float[FLOAT.EVENTS]! += 1;
      }
      interpreter.resume(h);
    }
  }

  // ---- the end of a run -----------------------------------------------------------------------------

  /** Roots in flight by count of frames: the other side of the books that the recorder keeps. */
  countRoots(): number {
    const { int, used } = this.core.frames;
    let roots = 0;
    for (let slot = 1; slot < used; slot++) {
      const h = slot * FRAME_WORDS;
      if (int[h + PC] !== FREE && (int[h + STATUS]! & ROOT) !== 0) roots++;
    }
    return roots;
  }

  /**
   * Brings what waits and what is served now into the books, and says what does not agree in them; null: everything
   * does. At the end of a run that came to its end.
   */
  checkBooks(): string | null {
    const { frames, model, now, recorder } = this.core;
    const { books } = recorder;
    const { occupied, queued, component } = this.occupancy;
    const found = new Float64Array(queued.length);
    const wait = (station: number, first: number): void => {
      for (let h = first; h !== 0; h = frames.int[h + NEXT]!) {
        books.stillWaiting[station]! += now - frames.float[h >> 1]!;
        found[station]! += 1;
      }
    };
    const logs = new Set(model.logs.map(({ station }) => station));
    model.stations.forEach((spec, station) => {
      if (spec.mode === 'tokens') {
        for (const first of this.tokens.queuesOf(station)) wait(station, first);
        books.served[station]! += occupied[station]! * now;
        if (!logs.has(station)) books.inService[spec.component]! += occupied[station]!;
      }
      const sharing = this.shared.sharing[station];
      if (sharing == null) return;
      books.stillWaiting[station]! += sharing.waitedUntil(now);
      books.rounded[station]! += sharing.jobs;
      found[station] = queued[station]!;
    });
    this.consumers.logs.forEach((log, index) => {
      const { station } = model.logs[index]!;
      for (let p = 0; p < log.partitions; p++) wait(station, log.first(p));
      books.inService[component[station]!]! += log.countInHand();
    });
    const lost = found.findIndex((count, station) => count !== queued[station]);
    if (lost >= 0)
      return `at ${model.stations[lost]!.name} ${found[lost]!} wait, and ${queued[lost]!} are in the books`;
    return books.disagreement(!this.usedKernel);
  }
}

function placeList(memory: Memory, addresses: readonly number[]): number {
  const at = memory.allocate(addresses.length * 4);
  memory.int32(at, addresses.length).set(addresses);
  return at;
}
