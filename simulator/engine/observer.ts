import type { Arrivals } from '../../scenarios/index.ts';
import {
  EPISODE_GAP_SECONDS,
  RankChange,
  RateChange,
  RateChangeFromPast,
  type Cell,
  type FailureEpisode,
  type FailureMode,
  type LevelChange,
  type Observations,
  UnitChange,
  type RateShift,
  type Shift,
  type Surge,
  type WorkShift,
} from '../statistics/index.ts';
import type { Model } from './model.ts';
import type { CodeOwner } from './program.ts';
import type { Source } from './source.ts';

const NS_PER_SECOND = 1e9;
/** Arrivals, keys and look-ups are looked at in steps of about this length, ns. */
const STEP_NS = 0.25e9;
/** Categories of the time ledger, in the order of `timeCategories`. */
const CATEGORIES = 5;
const SERVICE = 1;
const NETWORK = 2;
/** More units than any component has. */
const MOST_UNITS = 2 ** 24;
/** Times that are looked at in a second: of more, a share is drawn. */
const TIMES_PER_SECOND = 6000;
/** A source that nobody declared counts from so many requests on. */
const LEAST_NEW_ARRIVALS = 5;

/** A source that nobody declared. */
interface Newcomer {
  /** Its arrivals up to the last cell. */
  seen: number;
  /** Where in `surges` it stands. */
  at: number | null;
  /** Whether its rate is that of a whole cell: in its first it may have begun anywhere. */
  whole: boolean;
}

/**
 * Watches a run for what an explanation needs, in steps far smaller than those of the figures: what takes
 * longer, fails, is no longer there, or comes more often than before. It changes nothing in the run, and
 * knows nothing of the timeline.
 *
 * The machine tells it of the work and the failures of traced requests, which the kernel leaves to TypeScript
 * anyway, and of changes of capacity, which are rare: the loop in the kernel does not know that it is there.
 */
export class Observer {
  /** By random stream: kinds of work; and by component and unit, all its work. */
  private readonly work = new Map<number, RankChange>();
  private readonly unitWork = new Map<number, UnitChange>();
  /** A linear congruential generator (Knuth; Numerical Recipes): which times are looked at. */
  private lot = 1;
  private share = 2 ** 32;
  private timesInStep = 0;
  private readonly failures = new Map<string, OpenEpisode>();
  private readonly ended: FailureEpisode[] = [];
  private readonly levels: LevelChange[] = [];
  private readonly surges: Surge[] = [];
  private readonly shifts: WorkShift[] = [];
  /** By component: how many instances, shards or ranges it has at most. */
  private readonly units: readonly number[];
  /** By station: the number of its unit. */
  private readonly places: readonly number[];
  /** By component, what and name: the present level, and the last change. */
  private readonly known = new Map<string, number>();
  private readonly latest = new Map<string, { -readonly [K in keyof LevelChange]: LevelChange[K] }>();
  private readonly workers: ReadonlySet<number>;
  private readonly indices: ReadonlyMap<string, number>;

  private sources: readonly Source[] = [];
  private readonly arrivals = new Map<string, { readonly change: RateChange; seen: number }>();
  private readonly newcomers = new Map<string, Newcomer>();
  private readonly misses = new Map<number, RateChangeFromPast>();
  /** By component: those of its keys that were asked for, and how often all of them were. */
  private readonly keys: {
    readonly watched: (RateChangeFromPast | undefined)[];
    /** Later ones have no past. */
    readonly fromStart: number;
    exposure: number;
    steps: number;
  }[];
  private stepFromNs = 0;
  private readonly step: { hits: number; misses: number; keys: number[] }[];

  constructor(private model: Model) {
    this.places = model.stations.map(({ name, shard }) =>
      shard >= 0 ? shard : Number(name.slice(name.lastIndexOf('#') + 1)),
    );
    const units = model.components.map(() => 1);
    model.stations.forEach(({ component }, s) => {
      units[component] = Math.max(units[component]!, this.places[s]! + 1);
    });
    for (const { station, maximumWorkers } of model.logs) {
      const { component } = model.stations[station]!;
      units[component] = Math.max(units[component]!, maximumWorkers);
    }
    this.units = units;
    this.workers = new Set(model.logs.map(({ station }) => model.stations[station]!.component));
    this.step = model.components.map(() => ({ hits: 0, misses: 0, keys: [] }));
    this.keys = model.components.map(({ keys }) => ({
      watched: [],
      fromStart: keys?.length ?? 0,
      exposure: 0,
      steps: 0,
    }));
    this.indices = new Map(model.components.map(({ id }, i) => [id, i]));
  }

