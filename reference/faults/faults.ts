import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario, TimelineEntry, TimelineEntryOf } from '../../scenarios/index.ts';
import { isReady, type ProcessState, type Stack } from '../stack/index.ts';
import { setServerState } from './balancer.ts';
import type { EdgeProxies } from './cut-edges.ts';
import { edgeKinds } from './reproducible.ts';
import { nodesOfShard } from './shard-nodes.ts';
import { moveToSmallDisk, type SmallDisk } from './small-disk.ts';

/** Something that is done to the stack, and undone. */
export interface Fault {
  readonly entry: TimelineEntry;
  begin(): Promise<void>;
  /** After `begin`; returns when what was stopped has been started again. */
  end(): Promise<void>;
}

/** Beginnings of the process ids of a kind of node; a relay is a process of its own beside the service. */
const processesOfKind: Readonly<Record<string, string>> = {
  ApiGateway: 'gateway-',
  ReadLB: 'read-lb',
  UploadLB: 'upload-lb',
  FeedService: 'feed-service-',
  UploadService: 'upload-service-',
  FeedCache: 'redis-',
  PostDB: 'cassandra-',
  UploadStream: 'kafka-',
  ObjectStorage: 'object-store',
  FanoutWorker: 'fanout-worker-',
  ImageWorker: 'image-worker-',
  CDN: 'cdn-',
};

/** Process ids of the balancers in front of a kind of node. */
const balancerOfKind: Readonly<Record<string, string>> = {
  FeedService: 'read-lb',
  UploadService: 'upload-lb',
};
/** What a balancer had sent before it was told not to is with the service by then. */
const lastRequestMs = 100;

/** A turn of a slow process: it runs for a share of it. */
const turnMs = 20;
const pollMs = 50;
/** How long a new process may take until it serves. */
const readyTimeoutMs = 180_000;
/** From then on until balancers, which look twice a second, send it requests. */
const balancersLookMs = 1000;
/** A process that ends over its full disk writes down why first, perhaps until there is room again. */
const endsMs = 5000;

