import type { Scenario, TimelineEntry, TimelineEntryOf } from '../../scenarios/index.ts';
import type { EventEffect } from '../components/component.ts';
import { Collector, planCuts, toNs, type RunRecord, type SeriesRow } from '../statistics/index.ts';
import { ControlLoops, turnsBetween } from './control.ts';
import { Exemplars } from './exemplars.ts';
import { kernelMemory } from './kernel/kernel.ts';
import { Machine } from './machine.ts';
import { Memory } from './memory.ts';
import type { Model, Variant } from './model.ts';
import { Observer } from './observer.ts';
import { Recorder } from './recorder.ts';

const NS_PER_SECOND = 1e9;
/** Of so many requests one is traced, on average: all 32 bits of its key have to be 0. */
const NO_TRACES = 2 ** 32;
/** The machine comes back this often: a fresh call enters the code that was optimised meanwhile. */
const SLICE_EVENTS = 1 << 15;

/** What a run keeps of single requests. */
export type Requests =
  /**
   * Nothing but how long they took: no ledger of where the time went, and nothing that explains a run. Every
   * other figure is the same to the last bit, in a half to a quarter of the time where all requests would be traced.
   */
  | 'timed'
  /** Nothing but their figures. */
  | 'counted'
  /** The way of some, which stand for others of about the same latency. */
  | 'exemplified';

/** Something that happens to the design at an instant. */
interface Action {
  readonly atNs: number;
  /** At one instant, the design changes first, and then what is in it. */
  readonly changes: 'design' | 'state';
  readonly apply: () => void;
}

/**
 * One run of a compiled scenario: single-threaded, deterministic, and the same in slices of any size.
 * The timeline acts at cuts between cells of time.
 */
export class Run {
  seriesPaths!: readonly string[];
  private model!: Model;
  private recorder!: Recorder;
  private observer!: Observer;
  private machine!: Machine;
  private controls!: ControlLoops;
  private collector!: Collector;
  private endNs!: number;
  private actions: Action[] = [];
  private readonly spikes = new Map<string, readonly [names: readonly string[], multiplier: number]>();
  private exemplars: Exemplars | null = null;
  private finished: RunRecord | null = null;
  /** Rows of the series that were handed out, and, after the run was repeated, those that were not yet. */
  private rowsTaken = 0;
  private rowsKept: SeriesRow[] = [];

  constructor(
    compiled: Model,
    private readonly seed: number,
    /** Where the run keeps its state; without a kernel's, TypeScript does all. */
    private readonly memory: Memory = new Memory(kernelMemory()),
    private readonly requests: Requests = 'counted',
  ) {
    this.start(compiled, memory);
  }

  private start(compiled: Model, memory: Memory): void {
    // A live post adds keys: names belong to the run.
    const components = compiled.components.map((c) => ({ ...c, keys: c.keys === null ? null : [...c.keys] }));
    const traceModulus = this.requests === 'timed' ? NO_TRACES : compiled.traceModulus;
    this.model = { ...compiled, components, traceModulus };
    const { scenario } = compiled;
    const planned = planCuts(scenario).cuts;
    this.endNs = planned[planned.length - 1]!;
    const cuts = Float64Array.from(new Set([...planned, ...cutsOf(compiled.variants, this.endNs)])).sort();
    this.collector = new Collector(scenario, this.model, this.seed);
    this.seriesPaths = this.collector.seriesPaths;
    this.observer = new Observer(this.model);
    this.recorder = new Recorder(
      this.model,
      cuts,
      (from, to, cell) => {
        this.observer.closeCell(from, to, cell);
        this.collector.closeCell(from, to, cell);
      },
      memory,
    );
    this.exemplars = this.requests === 'exemplified' ? new Exemplars(warmupNs(scenario)) : null;
    this.machine = new Machine(
      this.model,
      this.seed,
      this.recorder,
      scenario.run.maximumFrames,
      mostWorkers(compiled),
      memory,
      this.observer,
      this.exemplars,
    );
    this.controls = new ControlLoops(this.model, this.machine, this.recorder);
    this.actions = [];
    this.spikes.clear();
    this.scheduleVariants(0);
    for (const entry of scenario.timeline) this.scheduleEntry(entry);
    this.act();
  }