  /** Where to look for arrivals; before the run begins. */
  watch(sources: readonly Source[]): void {
    this.sources = sources;
  }

  /** The run goes on with a model that has more of the same. */
  adopt(model: Model): void {
    this.model = model;
  }

  // ---- what the machine tells ----------------------------------------------------------------------

  /**
   * A traced request's time of service or on the wire, by its row of the time ledger and the random stream
   * that it was drawn from, which names the kind of work. @param unit Where in the component; -1: nobody can tell.
   */
  time(row: number, stream: number, unit: number, ns: number, nowNs: number): void {
    const category = (row - 1) % CATEGORIES;
    if (stream === 0 || (category !== SERVICE && category !== NETWORK) || !this.isDrawn()) return;
    const component = (row - 1 - category) / CATEGORIES;
    const isUnit = category === SERVICE && unit >= 0 && unit < this.units[component]!;
    this.sample(component, category, stream, isUnit ? unit : -1, ns, nowNs);
  }

  /** The same of a visit of a station. */
  visit(station: number, stream: number, ns: number, nowNs: number): void {
    if (this.isDrawn())
      this.sample(this.model.stations[station]!.component, SERVICE, stream, this.places[station]!, ns, nowNs);
  }

  private isDrawn(): boolean {
    this.timesInStep += 1;
    if (this.share === 2 ** 32) return true;
    this.lot = (Math.imul(this.lot, 1664525) + 1013904223) | 0;
    return this.lot >>> 0 < this.share;
  }

  private sample(
    component: number,
    category: number,
    stream: number,
    unit: number,
    ns: number,
    nowNs: number,
  ): void {
    let change = this.work.get(stream);
    if (change === undefined) this.work.set(stream, (change = new RankChange()));
    const shift = change.add(ns, nowNs);
    if (shift !== null) this.noteShift(shift, component, category, null);
    else if (unit >= 0 && this.units[component]! > 1) {
      const key = component * MOST_UNITS + unit;
      let one = this.unitWork.get(key);
      if (one === undefined) this.unitWork.set(key, (one = new UnitChange()));
      const own = one.add(change.rank, ns, change.meanNs, nowNs);
      if (own !== null) this.noteShift(own, component, category, this.unitName(component, unit));
    }
  }

  private noteShift(shift: Shift, component: number, category: number, unit: string | null): void {
    this.shifts.push({
      component: this.idOf(component),
      what: category === SERVICE ? 'service' : 'network',
      unit,
      direction: shift.direction,
      atSeconds: shift.atNs / NS_PER_SECOND,
      beforeMs: shift.beforeNs / 1e6,
      afterMs: shift.afterNs / 1e6,
    });
  }

  /** A traced request failed, or is held up, at an instruction; see FailureMode. */
  failed(mode: FailureMode, pc: number, unit: number, nowNs: number): void {
    const owner = this.ownerOf(pc);
    if (owner.edge !== null) return this.lost('cut', owner.component, this.indexOf(owner.edge.target), nowNs);
    const isUnit = mode === 'refused' && unit >= 0 && unit < this.units[owner.component]!;
    this.episode(mode, owner.component, null, isUnit ? this.unitName(owner.component, unit) : null, nowNs);
  }

  /** A call from the component whose instruction it is was given up, not made, or lost on the way. */
  callFailed(mode: FailureMode, pc: number, target: number, nowNs: number): void {
    this.lost(mode, this.ownerOf(pc).component, target, nowNs);
  }

  private lost(mode: FailureMode, caller: number, target: number, nowNs: number): void {
    this.episode(mode, target, this.idOf(caller), null, nowNs);
  }

  private episode(
    mode: FailureMode,
    component: number,
    caller: string | null,
    unit: string | null,
    nowNs: number,
  ): void {
    const key = `${mode} ${component} ${caller} ${unit}`;
    const open = this.failures.get(key);
    const seconds = nowNs / NS_PER_SECOND;
    if (open !== undefined && seconds <= open.toSeconds + EPISODE_GAP_SECONDS) {
      open.toSeconds = Math.max(open.toSeconds, seconds);
      open.count += 1;
      return;
    }
    if (open !== undefined) this.ended.push(open);
    const id = this.idOf(component);
    this.failures.set(key, {
      component: id,
      mode,
      caller,
      unit,
      fromSeconds: seconds,
      toSeconds: seconds,
      count: 1,
    });
  }

