import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf, Distribution, TimelineEntry } from '../../scenarios/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { StationGroup } from '../compile/steps.ts';
import type { NativeContext } from '../engine/native.ts';
import { FAILURE } from '../engine/program.ts';
import type { NodeContext } from './component.ts';
import { SLOTS, shardOfSlot } from './feed-users.ts';

type Config = ConfigOf<'FeedCache'>;

/** Where a command for a slot goes: to its owner at once, or first to the node that no longer has the key. */
export interface Route {
  /** The shard that executes it; from `shards` on, one of those that were added. */
  owner: number;
  /** The shard that answers with a redirection before that; -1: none. */
  redirectedBy: number;
}

const MOVED_KEY = streamHash('moved-key');

/**
 * Online resharding (Redis Cluster specification, "Live reconfiguration"; `redis-cli --cluster reshard`).
 *
 * Each old shard gives up its share of slots to those that were added; slots move one after the other, from
 * the shards in turn. While one moves, a key of it that has moved already is asked for at the old shard, which
 * answers ASK: one more hop. Once it has moved, each client is told so (MOVED) by the first command that it
 * still sends to the old shard, and remembers.
 */
export class Resharding {
  readonly added: number;
  readonly beginNs: number;
  readonly endNs: number;
  /** When the move of a slot ends, by slot; Infinity: it stays. */
  private readonly movedAtNs: Float64Array;
  private readonly target: Int32Array;
  private readonly slotNs: number;
  readonly slotsToMove: number;

  constructor(config: Config, added: number, beginSeconds: number) {
    const { shards } = config;
    this.added = added;
    this.beginNs = beginSeconds * 1e9;
    const slotsPerSecond = config.migrationKeysPerSecond / keysPerSlot(config);
    this.slotNs = 1e9 / slotsPerSecond;
    this.movedAtNs = new Float64Array(SLOTS).fill(Infinity);
    this.target = new Int32Array(SLOTS).fill(-1);
    const owned: number[][] = Array.from({ length: shards }, () => []);
    for (let slot = 0; slot < SLOTS; slot++) owned[shardOfSlot(slot, shards)]!.push(slot);
    let order = 0;
    for (let turn = 0; ; turn++) {
      const before = order;
      for (const slots of owned) {
        if (turn >= Math.floor((slots.length * added) / (shards + added))) continue;
        const slot = slots[turn]!;
        this.target[slot] = shards + (order % added);
        order++;
        this.movedAtNs[slot] = this.beginNs + order * this.slotNs;
      }
      if (order === before) break;
    }
    this.slotsToMove = order;
    this.endNs = this.beginNs + order * this.slotNs;
  }

  /** The shard that takes a slot over; -1: the slot stays. */
  targetOf(slot: number): number {
    return this.target[slot]!;
  }

  /** Has the whole slot moved by then? */
  hasMoved(slot: number, timeNs: number): boolean {
    return this.movedAtNs[slot]! <= timeNs;
  }

  /** `known(slot)`: does the client know that the slot has moved? It does from then on. */
  route(
    slot: number,
    shards: number,
    key: number,
    timeNs: number,
    known: (slot: number) => boolean,
    into: Route,
  ): void {
    const old = shardOfSlot(slot, shards);
    const until = this.movedAtNs[slot]! - timeNs;
    into.owner = old;
    into.redirectedBy = -1;
    if (until >= this.slotNs) return;
    if (until > 0) {
      // The keys of a slot move one by one.
      if (drawUint32(key, slot, MOVED_KEY, 0) / 2 ** 32 < until / this.slotNs) return;
      into.redirectedBy = old;
    } else if (!known(slot)) into.redirectedBy = old;
    into.owner = this.target[slot]!;
  }
}

/** Feeds that a slot holds when the memory is full. */
function keysPerSlot({ memoryBytesPerShard, shards, keyBytes, feedEntries, entryBytes }: Config): number {
  return Math.max(1, (memoryBytesPerShard * shards) / (keyBytes + feedEntries * entryBytes) / SLOTS);
}

/** A cache, as those who call it know it. */
interface Cache {
  readonly id: string;
  readonly config: Config;
}

