import type { Edge, Node, Scenario, TimelineEntry } from '../../scenarios/index.ts';
import { InputError, type Problem } from '../../scenarios/index.ts';
import { components as registry } from '../components/index.ts';
import type { Behaviour, EventEffect, Neighbour, NodeContext } from '../components/component.ts';
import { expectationProblems } from './expectations.ts';
import { FINISHED, HITS, MISSES } from '../engine/recorder.ts';
import { FAILURE, OP } from '../engine/program.ts';
import { activeFaults, countInLostZones, inLostZone, type ActiveFault } from '../faults/active-fault.ts';
import { cutOf } from '../faults/cut-edges.ts';
import { slowDown } from '../faults/slow-steps.ts';
import { designsOverTime, type DesignAt } from '../faults/designs-over-time.ts';
import type {
  BalancerSpec,
  ControlSpec,
  LimiterSpec,
  LogSpec,
  Model,
  SourceSpec,
  StationSpec,
  Variant,
} from '../engine/model.ts';
import type { NativeContext, NativeFunction } from '../engine/native.ts';
import { timeCategories } from '../result.ts';
import type { ComponentLayout, FlowLayout } from '../statistics/index.ts';
import { Assembler, Label, type EdgeCode, type Linker, type RootSteps } from './assemble.ts';
import { ProcedureBuilder } from './procedure.ts';
import type { StationGroup, Step } from './steps.ts';
import { mayWorkAhead } from './work-ahead.ts';

/** Passes that a test may switch off to compare with the plain form; all give the same times. */
export interface CompileOptions {
  /** Calls of a single visit run in the caller's frame. */
  readonly leafCalls: boolean;
  /** First-come first-served stations work by next-free times where nothing forbids it. */
  readonly recursion: boolean;
  /** A call at the end of a procedure goes on in the same frame. */
  readonly tailCalls: boolean;
  /** A callee's own stations are worked out when the request is sent, where its latency is the same for all. */
  readonly leads: boolean;
}

export const ALL_PASSES: CompileOptions = { leafCalls: true, recursion: true, tailCalls: true, leads: true };

/** A turn of a control loop ends a cell of time, which costs about what some hundred events do. */
const SHORTEST_PERIOD_SECONDS = 0.01;
/** Above this many requests a second, a fixed share of them is traced for the time ledger. */
const TRACED_PER_SECOND = 4_000;

/**
 * Turns a checked scenario into programs and tables. Throws InputError when a wiring cannot run, or
 * an expectation asks for a figure that no result will have.
 *
 * The design is compiled once, and once more for each stretch of time that a `set` or a fault of the
 * timeline begins or ends, into the same tables: what has the same name is the same thing. Requests in
 * flight then end in the program that they began in; capacities change at once.
 */
export function compile(scenario: Scenario, options: CompileOptions = ALL_PASSES): Model {
  const designs = designsOverTime(
    scenario,
    (entry, node, design) => registry[node.kind]?.transitions?.(entry, node, design) ?? [],
  );
  // First to learn which capacities change: those stations cannot work by next-free times.
  const changing = designs.length > 1 ? changingStations(designs, options) : new Set<string>();
  const withEntry = (entry: TimelineEntry): Model =>
    compile({ ...scenario, timeline: [...scenario.timeline, entry] }, options);
  const model: Model = { ...new Compiler(options, changing).compile(designs), scenario, withEntry };
  const problems = expectationProblems(scenario, model);
  if (problems.length > 0) throw new InputError(problems);
  return model;
}

function changingStations(designs: readonly DesignAt[], options: CompileOptions): Set<string> {
  const first = new Compiler(options, new Set()).compile(designs);
  const names = new Set<string>();
  for (const variant of first.variants)
    variant.servers.forEach((servers, i) => {
      if (servers !== first.stations[i]!.servers) names.add(first.stations[i]!.name);
    });
  return names;
}

class Compiler {
  private readonly stations: StationSpec[] = [];
  private readonly groups = new Map<string, StationGroup>();
  private readonly edges: Edge[] = [];
  private readonly balancers: BalancerSpec[] = [];
  private readonly logs: LogSpec[] = [];
  private readonly limiters: LimiterSpec[] = [];
  private readonly named = new Map<string, number>();
  private readonly natives: ((run: NativeContext) => NativeFunction)[] = [];
  private readonly counters: { component: number; index: number }[] = [];
  private readonly flows: string[] = [];
  /** By flow: the component that named it first. */
  private readonly origins = new Map<number, number>();
  private readonly layouts: MutableLayout[] = [];
  private readonly componentIndex = new Map<string, number>();
  private priorities = 1;
  private pointCount = 0;