  /** So many of something are in service from now on. */
  level(component: number, what: LevelChange['what'], name: string, level: number, nowNs: number): void {
    const key = `${component} ${what} ${name}`;
    const before = this.known.get(key);
    this.known.set(key, level);
    if (before === undefined || before === level) return;
    const last = this.latest.get(key);
    // Many go one after the other at one instant.
    if (last !== undefined && last.atSeconds === nowNs / NS_PER_SECOND) {
      last.after = level;
      return;
    }
    const change = {
      component: this.idOf(component),
      what,
      name,
      atSeconds: nowNs / NS_PER_SECOND,
      before,
      after: level,
    };
    this.levels.push(change);
    this.latest.set(key, change);
  }

  /** The same of a component that is named. */
  levelOf(component: string, what: LevelChange['what'], level: number, nowNs: number): void {
    this.level(this.indexOf(component), what, '', level, nowNs);
  }

  // ---- what is counted anyway -------------------------------------------------------------------------

  /** Takes in a cell of time, just before it is reset. */
  closeCell(_fromNs: number, toNs: number, cell: Cell): void {
    cell.components.forEach(({ hits, misses, keys, touchedKeys }, c) => {
      const sums = this.step[c]!;
      sums.hits += hits;
      sums.misses += misses;
      for (const key of touchedKeys ?? []) {
        const offered = keys![4 * key]! + keys![4 * key + 2]!;
        if (offered > 0) sums.keys[key] = (sums.keys[key] ?? 0) + offered;
      }
    });
    if (toNs - this.stepFromNs >= STEP_NS) this.closeStep(toNs);
  }

  private closeStep(toNs: number): void {
    const fromNs = this.stepFromNs;
    const wanted = (TIMES_PER_SECOND * (toNs - fromNs)) / NS_PER_SECOND;
    this.share = Math.min(1, wanted / Math.max(1, this.timesInStep)) * 2 ** 32;
    this.timesInStep = 0;
    this.countArrivals(fromNs, toNs);
    this.step.forEach((sums, c) => {
      const lookUps = sums.hits + sums.misses;
      if (lookUps > 0)
        this.note(watcher(this.misses, c).add(sums.misses, lookUps, fromNs), this.idOf(c), 'misses', '');
      this.countKeys(c, sums.keys, fromNs);
      sums.hits = sums.misses = 0;
      sums.keys.length = 0;
    });
    this.stepFromNs = toNs;
  }

  private countKeys(component: number, offered: readonly number[], fromNs: number): void {
    const { keys } = this.model.components[component]!;
    if (keys === null) return;
    let all = 0;
    offered.forEach((count) => (all += count));
    if (all === 0) return;
    const before = this.keys[component]!;
    const { watched, fromStart, exposure, steps } = before;
    keys.forEach((name, key) => {
      if (key >= fromStart) watched[key] ??= new RateChangeFromPast();
      else if (offered[key] !== undefined) watched[key] ??= new RateChangeFromPast(exposure, steps);
      const shift = watched[key]?.add(offered[key] ?? 0, all, fromNs) ?? null;
      this.note(shift, this.idOf(component), 'key', name);
    });
    before.exposure += all;
    before.steps += 1;
  }

  private countArrivals(fromNs: number, toNs: number): void {
    const { sources } = this.model.variants[0]!;
    for (const source of this.sources) {
      const declared = sources.find(({ name }) => name === source.name);
      if (declared === undefined) {
        this.meetNewcomer(source, fromNs, toNs);
        continue;
      }
      const { arrivals } = declared;
      if (arrivals.process === 'trace' || arrivals.process === 'closed') continue;
      let watched = this.arrivals.get(source.name);
      if (watched === undefined)
        this.arrivals.set(source.name, (watched = { change: new RateChange(), seen: 0 }));
      const count = source.sequence - watched.seen;
      watched.seen = source.sequence;
      const shift = watched.change.add(count, mostExpected(arrivals, fromNs, toNs), fromNs);
      this.note(shift, declared.node, 'arrivals', declared.flow);
    }
  }