  get done(): boolean {
    return this.finished !== null;
  }
  get nowSeconds(): number {
    return this.machine.core.now / NS_PER_SECOND;
  }
  get events(): number {
    return this.machine.events;
  }

  /** Pending events now; arrivals and time-outs are kept apart and not counted. */
  get pendingEvents(): number {
    return this.machine.core.pending.size;
  }

  /** From now on TypeScript does all. For benchmarks: no figure changes. */
  stopKernel(): void {
    this.machine.stopKernel();
  }

  /**
   * From now on, tells how far ahead each event is scheduled, ns. For benchmarks, which compare with
   * bare loops that schedule as far ahead; it slows the run down.
   */
  observeIncrements(onIncrement: (ns: number) => void): void {
    const { machine } = this;
    const { pending } = machine.core;
    machine.stopKernel();
    const { push, advance } = pending;
    // Moving on, the pending set pushes again what it kept for later.
    let moving = false;
    pending.push = (handle) => {
      if (!moving) onIncrement(machine.core.frames.float[handle >> 1]! - machine.core.now);
      push.call(pending, handle);
    };
    pending.advance = () => {
      moving = true;
      const found = advance.call(pending);
      moving = false;
      return found;
    };
  }

  /** Runs until `untilSeconds`, until `events` more were handled, or to the end, whichever is first. */
  advance(budget: { readonly events?: number; readonly untilSeconds?: number } = {}): void {
    const until = Math.min(this.endNs, (budget.untilSeconds ?? Infinity) * NS_PER_SECOND);
    const lastEvent = this.machine.events + (budget.events ?? Infinity);
    while (this.finished === null) {
      const { cellEnd } = this.recorder;
      const target = Math.min(cellEnd, until);
      const left = lastEvent - this.machine.events;
      if (left <= 0) return;
      const reached = this.machine.advance(target, Math.min(left, SLICE_EVENTS));
      if (this.machine.core.stoppedAt !== null) return this.stop();
      if (!reached) continue;
      if (target < cellEnd) return;
      this.machine.occupancy.touchAll();
      this.controls.account(cellEnd);
      this.recorder.closeCell(cellEnd);
      if (cellEnd === this.endNs) return this.finish(null);
      this.act();
      if (cellEnd === until) return;
    }
  }

  /** Rows of the series completed since the last call. */
  takeRows(): SeriesRow[] {
    const rows = [...this.rowsKept, ...this.collector.takeRows()];
    this.rowsKept = [];
    this.rowsTaken += rows.length;
    return rows;
  }

  /**
   * Adds a timeline entry, which acts at the end of the current step of the series, so that a replay
   * of the scenario with the returned entry gives the same figures. An entry that needs another form of
   * the program from the start (servers that change have no next-free times) repeats the run up to now,
   * which takes as long as it took. Throws InputError when a changed design cannot run.
   */
  inject(entry: TimelineEntry): TimelineEntry {
    if (this.finished !== null) throw new Error('The run is over.');
    const placed: TimelineEntry = { ...entry, atSeconds: Math.floor(this.nowSeconds) + 1 };
    const model = this.model.withEntry(placed);
    if (this.continues(model)) this.adopt(model, placed);
    else this.repeat(model);
    return placed;
  }

  /** What was measured; after `done`. */
  record(): RunRecord {
    if (this.finished === null) throw new Error('The run is not over yet.');
    return this.finished;
  }

  // ---- timeline -----------------------------------------------------------------------------------

  private schedule(atSeconds: number, changes: Action['changes'], apply: () => void): void {
    const atNs = toNs(atSeconds);
    const goesAfter = (other: Action): boolean =>
      other.atNs > atNs || (other.atNs === atNs && changes === 'design' && other.changes === 'state');
    let i = this.actions.length;
    while (i > 0 && goesAfter(this.actions[i - 1]!)) i--;
    this.actions.splice(i, 0, { atNs, changes, apply });
  }

  /** Schedules the variants of the model from number `first` on. */
  private scheduleVariants(first: number): void {
    this.model.variants.forEach((variant, index) => {
      if (index < first) return;
      this.schedule(variant.fromSeconds, 'design', () => this.applyVariant(variant, index));
    });
  }