  // Of the design being compiled.
  private scenario!: Scenario;
  private nodes = new Map<string, Node>();
  private behaviours = new Map<string, Behaviour>();
  private procedures = new Map<string, Procedure>();
  private waiting: Procedure[] = [];
  private leadOf = new Map<number, number>();
  private roots = new Map<string, RootEntry>();
  private sources: {
    readonly flow: string;
    readonly root: string;
    readonly node: string;
    readonly arrivals: SourceSpec['arrivals'];
  }[] = [];
  private faults: DesignAt['faults'] = [];
  private fromSeconds = 0;
  /** By node id, over the designs so far. */
  private readonly configs = new Map<
    string,
    { readonly fromSeconds: number; readonly config: Node['config'] }[]
  >();
  private controls: ControlSpec[] = [];
  private servers: number[] = [];
  private workers: number[] = [];
  private resizes: (((run: NativeContext, workers: number) => void) | undefined)[] = [];
  private limits: { readsPerSecond: number; writesPerSecond: number }[] = [];
  private points: number[] = [];

  private readonly assembler: Assembler;

  constructor(
    private readonly options: CompileOptions,
    private readonly changing: ReadonlySet<string>,
  ) {
    this.assembler = new Assembler(this.linker(), options);
    // Frames of processor-sharing ticks run instruction 0, those of alarms instruction 1.
    this.assembler.code.push(OP.SHARE_TICK, OP.ALARM);
  }

  compile(designs: readonly DesignAt[]): Omit<Model, 'scenario' | 'withEntry'> {
    this.priorities = highestPriority(designs.map((d) => d.scenario)) + 1;
    const variants = designs.map((design) => this.compileDesign(design));
    this.assembler.threadJumps();
    return {
      flows: this.flows.map((id) => this.flowLayout(id)),
      origins: this.flows.map((_, flow) => this.origins.get(flow)!),
      components: this.layouts.map((l) => ({ ...l })),
      stations: this.stations,
      edges: this.edges,
      balancers: this.balancers,
      logs: this.logs,
      limiters: this.limiters,
      natives: this.natives,
      counters: this.counters,
      program: {
        code: Int32Array.from(this.assembler.code),
        constants: Float64Array.from(this.assembler.constants),
        samplers: this.assembler.samplers,
        calls: this.assembler.calls,
        answers: this.assembler.answers,
        owners: this.assembler.owners,
      },
      variants: variants.map((v) => ({
        ...v,
        servers: this.stations.map((s, i) => v.servers[i] ?? s.servers),
        workers: this.logs.map((l, i) => v.workers[i] ?? l.workers),
        limits: this.limiters.map((l, i) => v.limits[i] ?? l),
      })),
      traceModulus: traceModulus(variants[0]!.sources),
    };
  }

