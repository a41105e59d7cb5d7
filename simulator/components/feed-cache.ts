import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf, Distribution, Node } from '../../scenarios/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { StationGroup } from '../compile/steps.ts';
import type { NativeContext, NativeFunction } from '../engine/native.ts';
import { FAILURE } from '../engine/program.ts';
import type { Behaviour, Component, NodeContext } from './component.ts';
import { fromLossOn, lostShards, shardLoss } from './feed-cache-faults.ts';
import type { EmergentFeeds } from './feed-contents.ts';
import { feedContents, feedUsers, isKeyed } from './feed-keys.ts';
import { pushBatches } from './push-batches.ts';
import { addedShardOf, joiningShards } from './feed-resharding.ts';
import { whaleEntries, whaleSlot } from './whale-cache.ts';
import { FeedUsers, feedSlot, shardOfSlot, vectorSlot } from './feed-users.ts';

/** Register of the shard that executes the command. */
const SHARD = 0;
/** Register of the user that the caller passed; 0: any. */
const USER = 1;
/** The same register, of a batch of pushes: its number (PushBatches). */
const BATCH = 1;

/** The same register, where the caller passed the slot of a key. */
const KEY_SLOT = 1;

const atShard = { by: 'register', register: SHARD } as const;
const nothing: Distribution = { distribution: 'constant', ms: 0 };

/** A Redis cluster: shards that execute one command at a time, each for the users whose slots it has. */
export const feedCache: Component<ConfigOf<'FeedCache'>> = {
  kind: 'FeedCache',
  transitions: fromLossOn,
  build(node) {
    const { shards, commandDemand, readDelay, lookupDelay } = node.config;
    const station = node.stations('shards', { count: shards, servers: 1, counts: 'servers', shards: true });
    const { hits, misses } = node;
    const self = { id: node.id, kind: 'FeedCache', config: node.config };
    if (isKeyed(self, node)) return keyed(node);
    // Whether a feed is there is drawn by the reader, and which shard executes the command here.
    const command = (p: ProcedureBuilder, delay: Distribution): void => {
      p.visit(station, commandDemand).delay(delay, 'service', 'delay');
    };
    return {
      operations: {
        'feed-hit': (p) => command(p.count(hits), readDelay),
        'feed-miss': (p) => command(p.count(misses), readDelay),
        vector: (p) => command(p, lookupDelay),
        fill: (p) => command(p, nothing),
        push: (p) => command(p, nothing),
        ...keyCommands(
          node.config,
          node.native('locate-key', (run) => (frame) => shardOfSlot(run.register(frame, KEY_SLOT), shards)),
          (p) => p.visit(station, commandDemand, { at: atShard }),
        ),
        'push-batch': pushBatch(node, station, {
          isThere: () => () => true,
          push: () => () => undefined,
        }),
      },
    };
  },
};

/** A shard that is lost says no; whoever looks at the request sees which it was. */
function refuse(run: NativeContext, frame: number, shard: number): number {
  run.setRegister(frame, SHARD, shard);
  return -FAILURE.unavailable;
}

/** Commands of a key whose slot the caller passes. `locate` finds its shard, `execute` is the command there. */
function keyCommands(
  { readDelay }: ConfigOf<'FeedCache'>,
  locate: NativeRef,
  execute: (p: ProcedureBuilder) => void,
): Behaviour['operations'] {
  const command = (delay: Distribution) => (p: ProcedureBuilder) => {
    execute(p.native(locate, { into: SHARD }));
    p.delay(delay, 'service', 'delay');
  };
  return { 'read-key': command(readDelay), 'write-key': command(nothing) };
}

/** Pushes in one pipeline to the shard in register 0, whose number the caller passes: executed one after the other. */
function pushBatch(
  node: NodeContext<ConfigOf<'FeedCache'>>,
  station: StationGroup,
  { isThere, push, redirects }: ShardContent,
): (p: ProcedureBuilder) => void {
  const left = 2;
  const begin = node.native('begin-batch', (run) => {
    const batches = pushBatches(run, node.id);
    const there = isThere(run);
    return (frame) => {
      if (!there(run.register(frame, SHARD))) return -FAILURE.unavailable;
      const batch = batches.get(run.register(frame, BATCH));
      if (redirects !== undefined && batch !== undefined) run.count(redirects, batch.redirected);
      return batch?.size ?? 0;
    };
  });
  const pushOne = node.native('push-one', (run) => {
    const batches = pushBatches(run, node.id);
    const content = push(run);
    return (frame) => {
      const user = batches.get(run.register(frame, BATCH))?.users?.[run.register(frame, left) - 1];
      if (user !== undefined) content(user, run.time(frame));
      return 0;
    };
  });
  return (p) => {
    p.native(begin, { into: left }).repeat(left, (next) => {
      next.visit(station, node.config.commandDemand, { at: { by: 'register', register: SHARD } });
      next.native(pushOne);
    });
  };
}