  private scheduleEntry(entry: TimelineEntry): void {
    if (entry.kind === 'set') return;
    this.schedule(entry.atSeconds, 'state', () => {
      const effects = this.model.variants[this.machine.core.variant]!.effects(entry);
      for (const { node, effect } of effects) this.begin(entry, node, effect);
      if (entry.kind === 'network-partition') this.cutOff(entry);
    });
  }

  /** Consumers fetch nothing over an edge that is cut; what they have in hand they finish. */
  private cutOff(entry: TimelineEntryOf<'network-partition'>): void {
    const { consumers } = this.machine.context;
    const between = `${entry.target.replace('->', '/')}/`;
    this.model.logs.forEach(({ name, partitions }, log) => {
      if (!name.startsWith(between)) return;
      for (let p = 0; p < partitions; p++) consumers.stall(log, p);
      if (entry.durationSeconds === null) return;
      this.schedule(entry.atSeconds + entry.durationSeconds, 'state', () => {
        for (let p = 0; p < partitions; p++) consumers.endStall(log, p);
      });
    });
  }

  private begin(entry: TimelineEntry, node: string, effect: EventEffect): void {
    const end = (apply: () => void): void => {
      if (entry.durationSeconds !== null)
        this.schedule(entry.atSeconds + entry.durationSeconds, 'state', apply);
    };
    switch (effect.effect) {
      case 'crash-workers': {
        const crashed = this.machine.consumers.crash(effect.log, effect.workers);
        end(() => this.machine.consumers.restore(effect.log, crashed));
        return;
      }
      case 'scale-arrivals': {
        const { sources } = this.model.variants[this.machine.core.variant]!;
        const names = sources
          .filter((s) => s.node === node && (effect.flows === null || effect.flows.includes(s.flow)))
          .map((s) => s.name);
        this.spikes.set(entry.id, [names, effect.multiplier]);
        this.applySpikes(names);
        end(() => {
          this.spikes.delete(entry.id);
          this.applySpikes(names);
        });
        return;
      }
      case 'call':
        effect.begin(this.machine.context);
        end(() => effect.end(this.machine.context));
        return;
    }
  }

  /** The multiplier of a source is the product of the spikes that it is in. */
  private applySpikes(names: readonly string[]): void {
    for (const name of names) {
      let product = 1;
      for (const [among, multiplier] of this.spikes.values()) if (among.includes(name)) product *= multiplier;
      this.machine.sources.scale([name], product);
    }
  }

  private applyVariant(variant: Variant, index: number): void {
    const { machine } = this;
    machine.core.variant = index;
    const before = index === 0 ? null : this.model.variants[index - 1]!;
    for (const source of variant.sources) machine.sources.set(source);
    if (before !== null) {
      machine.sources.renewEntries();
      machine.tokens.renewWaiting();
      this.applySpikes(changedSources(before, variant));
      // Only what the timeline changes: control loops have a say in the rest.
      variant.servers.forEach((servers, station) => {
        if (servers !== before.servers[station]) machine.setServers(station, servers);
      });
      variant.workers.forEach((workers, log) => {
        if (workers === before.workers[log]) return;
        const resize = variant.resizes[log];
        if (resize === undefined) machine.consumers.setWorkers(log, workers);
        else resize(machine.context, workers);
      });
      variant.limits.forEach((l, limiter) => machine.setRates(limiter, l.readsPerSecond, l.writesPerSecond));
    }
    this.controls.begin(variant);
  }

  // ---- live events ----------------------------------------------------------------------------------

  /** Is the model the same as the present one in all that this run has used of it? */
  private continues(model: Model): boolean {
    const { variant } = this.machine.core;
    const { code } = this.model.variants[variant]!.extent;
    const sameTables = (
      ['flows', 'components', 'stations', 'balancers', 'logs', 'limiters', 'counters'] as const
    ).every(
      (table) => JSON.stringify(withoutKeys(model[table])) === JSON.stringify(withoutKeys(this.model[table])),
    );
    const workers = mostWorkers(this.model);
    return (
      sameTables &&
      mostWorkers(model).every((most, log) => most <= workers[log]!) &&
      model.variants[variant]!.extent.code === code &&
      model.program.code.subarray(0, code).every((word, i) => word === this.model.program.code[i])
    );
  }