  /** Requests of a source that the design does not know: since when, and how many a second in the first whole cell. */
  private meetNewcomer({ name, sequence, flow }: Source, fromNs: number, toNs: number): void {
    let newcomer = this.newcomers.get(name);
    if (newcomer === undefined) this.newcomers.set(name, (newcomer = { seen: 0, at: null, whole: false }));
    const perSecond = ((sequence - newcomer.seen) * NS_PER_SECOND) / (toNs - fromNs);
    newcomer.seen = sequence;
    if (newcomer.at === null) {
      if (sequence < LEAST_NEW_ARRIVALS) return;
      newcomer.at = this.surges.length;
      this.surges.push({
        component: name.split('/')[0]!,
        what: 'new arrivals',
        name: this.model.flows[flow]!.id,
        direction: 'up',
        atSeconds: fromNs / NS_PER_SECOND,
        ratio: perSecond,
      });
    } else if (!newcomer.whole) {
      newcomer.whole = true;
      const surge = this.surges[newcomer.at]!;
      this.surges[newcomer.at] = { ...surge, ratio: Math.max(surge.ratio, perSecond) };
    }
  }

  private note(shift: RateShift | null, component: string, what: Surge['what'], name: string): void {
    if (shift === null) return;
    const { direction, atNs, ratio } = shift;
    this.surges.push({ component, what, name, direction, atSeconds: atNs / NS_PER_SECOND, ratio });
  }

  /** All that was noticed; after the last cell. */
  record(): Observations {
    return {
      shifts: [...this.shifts],
      failures: [...this.ended, ...[...this.failures.values()].map((open) => ({ ...open }))],
      levels: this.levels.map((change) => ({ ...change })),
      surges: [...this.surges],
    };
  }

  // ---- names ----------------------------------------------------------------------------------------------

  /** Whose an instruction is. */
  ownerOf(pc: number): CodeOwner {
    const { owners } = this.model.program;
    let low = 0;
    let high = owners.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (owners[middle]!.from <= pc) low = middle;
      else high = middle - 1;
    }
    return owners[low]!;
  }

  private idOf(component: number): string {
    return this.model.components[component]!.id;
  }

  private indexOf(id: string): number {
    return this.indices.get(id)!;
  }

  private unitName(component: number, unit: number): string {
    if (this.workers.has(component)) return `worker ${unit}`;
    return `${this.model.components[component]!.shards > 1 ? 'shard' : 'instance'} ${unit}`;
  }
}

type OpenEpisode = { -readonly [K in keyof FailureEpisode]: FailureEpisode[K] };

function watcher(all: Map<number, RateChangeFromPast>, key: number): RateChangeFromPast {
  let one = all.get(key);
  if (one === undefined) all.set(key, (one = new RateChangeFromPast()));
  return one;
}

type Declared = Exclude<Arrivals, { readonly process: 'closed' | 'trace' }>;

/** Most requests that the settings of a client let expect between two times: those of a burst, in a bursty process. */
function mostExpected(arrivals: Declared, fromNs: number, toNs: number): number {
  let rate = arrivals.ratePerSecond;
  if (arrivals.process === 'bursty') {
    const { burstRatio, meanBurstSeconds, meanCalmSeconds } = arrivals;
    const inBurst = meanBurstSeconds / (meanBurstSeconds + meanCalmSeconds);
    rate *= burstRatio / (1 - inBurst + burstRatio * inBurst);
  }
  const profile = arrivals.profile ?? [];
  const multiplier = Math.max(
    multiplierAt(profile, fromNs / NS_PER_SECOND),
    multiplierAt(profile, toNs / NS_PER_SECOND),
    ...profile.filter(([s]) => s * NS_PER_SECOND > fromNs && s * NS_PER_SECOND < toNs).map(([, m]) => m),
  );
  return (rate * multiplier * (toNs - fromNs)) / NS_PER_SECOND;
}

/** Multiplier of a profile at a second: linear between its points, constant outside. */
function multiplierAt(profile: readonly (readonly [number, number])[], second: number): number {
  const after = profile.findIndex(([at]) => at > second);
  if (profile.length === 0) return 1;
  if (after < 0) return profile.at(-1)![1];
  if (after === 0) return profile[0]![1];
  const [from, low] = profile[after - 1]!;
  const [to, high] = profile[after]!;
  return low + ((high - low) * (second - from)) / (to - from);
}