/** What a batch needs to know of the shards, in one run. */
interface ShardContent {
  readonly isThere: (run: NativeContext) => (shard: number) => boolean;
  readonly push: (run: NativeContext) => (user: number, timeNs: number) => void;
  /** Counts redirections; without it there are none. */
  readonly redirects?: number;
}

type Space = 'feed' | 'vector';

/** Commands that name their user, and so find their shard by its slot. */
function keyed(node: NodeContext<ConfigOf<'FeedCache'>>): Behaviour {
  const { config } = node;
  const { shards, readDelay, lookupDelay } = config;
  const station = node.stations('shards', { count: shards, servers: 1, counts: 'servers', shards: true });
  const { hits, misses } = node;
  const self = { id: node.id, kind: 'FeedCache', config };
  const emergent = config.hitRatio === 'emergent';
  const anyUser = streamHash(`${node.id}.user`);
  const joining = joiningShards(node, station);
  const slotOf = (space: Space, index: number): number =>
    space === 'feed' ? feedSlot(index) : vectorSlot(index, config.hashTag);

  /** The shard of the user's slot; whoever passed no user means any. A node that is gone refuses at once. */
  const locate = (space: Space) =>
    node.native(`locate-${space}`, (run) => {
      const users = feedUsers(run, self, node);
      const lost = lostShards(run, node);
      const route = joining?.route(run, lost);
      return (frame) => {
        let user = run.register(frame, USER);
        if (user === 0) {
          user = users.anyone(run.draw(frame, anyUser, 0), run.draw(frame, anyUser, 1));
          run.setRegister(frame, USER, user);
        }
        const index = FeedUsers.indexOf(user);
        const slot = slotOf(space, index);
        if (route !== undefined) return route(frame, slot, user);
        const shard = shardOfSlot(slot, shards);
        if (lost[shard]! > 0) return refuse(run, frame, shard);
        return shard;
      };
    });
  const locateFeed = locate('feed');
  const locateVector = locate('vector');
  /** The added shard that a redirection names. */
  const follow = (space: Space): NativeRef => {
    const target = addedShardOf(node);
    return node.native(
      `follow-${space}`,
      (run) => (frame) => target(slotOf(space, FeedUsers.indexOf(run.register(frame, USER)))),
    );
  };
  const locateKey = node.native('locate-key', (run) => {
    const lost = lostShards(run, node);
    const route = joining?.route(run, lost);
    return (frame) => {
      const slot = run.register(frame, KEY_SLOT);
      if (route !== undefined) return route(frame, slot, slot);
      const shard = shardOfSlot(slot, shards);
      if (lost[shard]! > 0) return refuse(run, frame, shard);
      return shard;
    };
  });
  const followKey = (): NativeRef => {
    const target = addedShardOf(node);
    return node.native('follow-key', (run) => (frame) => target(run.register(frame, KEY_SLOT)));
  };

  // A given hit ratio says nothing about memory: those figures come with emergent content only.
  const account = emergent ? memoryAccount(node, self) : null;
  const change = (name: string, act: (run: NativeContext) => (user: number, timeNs: number) => void) =>
    node.native(name, (run): NativeFunction => {
      const apply = act(run);
      const settle = account?.(run);
      return (frame) => {
        const timeNs = run.time(frame);
        apply(run.register(frame, USER), timeNs);
        settle?.(timeNs);
        return 0;
      };
    });
  const store = change('store', (run) => {
    const contents = feedContents(run, self, node);
    return (user, timeNs) => contents.fill(user, timeNs);
  });
  const pushContent = (run: NativeContext): ((user: number, timeNs: number) => void) => {
    const contents = feedContents(run, self, node);
    return (user, timeNs) => contents.push(user, timeNs);
  };
  const push = change('push', pushContent);
  const readVector = emergent ? vectorAccount(node, self) : null;
  const writeVector = change('write-vector', (run) => {
    const contents = feedContents(run, self, node);
    return (user, timeNs) => contents.writeVector(user, timeNs);
  });

  const execute = (p: ProcedureBuilder, redirectedTo: () => NativeRef): void => {
    if (joining === null) p.visit(station, config.commandDemand, { at: atShard });
    else joining.execute(p, redirectedTo());
  };
  const command = (p: ProcedureBuilder, space: Space, delay: Distribution, before?: number): void => {
    p.native(space === 'feed' ? locateFeed : locateVector, { into: SHARD });
    if (before !== undefined) p.count(before);
    execute(p, () => follow(space));
    p.delay(delay, 'service', 'delay');
  };

  if (emergent && config.vectorRefreshSeconds !== null) {
    const refresh = `${node.id}/vector-refresh`;
    node.root(refresh, {
      flow: 'vector-refresh',
      steps: (p) => {
        command(p, 'vector', nothing);
        p.native(writeVector);
      },
    });
    node.source({
      flow: 'vector-refresh',
      root: refresh,
      arrivals: {
        process: 'poisson',
        ratePerSecond: (config.users ?? node.population.users) / config.vectorRefreshSeconds,
      },
    });
  }
  const pushAndSettle = (run: NativeContext): ((user: number, timeNs: number) => void) => {
    const content = pushContent(run);
    const settle = account?.(run);
    return (user, timeNs) => {
      content(user, timeNs);
      settle?.(timeNs);
    };
  };
  /** The posts of whales that a shard keeps are gone with it. */
  const forgetWhales = (run: NativeContext, shard: number): void => {
    const isThere = (author: number): boolean => {
      const slot = whaleSlot(author);
      return shardOfSlot(slot, shards) === shard && joining?.resharding.hasMoved(slot, run.now()) !== true;
    };
    for (const { node: source } of node.sources) whaleEntries(run, source.id, node.id).forget(isThere);
  };
  return {
    onEvent: (entry) =>
      shardLoss(entry, node, (run, shard) => {
        feedContents(run, self, node).clear(shard, run.now());
        forgetWhales(run, shard);
      }),
    unitRegister: SHARD,
    operations: {
      ...keyCommands(config, locateKey, (p) => execute(p, followKey)),
      'feed-hit': (p) => command(p, 'feed', readDelay, hits),
      'feed-miss': (p) => command(p, 'feed', readDelay, misses),
      vector: (p) => {
        command(p, 'vector', lookupDelay);
        if (readVector !== null) p.native(readVector);
      },
      fill: (p) => {
        command(p, 'feed', nothing);
        p.native(store);
      },
      push: (p) => {
        command(p, 'feed', nothing);
        p.native(push);
      },
      'push-batch': pushBatch(node, station, {
        isThere: (run) => {
          const lost = lostShards(run, node);
          return (shard) => lost[shard]! === 0;
        },
        push: pushAndSettle,
        ...(joining === null ? {} : { redirects: joining.redirects }),
      }),
      ...(joining === null
        ? {}
        : {
            'push-batch-added': pushBatch(node, joining.added, {
              isThere: () => () => true,
              push: pushAndSettle,
            }),
          }),
    },
  };
}