  private adopt(model: Model, entry: TimelineEntry): void {
    const { variant } = this.machine.core;
    this.machine.adopt(model, this.model.variants[variant]!.extent);
    this.model = { ...model, components: this.model.components };
    this.actions = this.actions.filter((action) => action.changes === 'state');
    this.scheduleVariants(variant + 1);
    const cuts = [...this.collector.addEvent(entry), ...cutsOf(model.variants, this.endNs)];
    for (const cut of cuts) if (cut > this.machine.core.now && cut < this.endNs) this.recorder.cutAt(cut);
    this.scheduleEntry(entry);
  }

  /** Runs the model from the start to where this run is. */
  private repeat(model: Model): void {
    const { nowSeconds } = this;
    const taken = this.rowsTaken;
    this.start(model, new Memory(this.memory.linear === null ? null : kernelMemory()));
    this.advance({ untilSeconds: nowSeconds });
    this.rowsKept = this.collector.takeRows().slice(taken);
  }

  /** Applies what the timeline has for this instant. */
  private act(): void {
    const now = this.recorder.cellStart;
    this.machine.core.now = now;
    while (this.actions.length > 0 && this.actions[0]!.atNs <= now) this.actions.shift()!.apply();
    this.controls.turn(now);
  }

  // ---- end ------------------------------------------------------------------------------------------

  private stop(): void {
    const { machine } = this;
    machine.occupancy.touchAll();
    this.recorder.closeCell(machine.core.now);
    const component = this.model.components[machine.occupancy.busiestComponent()]!.id;
    this.finish({ atSeconds: machine.core.now / NS_PER_SECOND, reason: 'frames', component });
  }

  private finish(stopped: RunRecord['stopped']): void {
    const counted = this.machine.countRoots();
    const booked = this.recorder.inFlight.reduce((sum, n) => sum + n, 0);
    if (counted !== booked)
      throw new Error(
        `Requests are not conserved. Seed ${this.seed}: ${counted} request frames are there, ${booked} in the books.`,
      );
    // A run that stopped knows some services ahead of the time at which it did.
    const disagreement = stopped === null ? this.machine.checkBooks() : null;
    if (disagreement !== null)
      throw new Error(`The books of a queue do not agree. Seed ${this.seed}: ${disagreement}.`);
    const record = {
      ...this.collector.record({ events: this.machine.events, stopped }),
      observations: this.observer.record(),
    };
    this.finished =
      this.exemplars === null ? record : { ...record, exemplars: this.exemplars.record(this.model) };
  }
}

/** Where time must be cut for what begins with variants, and for turns of their control loops, ns. */
function cutsOf(variants: readonly Variant[], endNs: number): readonly number[] {
  return variants.flatMap((variant, i) => {
    const from = toNs(variant.fromSeconds);
    const next = variants[i + 1];
    return [from, ...turnsBetween(variant, from, next === undefined ? endNs : toNs(next.fromSeconds))];
  });
}

/** Sources whose arrivals begin anew with a variant; the others go on under the spikes that they are in. */
function changedSources(before: Variant, variant: Variant): readonly string[] {
  const arrivals = new Map(before.sources.map((s) => [s.name, JSON.stringify(s.arrivals)]));
  return variant.sources
    .filter((s) => arrivals.get(s.name) !== JSON.stringify(s.arrivals))
    .map((s) => s.name);
}

/** When the warm-up has ended at the latest: one that is found takes half of the run at most. */
function warmupNs({ run }: Scenario): number {
  return toNs(run.warmupSeconds === 'auto' ? run.durationSeconds / 2 : run.warmupSeconds);
}

/** Workers that each log may ever have. */
function mostWorkers({ logs, variants }: Model): readonly number[] {
  return logs.map((log, i) => Math.max(log.maximumWorkers, ...variants.map((v) => v.workers[i]!)));
}

/** A table without the names of keys, which live posts add to. */
function withoutKeys(table: readonly object[]): readonly object[] {
  return table.map((row) => ('keys' in row ? { ...row, keys: null } : row));
}