  private compileDesign({ fromSeconds, scenario, faults }: DesignAt): Variant {
    this.scenario = scenario;
    this.faults = faults;
    this.fromSeconds = fromSeconds;
    this.controls = [];
    this.assembler.waitingPlaces = new Map();
    this.nodes = new Map(scenario.design.nodes.map((n) => [n.id, n]));
    this.behaviours = new Map();
    this.procedures = new Map();
    this.leadOf = new Map();
    this.roots = new Map();
    this.sources = [];
    this.servers = [];
    this.workers = [];
    this.resizes = [];
    this.limits = [];
    this.points = [];
    for (const node of scenario.design.nodes) {
      this.componentOf(node.id);
      const known = this.configs.get(node.id) ?? [];
      if (JSON.stringify(known.at(-1)?.config) !== JSON.stringify(node.config))
        this.configs.set(node.id, [...known, { fromSeconds, config: node.config }]);
    }
    const problems: Problem[] = [];
    scenario.design.nodes.forEach((node, i) => {
      const component = registry[node.kind];
      if (component === undefined) throw new Error(`The kind ${node.kind} has no behaviour.`);
      try {
        this.behaviours.set(node.id, component.build(this.context(node)));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        problems.push(refusalProblem(error, i));
      }
    });
    if (problems.length > 0) throw new InputError(problems);

    if (this.options.leads)
      for (const node of scenario.design.nodes)
        this.leadOf.set(this.componentOf(node.id), this.leadFor(node));

    const entries = new Map<string, { entry: Label; flow: number }>();
    for (const [name, root] of this.roots) {
      const { options } = root;
      const node = this.nodes.get(this.layouts[root.component]!.id)!;
      const write = (body: (p: ProcedureBuilder) => void, suffix: string): readonly Step[] => {
        const p = new ProcedureBuilder(`${name}${suffix}`, root.component, options.priority ?? 0);
        try {
          body(p);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          throw new InputError([
            refusalProblem(error, scenario.design.nodes.indexOf(this.nodes.get(error.node)!)),
          ]);
        }
        return p.done();
      };
      const rootSteps: RootSteps = {
        steps: this.slowSteps(node, this.faultsAt(node), write(options.steps, '')),
        finished: options.finished ?? null,
        after: options.after === undefined ? [] : write(options.after, '.after'),
        think:
          options.think === undefined
            ? null
            : { time: options.think, stream: `${name}.think`, point: `${name}.round` },
      };
      this.assembler.root(root.label, rootSteps, root.component, this.flowOf(options.flow));
      entries.set(name, { entry: root.label, flow: this.flowOf(options.flow) });
    }
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop())
      this.assembler.procedure(next.label, next.component, next.steps, next.name);