/** The faults of a timeline on a stack that runs. What the load generator does itself is not among them. */
export class Faults {
  readonly list: readonly Fault[];
  private readonly kindOf: ReadonlyMap<string, string>;
  private readonly disks = new Map<string, SmallDisk>();
  private disposed = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly stack: Stack,
    private readonly proxies: EdgeProxies,
  ) {
    this.kindOf = new Map(scenario.design.nodes.map(({ id, kind }) => [id, kind]));
    this.list = scenario.timeline.flatMap((entry) => {
      const fault = this.faultOf(entry);
      return fault === null ? [] : [{ entry, ...fault }];
    });
  }

  /** What has to be in place before the load begins. */
  async prepare(): Promise<void> {
    const full = this.scenario.timeline.filter((entry) => entry.kind === 'disk-full');
    // A disk may be full more than once.
    for (const id of new Set(full.flatMap(({ target }) => this.processesOf(target).map(({ id }) => id)))) {
      await this.stack.processes.kill(id);
      this.disks.set(id, moveToSmallDisk(join(this.stack.runDirectory, 'parts', id)));
      await this.stack.processes.restart(id);
    }
    if (full.length > 0) await this.stack.ready();
  }

  /** Before the stack is ended: takes away what `prepare` put in place, and leaves its processes alone from now on. */
  dispose(): void {
    this.disposed = true;
    for (const disk of this.disks.values()) disk.unmount();
    this.disks.clear();
  }

  private faultOf(entry: TimelineEntry): Omit<Fault, 'entry'> | null {
    switch (entry.kind) {
      case 'kafka-outage': {
        const brokers = this.processesOfKind('UploadStream');
        return this.stop(brokers.slice(0, entry.brokers ?? brokers.length));
      }
      case 'workers-crash': {
        const workers = this.processesOf(entry.target);
        return this.stop(workers.slice(0, entry.workers ?? workers.length));
      }
      case 'redis-node-loss':
        return this.loseRedisNode(entry);
      case 'slow-node':
        return this.slowDown(() => this.instancesOf(entry), entry.factor);
      case 'network-partition': {
        const proxies = this.proxies.of(edgeKinds(entry.target, this.kindOf));
        return {
          begin: () => Promise.resolve(proxies.forEach((proxy) => proxy.set({ mode: entry.mode }))),
          end: () => Promise.resolve(proxies.forEach((proxy) => proxy.set({ mode: 'pass' }))),
        };
      }
      case 'cdn-purge':
        return { begin: () => Promise.resolve(this.purge(entry.tier)), end: () => Promise.resolve() };
      case 'deploy':
        return this.deploy(entry);
      case 'disk-full':
        return this.fillDisks(entry);
      default:
        return null;
    }
  }

  private processesOfKind(kind: string): readonly ProcessState[] {
    const beginning = processesOfKind[kind];
    return beginning === undefined
      ? []
      : this.stack.processes.list().filter(({ id }) => id.startsWith(beginning));
  }

  private processesOf(node: string): readonly ProcessState[] {
    return this.processesOfKind(this.kindOf.get(node) ?? '');
  }

  private stop(processes: readonly ProcessState[]): Omit<Fault, 'entry'> {
    const ids = processes.map(({ id }) => id);
    return {
      begin: async () => void (await Promise.all(ids.map((id) => this.stack.processes.kill(id)))),
      end: async () => void (await Promise.all(ids.map((id) => this.restart(id)))),
    };
  }

  private async restart(id: string): Promise<void> {
    if (!this.disposed) await this.stack.processes.restart(id);
  }

  private loseRedisNode({ node: shard, replica }: TimelineEntryOf<'redis-node-loss'>): Omit<Fault, 'entry'> {
    const { redisShards } = this.stack.profile;
    const idOf = new Map(
      this.processesOfKind('FeedCache').map(({ id, addresses }) => [Number(addresses[0]!.split(':')[1]), id]),
    );
    let killed: readonly string[] = [];
    return {
      begin: async () => {
        const { primary, replicas } = await nodesOfShard([...idOf.keys()], shard, redisShards);
        // Replicas first: none of them is to be promoted.
        killed = [...(replica === 'none' ? replicas : []), primary].map((port) => idOf.get(port)!);
        for (const id of killed) await this.stack.processes.kill(id);
      },
      // The primary first: a replica would have nobody to follow. `restart` waits for a promotion.
      end: async () => {
        for (const id of killed.toReversed()) await this.restart(id);
      },
    };
  }

  /** Of a replicated store the replica is a process; of others the instance is. */
  private instancesOf({ target, instance, replica }: TimelineEntryOf<'slow-node'>): readonly ProcessState[] {
    const processes = this.processesOf(target);
    if (this.kindOf.get(target) !== 'PostDB') return processes.slice(instance, instance + 1);
    return replica === null ? processes : processes.slice(replica, replica + 1);
  }

  /** Processes are looked for when it begins: an earlier fault may have started them again, with other numbers. */
  private slowDown(find: () => readonly ProcessState[], factor: number): Omit<Fault, 'entry'> {
    const { processes: all } = this.stack;
    const running = turnMs / factor;
    let processes: readonly ProcessState[] = [];
    let over = false;
    let turns: Promise<unknown> = Promise.resolve();
    const signal = (signal: 'SIGSTOP' | 'SIGCONT'): void => {
      // By number, because looking for its group takes longer than a turn.
      for (const { id, pid } of processes) if (all.isRunning(id)) process.kill(pid, signal);
    };
    return {
      begin: () => {
        processes = find();
        turns = (async () => {
          while (!over && !this.disposed) {
            signal('SIGSTOP');
            await sleep(turnMs - running);
            signal('SIGCONT');
            await sleep(running);
          }
        })();
        turns.catch(() => undefined);
        return Promise.resolve();
      },
      end: async () => {
        over = true;
        await turns;
        signal('SIGCONT');
      },
    };
  }

  private purge(tier: 'edge' | 'regional' | 'all'): void {
    for (const { id } of this.processesOfKind('CDN')) {
      if (tier !== 'all' && !id.startsWith(`cdn-${tier}`)) continue;
      const cache = join(this.stack.runDirectory, 'parts', id, 'cache');
      for (const name of readdirSync(cache)) rmSync(join(cache, name), { recursive: true, force: true });
    }
  }

  private deploy(entry: TimelineEntryOf<'deploy'>): Omit<Fault, 'entry'> {
    const all = this.processesOf(entry.target);
    const balancer = this.balancerOf(entry.target);
    let rollout: Promise<void> = Promise.resolve();
    const balance = async (id: string, state: 'drain' | 'ready'): Promise<void> => {
      if (balancer === null || this.disposed) return;
      await setServerState(join(this.stack.runDirectory, 'parts', balancer, 'admin.sock'), id, state);
      if (state === 'drain') await sleep(lastRequestMs);
    };
    const replace = async ({ id, addresses }: ProcessState): Promise<void> => {
      const startAtMs = performance.now() + entry.secondsPerInstance * 1000;
      const { processes } = this.stack;
      await balance(id, 'drain');
      await processes.kill(id, 'SIGTERM');
      const drainedMs = performance.now() + entry.drainSeconds * 1000;
      while (processes.isRunning(id) && performance.now() < drainedMs) await sleep(pollMs);
      await processes.kill(id);
      await sleep(Math.max(0, startAtMs - performance.now()));
      await this.restart(id);
      await balance(id, 'ready');
      await this.untilServed(id, addresses.at(-1)!);
    };
    return {
      // It goes on by itself: what has not ended with the run is waited for by `end`.
      begin: () => {
        rollout = (async () => {
          for (let from = 0; from < all.length && !this.disposed; from += entry.batch)
            await Promise.all(all.slice(from, from + entry.batch).map(replace));
        })();
        rollout.catch(() => undefined);
        return Promise.resolve();
      },
      end: () => rollout,
    };
  }

  /** Null when there is none, or none that this stack has started. */
  private balancerOf(node: string): string | null {
    const balancer = balancerOfKind[this.kindOf.get(node) ?? ''];
    return this.stack.processes.list().some(({ id }) => id === balancer) ? balancer! : null;
  }

  /** @throws Error when the process does not get ready: a rollout goes no further then */
  private async untilServed(id: string, address: string): Promise<void> {
    const deadlineMs = performance.now() + readyTimeoutMs;
    for (;;) {
      if (this.disposed) return;
      const missing = await isReady(id, address);
      if (missing === null) break;
      if (performance.now() > deadlineMs) throw new Error(`A deployment stands still: ${missing}.`);
      await sleep(pollMs);
    }
    await sleep(balancersLookMs);
  }

  private fillDisks({ target }: TimelineEntryOf<'disk-full'>): Omit<Fault, 'entry'> {
    const ids = this.processesOf(target).map(({ id }) => id);
    return {
      begin: () => Promise.resolve(ids.forEach((id) => this.disks.get(id)!.fill())),
      end: async () => {
        for (const id of ids) this.disks.get(id)!.free();
        await Promise.all(ids.map((id) => this.restartIfItEnded(id)));
      },
    };
  }

  /** A store may end over a disk that does not take its log. */
  private async restartIfItEnded(id: string): Promise<void> {
    const watchedMs = performance.now() + endsMs;
    while (this.stack.processes.isRunning(id)) {
      if (this.disposed || performance.now() > watchedMs) return;
      await sleep(pollMs);
    }
    await this.restart(id);
  }
}