const changesOf = ({ id }: Cache, timeline: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  timeline.filter((entry) => entry.kind === 'set' && entry.path === `${id}.addedShards`);

/** What the design and the timeline say about shards that join a cache; null: none do. */
export function reshardingOf(cache: Cache, timeline: readonly TimelineEntry[]): Resharding | null {
  const [change] = changesOf(cache, timeline);
  const added = change?.kind === 'set' ? Number(change.value) : cache.config.addedShards;
  return added === 0 ? null : new Resharding(cache.config, added, change?.atSeconds ?? 0);
}

/** Refuses what a resharding cannot do. */
function checkChanges(node: NodeContext<Config>): void {
  const changes = changesOf(node, node.timeline);
  if (changes.length > 1 || changes.some((entry) => entry.durationSeconds !== null))
    node.refuse(
      'Shards can join once in a run, and do not leave.',
      'Keep one `set` of `addedShards`, without a duration.',
    );
}

/** Register of the shard that executes a command; here, its number among the old or among the added ones. */
const SHARD = 0;
/** Register of the way that a command takes: OLD, ADDED, or from an old shard to an added one. */
const WAY = 2;
const [OLD, ADDED, REDIRECTED] = [0, 1, 2] as const;
/** Register of the keys of a MIGRATE that are still to arrive. */
const KEYS = 1;
/** Keys of one MIGRATE: the default pipeline of redis-cli. */
const KEYS_A_MIGRATE = 10;

/** What a cache does while shards join and afterwards. */
export interface JoiningShards {
  /** Those that join. */
  readonly added: StationGroup;
  /** Counts commands that were answered by a redirection. */
  readonly redirects: number;
  readonly resharding: Resharding;
  /** Sets the registers of a command for a slot. `key` tells the slot's keys apart. Fails where `lost` names the old shard. */
  route(run: NativeContext, lost: Int32Array): (frame: number, slot: number, key: number) => number;
  /** The command itself, by those registers. `again` sets them anew, for the hop to the added shard. */
  execute(p: ProcedureBuilder, again: NativeRef): void;
}

/** Null: no shards join. */
export function joiningShards(node: NodeContext<Config>, old: StationGroup): JoiningShards | null {
  checkChanges(node);
  const resharding = reshardingOf(node, node.timeline);
  if (resharding === null) return null;
  const { shards, commandDemand, migrateDemand, migrationKeysPerSecond } = node.config;
  const added = node.stations('added-shards', {
    count: resharding.added,
    servers: node.config.addedShards > 0 ? 1 : 0,
    counts: 'servers',
    shards: true,
    firstShard: shards,
    elastic: true,
  });
  const here = { by: 'register', register: SHARD } as const;
  const redirects = node.counter('redirectsPerSecond', 'perSecond');
  const clients = Math.max(1, sumOf(node.sources.map(({ node: { config } }) => clientsOf(config))));
  const clientStream = streamHash(`${node.id}.client`);
  const roundTripMs =
    2 * Math.max(0, ...node.sources.map(({ edge: { config } }) => constantLatency(config.latency)));

  migrations(node, resharding, old, added, {
    ratePerSecond: migrationKeysPerSecond / KEYS_A_MIGRATE,
    leave: migrateDemand,
    arrive: commandDemand,
  });
  return {
    added,
    redirects,
    resharding,
    route: (run, lost) => {
      const known = run.state(`${node.id}/moved-slots`, () => new Uint8Array(clients * SLOTS));
      const way: Route = { owner: 0, redirectedBy: -1 };
      return (frame, slot, key) => {
        const client = Math.floor((run.draw(frame, clientStream, 0) / 2 ** 32) * clients);
        const knows = (moved: number): boolean => {
          const at = client * SLOTS + moved;
          if (known[at] === 1) return true;
          known[at] = 1;
          return false;
        };
        resharding.route(slot, shards, key, run.time(frame), knows, way);
        const taken = way.redirectedBy >= 0 ? REDIRECTED : way.owner < shards ? OLD : ADDED;
        run.setRegister(frame, WAY, taken);
        const old = taken === OLD ? way.owner : way.redirectedBy;
        if (taken !== ADDED && lost[old]! > 0) return -FAILURE.unavailable;
        return taken === ADDED ? way.owner - shards : old;
      };
    },
    execute: (p, again) => {
      const atOld = (q: ProcedureBuilder): void => void q.visit(old, commandDemand, { at: here });
      const atAdded = (q: ProcedureBuilder): void => void q.visit(added, commandDemand, { at: here });
      p.switch(WAY, [
        atOld,
        atAdded,
        (q) => {
          atOld(q.count(redirects));
          q.delay({ distribution: 'constant', ms: roundTripMs }, 'network', 'redirection');
          atAdded(q.native(again, { into: SHARD, shared: false }));
        },
      ]);
    },
  };
}

/** The shard among the added ones that takes a slot over. */
export const addedShardOf = (node: NodeContext<Config>): ((slot: number) => number) => {
  const resharding = reshardingOf(node, node.timeline);
  return (slot) => resharding!.targetOf(slot) - node.config.shards;
};

/** MIGRATE after MIGRATE, by turns from the old shards to the added ones, as long as slots move. */
function migrations(
  node: NodeContext<Config>,
  resharding: Resharding,
  old: StationGroup,
  added: StationGroup,
  { ratePerSecond, leave, arrive }: { ratePerSecond: number; leave: Distribution; arrive: Distribution },
): void {
  const root = `${node.id}/migrate`;
  const turn = (name: string, among: number) =>
    node.native(name, (run) => {
      const next = run.state(`${node.id}/${name}`, () => ({ shard: 0 }));
      return () => {
        const { shard } = next;
        next.shard = (shard + 1) % among;
        return shard;
      };
    });
  const source = turn('migrate-from', node.config.shards);
  const target = turn('migrate-to', resharding.added);
  const here = { by: 'register', register: SHARD } as const;
  node.root(root, {
    flow: 'resharding',
    steps: (p) => {
      p.native(source, { into: SHARD }).visit(old, leave, { at: here, stream: 'leave' });
      // The RESTOREs come in one pipeline, and are executed one after the other.
      p.native(target, { into: SHARD }).set(KEYS, KEYS_A_MIGRATE);
      p.repeat(KEYS, (key) => key.visit(added, arrive, { at: here, stream: 'arrive' }));
    },
  });
  const [begin, end] = [resharding.beginNs / 1e9, resharding.endNs / 1e9];
  const edge = 1e-6;
  node.source({
    flow: 'resharding',
    root,
    arrivals: {
      process: 'constant',
      ratePerSecond,
      profile: [
        [begin, 0],
        [begin + edge, 1],
        [end, 1],
        [end + edge, 0],
      ],
    },
  });
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const clientsOf = (config: Readonly<Record<string, unknown>>): number =>
  Number(config['instances'] ?? config['workers'] ?? 1);
const constantLatency = (latency: Distribution | null): number =>
  latency?.distribution === 'constant' ? latency.ms : 0;