    const { behaviours } = this;
    return {
      fromSeconds,
      scenario,
      roots: new Map([...entries].map(([name, e]) => [name, { entry: e.entry.position, flow: e.flow }])),
      sources: this.sources.map((s) => ({
        name: `${s.node}/${s.flow}`,
        node: s.node,
        flow: s.flow,
        entry: entries.get(s.root)!.entry.position,
        flowIndex: entries.get(s.root)!.flow,
        arrivals: s.arrivals,
      })),
      controls: this.controls,
      waitingPlaces: this.assembler.waitingPlaces,
      extent: {
        code: this.assembler.position,
        natives: this.natives.length,
        edges: this.edges.length,
      },
      servers: this.servers,
      workers: this.workers,
      resizes: this.resizes,
      limits: this.limits,
      points: this.points,
      effects: (entry: TimelineEntry) =>
        [...behaviours].flatMap(([node, behaviour]) => {
          const effect: EventEffect | null = behaviour.onEvent?.(entry) ?? null;
          return effect === null ? [] : [{ node, effect }];
        }),
    };
  }

  private linker(): Linker {
    return {
      edge: (edge: Edge): EdgeCode => {
        const name = `edge/${edge.id}/${JSON.stringify(edge.config)}`;
        return { index: this.namedIndex(name, () => this.edges.push(edge) - 1), edge };
      },
      procedure: (node, operation, priority) => this.procedure(node, operation, priority).label,
      steps: (node, operation, priority) => this.procedure(node, operation, priority).steps,
      instances: (node) => this.behaviours.get(node)?.instances ?? 1,
      root: (name) => {
        const root = this.roots.get(name);
        if (root === undefined) throw new Error(`There is no root ${name}.`);
        return { entry: root.label, flow: this.flowOf(root.options.flow) };
      },
      component: (node) => this.componentOf(node),
      unitRegister: (component) => {
        const { instances = 1, unitRegister } = this.behaviours.get(this.layouts[component]!.id)!;
        return unitRegister ?? (instances > 1 ? 0 : -1);
      },
      cut: (edge) => cutOf(edge, this.faults),
      untilNs: (timeNs) => this.natives.push((run) => (frame) => Math.max(0, timeNs - run.time(frame))) - 1,
      lead: (component) => this.leadOf.get(component) ?? 0,
      point: (name, position) => {
        const point = this.namedIndex(`point/${name}`, () => this.pointCount++);
        if (this.points[point] !== undefined) throw new Error(`The point ${name} is there twice.`);
        this.points[point] = position;
        return point;
      },
    };
  }

  private procedure(node: string, operation: string, priority: number) {
    const key = `${node}/${operation}/${priority}`;
    const known = this.procedures.get(key);
    if (known !== undefined) return known;
    const write = this.behaviours.get(node)?.operations[operation];
    if (write === undefined) throw new Error(`${node} has no operation ${operation}.`);
    const p = new ProcedureBuilder(`${node}.${operation}`, this.componentOf(node), priority);
    write(p);
    const steps = this.underFaults(this.nodes.get(node)!, operation, p.done());
    const procedure = { name: key, label: new Label(), component: this.componentOf(node), steps };
    this.procedures.set(key, procedure);
    this.waiting.push(procedure);
    return procedure;
  }

  /** What an operation does while nodes are slow, disks are full, or a zone is gone. */
  private underFaults(node: Node, operation: string, steps: readonly Step[]): readonly Step[] {
    const faults = this.faultsAt(node);
    if (faults.length === 0) return steps;
    const { instances = 1, writes = [] } = this.behaviours.get(node.id)!;
    const around = { id: node.id, faults };
    const fullDisks = activeFaults(around, 'disk-full').filter(({ ended }) => !ended);
    if (fullDisks.length > 0 && writes.includes(operation)) return [{ op: 'fail', failure: 'unavailable' }];
    const slow = this.slowSteps(node, faults, steps);
    if (countInLostZones(faults, instances) === 0 || instances === 1) return slow;
    const isGone = this.natives.push(
      (run) => (frame) => (inLostZone(faults, run.register(frame, 0)) ? -FAILURE.unavailable : 0),
    );
    return [{ op: 'native', native: isGone - 1, register: -1, shared: false }, ...slow];
  }

  private slowSteps(node: Node, faults: readonly ActiveFault[], steps: readonly Step[]): readonly Step[] {
    const slow = activeFaults({ id: node.id, faults }, 'slow-node').filter(({ ended }) => !ended);
    if (slow.length === 0) return steps;
    const component = this.componentOf(node.id);
    return slowDown(steps, {
      component,
      faults: slow,
      instances: this.behaviours.get(node.id)!.instances ?? 1,
      isDivided: [...this.groups.values()].some((g) => g.component === component && g.count > 1),
      workersOf: (log) => this.logs[log]!.maximumWorkers,
    });
  }

  private faultsAt(node: Node): readonly ActiveFault[] {
    return this.faults.map(({ transitions, ...fault }) => ({
      ...fault,
      transition: transitions.get(node.id) ?? 0,
    }));
  }

  /** The constant latency that all callers of a node are away, if its steps allow to use it ahead; else 0. */
  private leadFor(node: Node): number {
    const latencies = this.scenario.design.edges
      .filter((edge) => edge.target === node.id)
      .map(({ config: { latency } }) => (latency?.distribution === 'constant' ? latency.ms : 0));
    const [first] = latencies;
    if (first === undefined || latencies.some((ms) => ms !== first)) return 0;
    const component = this.componentOf(node.id);
    const { operations } = this.behaviours.get(node.id)!;
    for (const [operation, write] of Object.entries(operations)) {
      const p = new ProcedureBuilder(`${node.id}.${operation}`, component, 0);
      write(p);
      if (!mayWorkAhead(p.done())) return 0;
    }
    return Math.round(first * 1e6);
  }

  private context(node: Node): NodeContext {
    const { scenario } = this;
    const index = this.componentOf(node.id);
    const neighbours = (of: 'source' | 'target', other: 'source' | 'target'): readonly Neighbour[] =>
      scenario.design.edges
        .filter((e) => e[of] === node.id)
        .map((edge) => ({ edge, node: this.nodes.get(edge[other])! }));
    const targets = neighbours('source', 'target');
    const layout = this.layouts[index]!;
    const ownCounter = (which: number): number =>
      this.namedIndex(
        `${node.id}/counter/${which}`,
        () => this.counters.push({ component: index, index: which }) - 1,
      );
    const hitCounter = (which: number): number => {
      layout.hasCache = true;
      return ownCounter(which);
    };
    return {
      id: node.id,
      config: node.config,
      configs: this.configs.get(node.id)!,
      index,
      population: scenario.population,
      timeline: scenario.timeline,
      faults: this.faultsAt(node),
      design: scenario.design,
      fromSeconds: this.fromSeconds,
      targets,
      sources: neighbours('target', 'source'),
      targetsOf: (kind) => targets.filter((t) => t.node.kind === kind),
      offers: (id, operation) => this.behaviours.get(id)?.operations[operation] !== undefined,
      stations: (name, options) => this.stationGroup(`${node.id}/${name}`, index, options),
      counter: (name, report, of) =>
        this.namedIndex(`${node.id}/counter/${name}`, () => {
          const position = layout.counters.length;
          const ratioOf = of === undefined ? {} : { of: this.counters[of]!.index };
          layout.counters.push({ name, report, ...ratioOf });
          return this.counters.push({ component: index, index: position }) - 1;
        }),
      get hits() {
        return hitCounter(HITS);
      },
      get misses() {
        return hitCounter(MISSES);
      },
      get finished() {
        return ownCounter(FINISHED);
      },
      native: (_name, make) => ({ native: this.natives.push(make) - 1 }),
      every: (periodSeconds, name, make) => {
        if (periodSeconds < SHORTEST_PERIOD_SECONDS)
          throw new Error(`The control loop ${name} would turn every ${periodSeconds} s.`);
        this.controls.push({ name: `${node.id}/${name}`, periodNs: Math.round(periodSeconds * 1e9), make });
      },
      balancer: (name, options) =>
        this.namedIndex(
          `${node.id}/balancer/${name}/${options.policy}/${options.instances}`,
          () => this.balancers.push(options) - 1,
        ),
      limiter: (name, options) => {
        const limiter = this.namedIndex(`${node.id}/limiter/${name}`, () => {
          layout.keys = [...options.names];
          const spec: LimiterSpec = {
            component: index,
            names: options.names,
            readsPerSecond: options.readsPerSecond,
            writesPerSecond: options.writesPerSecond,
            queueNs: Math.round(options.queueSeconds * 1e9),
          };
          return this.limiters.push(spec) - 1;
        });
        this.limits[limiter] = {
          readsPerSecond: options.readsPerSecond,
          writesPerSecond: options.writesPerSecond,
        };
        return limiter;
      },
      log: (name, options) => {
        const stream = this.componentOf(options.stream);
        this.layouts[stream]!.hasLog = true;
        const workers = this.stationGroup(`${node.id}/workers/${options.stream}/${name}`, index, {
          servers: options.workers,
          counts: 'servers',
          held: true,
        });
        const log = this.namedIndex(
          `log/${options.stream}/${node.id}/${name}`,
          () =>
            this.logs.push({
              name: `${options.stream}/${node.id}/${name}`,
              stream,
              partitions: options.partitions,
              workers: options.workers,
              maximumWorkers: options.maximumWorkers ?? options.workers,
              batch: options.batch,
              capacity: options.capacity ?? Infinity,
              station: workers.first,
            }) - 1,
        );
        this.workers[log] = options.workers;
        this.resizes[log] = options.onResize;
        return log;
      },
      findLog: (name, stream, consumer) => {
        const log = this.named.get(`log/${stream}/${consumer}/${name}`);
        if (log === undefined) throw new Error(`There is no log ${name} between ${stream} and ${consumer}.`);
        return log;
      },
      findStations: (owner, name) => {
        const group = this.groups.get(`${owner}/${name}`);
        if (group === undefined) throw new Error(`There are no stations ${name} at ${owner}.`);
        return group;
      },
      targetsOfNode: (source) =>
        scenario.design.edges
          .filter((e) => e.source === source)
          .map((edge) => ({ edge, node: this.nodes.get(edge.target)! })),
      flow: (id) => this.flowFrom(index, id),
      root: (name, options) => {
        this.flowFrom(index, options.flow);
        this.roots.set(name, { label: new Label(), component: index, options });
      },
      source: (options) => {
        this.sources.push({ ...options, node: node.id });
      },
      refuse: (message, fix) => {
        throw new Refusal(node.id, message, fix);
      },
    };
  }

  private stationGroup(
    name: string,
    component: number,
    options: Parameters<NodeContext['stations']>[1],
  ): StationGroup {
    const count = options.count ?? 1;
    const replicas = options.replicas ?? 1;
    const known = this.groups.get(name);
    const layout = this.layouts[component]!;
    const sharing = options.discipline === 'processor-sharing';
    const needsEvents =
      options.held === true ||
      options.elastic === true ||
      (options.queueCapacity ?? null) !== null ||
      options.discipline === 'priority' ||
      !this.options.recursion ||
      this.changing.has(`${name}#0`);
    const group: StationGroup = known ?? {
      first: this.stations.length,
      count,
      replicas,
      mode: sharing ? 'sharing' : needsEvents && replicas === 1 ? 'tokens' : 'recursion',
      component,
    };
    if (known !== undefined && (known.count !== count || known.replicas !== replicas))
      throw new Refusal(
        this.layouts[component]!.id,
        'The timeline changes how many instances, shards or partitions there are, which needs a move of their contents.',
        'Set servers, workers, threads or rates instead.',
      );
    for (let i = 0; i < count * replicas; i++) {
      if (known === undefined) {
        if (options.counts === 'servers') layout.hasServers = layout.hasQueue = true;
        if (options.counts === 'cpu') layout.hasCpu = true;
        const shard = options.shards === true ? (options.firstShard ?? 0) + Math.floor(i / replicas) : -1;
        this.stations.push({
          name: `${name}#${i}`,
          component,
          servers: options.servers,
          mode: group.mode,
          counts: options.counts,
          shard,
          queueCapacity: options.queueCapacity ?? Infinity,
          priorities: options.discipline === 'priority' ? this.priorities : 1,
        });
        if (shard >= 0) layout.shards = Math.max(layout.shards, shard + 1);
      }
      this.servers[group.first + i] = options.servers;
    }
    this.groups.set(name, group);
    return group;
  }

  private namedIndex(name: string, make: () => number): number {
    const known = this.named.get(name);
    if (known !== undefined) return known;
    const index = make();
    this.named.set(name, index);
    return index;
  }

  private flowFrom(component: number, id: string): number {
    const flow = this.flowOf(id);
    if (!this.origins.has(flow)) this.origins.set(flow, component);
    return flow;
  }

  private flowOf(id: string): number {
    const index = this.flows.indexOf(id);
    return index >= 0 ? index : this.flows.push(id) - 1;
  }

  private componentOf(id: string): number {
    let index = this.componentIndex.get(id);
    if (index === undefined) {
      index =
        this.layouts.push({
          id,
          hasServers: false,
          hasCpu: false,
          hasQueue: false,
          hasCache: false,
          hasLog: false,
          shards: 0,
          keys: null,
          counters: [],
        }) - 1;
      this.componentIndex.set(id, index);
    }
    return index;
  }

  private flowLayout(id: string): FlowLayout {
    const timeCells = this.layouts.flatMap((layout) =>
      timeCategories.map((category) => ({ component: layout.id, category })),
    );
    return { id, timeCells };
  }
}