/**
 * Figures of what emergent content fills. The function that a run gets counts what happened since it was
 * last called; a level holds until then.
 */
function memoryAccount(
  node: NodeContext<ConfigOf<'FeedCache'>>,
  self: Node,
): (run: NativeContext) => (timeNs: number) => void {
  const memory = node.counter('memoryRatio', 'level');
  const fullest = node.counter('highestMemoryRatio', 'level');
  const evictions = node.counter('evictionsPerSecond', 'perSecond');
  const expirations = node.counter('expirationsPerSecond', 'perSecond');
  return (run) => {
    const contents = feedContents(run, self, node) as EmergentFeeds;
    const { store } = contents;
    const levels = () => ({
      evicted: store.evicted,
      expired: store.expired,
      memory: contents.memoryRatio(),
      fullest: contents.highestMemoryRatio(),
    });
    const since = run.state(`${node.id}/settled`, () => ({ timeNs: 0, ...levels() }));
    return (timeNs) => {
      run.count(memory, since.memory * (timeNs - since.timeNs));
      run.count(fullest, since.fullest * (timeNs - since.timeNs));
      run.count(evictions, store.evicted - since.evicted);
      run.count(expirations, store.expired - since.expired);
      Object.assign(since, levels(), { timeNs });
    };
  };
}

/** Reads the vector of the user that was passed, and counts whether it was there. */
function vectorAccount(node: NodeContext<ConfigOf<'FeedCache'>>, self: Node): NativeRef {
  const reads = node.counter('vectorReadsPerSecond', 'perSecond');
  const found = node.counter('vectorHitRatio', 'ratio', reads);
  return node.native('read-vector', (run) => {
    const contents = feedContents(run, self, node);
    return (frame) => {
      run.count(reads, 1);
      if (contents.readVector(run.register(frame, USER), run.time(frame))) run.count(found, 1);
      return 0;
    };
  });
}
