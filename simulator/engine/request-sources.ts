import {
  compileArrivals,
  rootKey0,
  rootKey1,
  sourceKey,
  type ArrivalProcess,
  type Key,
} from '../../scenarios/sampling/index.ts';
import { ARRIVAL, START_TIME, type Core } from './core.ts';
import { INT } from './memory.ts';
import type { SourceSpec } from './model.ts';
import { Source } from './source.ts';

/** Sources that the kernel has room for. */
const MAXIMUM_SOURCES = 1024;

/** Where requests come from, and which of them comes next. */
export class RequestSources {
  /** Where the kernel finds the addresses of the sources (int32), bytes. */
  readonly at: number;
  readonly sources: Source[] = [];
  /** Names of closed sources: their users were started. */
  private readonly closed = new Set<string>();

  constructor(private readonly core: Core) {
    this.at = core.memory.allocate(MAXIMUM_SOURCES * 4);
    core.clock[ARRIVAL] = Infinity;
  }

  /** Adds a source, or gives the one of that name new arrivals from now on. */
  set(spec: SourceSpec): void {
    const { arrivals } = spec;
    const key = sourceKey(this.core.seed, spec.name);
    if (arrivals.process === 'closed') {
      if (this.closed.has(spec.name)) return;
      this.closed.add(spec.name);
      this.core.clock[START_TIME] = this.core.now;
      for (let user = 0; user < arrivals.users; user++)
        this.core.startFrame(spec.entry, rootKey0(key, user), rootKey1(key, user), 0);
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

  addProcess(added: {
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
    const { memory } = this.core.frames;
    const source = new Source(memory, added.name, added.settings, added.key, added.process, {
      ...added,
      sequence,
      fromNs: this.core.now,
    });
    if (at < 0) this.sources.push(source);
    else this.sources[at] = source;
    this.listSources();
  }

  /** Tells the kernel where the sources are; of more than it has room for, it leaves all to `arrive`. */
  private listSources(): void {
    const { memory } = this.core.frames;
    const known = this.sources.length <= MAXIMUM_SOURCES;
    if (known) memory.int32(this.at, this.sources.length).set(this.sources.map(({ at }) => at));
    this.core.state.int[INT.SOURCES] = known ? this.sources.length : 0;
    this.findDueSource();
  }

  /** Multiplies the base rate of the sources whose name is among `names`. */
  scale(names: readonly string[], multiplier: number): void {
    for (const source of this.sources)
      if (names.includes(source.name)) source.setMultiplier(this.core.now, multiplier);
    this.findDueSource();
  }

  private findDueSource(): void {
    let due = Infinity;
    this.core.state.int[INT.DUE_SOURCE] = 0;
    for (let i = 0; i < this.sources.length; i++) {
      const { next } = this.sources[i]!;
      if (next < due) {
        due = next;
        this.core.state.int[INT.DUE_SOURCE] = i;
      }
    }
    this.core.clock[ARRIVAL] = due;
  }

  arrive(): void {
    const source = this.sources[this.core.state.int[INT.DUE_SOURCE]!]!;
    this.core.clock[START_TIME] = source.next;
    const h = this.core.startFrame(source.entry, source.key0, source.key1, source.register);
    this.core.beginRequest(h, source.flow);
    source.advance();
    this.findDueSource();
  }

  rootNamed(name: string): { readonly entry: number; readonly flow: number } {
    const root = this.core.model.variants[this.core.variant]!.roots.get(name);
    if (root === undefined) throw new Error(`There is no root ${name}.`);
    return root;
  }
}