type MutableLayout = {
  -readonly [K in keyof ComponentLayout]: K extends 'counters'
    ? { name: string; report: ComponentLayout['counters'][number]['report']; of?: number }[]
    : ComponentLayout[K];
};

interface Procedure {
  readonly name: string;
  readonly label: Label;
  readonly component: number;
  readonly steps: readonly Step[];
}

interface RootEntry {
  readonly label: Label;
  readonly component: number;
  readonly options: Parameters<NodeContext['root']>[1];
}

/** A component's refusal of a wiring. */
class Refusal extends Error {
  constructor(
    readonly node: string,
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

function refusalProblem(refusal: Refusal, node: number): Problem {
  return {
    code: 'FL-wiring',
    path: `design.nodes[${node}]`,
    message: `${refusal.node}: ${refusal.message}`,
    fix: refusal.fix,
    severity: 'error',
  };
}

/** Highest priority class of any client's flow. */
function highestPriority(scenarios: readonly Scenario[]): number {
  let highest = 0;
  for (const scenario of scenarios)
    for (const node of scenario.design.nodes) {
      const config = node.config as { priority?: unknown; flows?: unknown };
      const flows = Array.isArray(config.flows) ? (config.flows as { priority?: unknown }[]) : [config];
      for (const flow of flows)
        if (typeof flow.priority === 'number') highest = Math.max(highest, flow.priority);
    }
  return highest;
}

function traceModulus(sources: readonly SourceSpec[]): number {
  let rate = 0;
  for (const { arrivals } of sources) {
    if ('ratePerSecond' in arrivals) rate += arrivals.ratePerSecond;
    else if (arrivals.process === 'closed') rate += arrivals.users;
  }
  let modulus = 1;
  while (rate / modulus > TRACED_PER_SECOND) modulus *= 2;
  return modulus;
}
