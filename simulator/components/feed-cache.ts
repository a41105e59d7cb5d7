import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { StationGroup } from '../compile/steps.ts';
import type { NativeContext, NativeFunction } from '../engine/native.ts';
import type { Behaviour, Component, NodeContext } from './component.ts';
import { EmergentFeeds } from './feed-contents.ts';
import { feedContents, feedUsers, isKeyed } from './feed-keys.ts';
import { FeedUsers, feedSlot, shardOfSlot, vectorSlot } from './feed-users.ts';

/** Register of the shard that executes the command. */
const SHARD = 0;
/** Register of the user that the caller passed; 0: any. */
const USER = 1;

/** The same register, where the caller passed a shard. */
const KEY_SHARD = 1;

const nothing: Distribution = { distribution: 'constant', ms: 0 };

/** A Redis cluster: shards that execute one command at a time, each for the users whose slots it has. */
export const feedCache: Component<ConfigOf<'FeedCache'>> = {
  kind: 'FeedCache',
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
        ...keyCommands(node.config, station),
      },
    };
  },
};

/** Commands of a key whose shard the caller knows, and passes. */
function keyCommands(
  { commandDemand, readDelay }: ConfigOf<'FeedCache'>,
  station: StationGroup,
): Behaviour['operations'] {
  const command = (delay: Distribution) => (p: ProcedureBuilder) =>
    p
      .visit(station, commandDemand, { at: { by: 'register', register: KEY_SHARD } })
      .delay(delay, 'service', 'delay');
  return { 'read-key': command(readDelay), 'write-key': command(nothing) };
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

  /** The shard of the user's slot; whoever passed no user means any. */
  const locate = (space: Space) =>
    node.native(`locate-${space}`, (run) => {
      const users = feedUsers(run, self, node);
      return (frame) => {
        let user = run.register(frame, USER);
        if (user === 0) {
          user = users.anyone(run.draw(frame, anyUser, 0), run.draw(frame, anyUser, 1));
          run.setRegister(frame, USER, user);
        }
        const index = FeedUsers.indexOf(user);
        const slot = space === 'feed' ? feedSlot(index) : vectorSlot(index, config.hashTag);
        return shardOfSlot(slot, shards);
      };
    });
  const locateFeed = locate('feed');
  const locateVector = locate('vector');

  const memory = node.counter('memoryRatio', 'level');
  const fullest = node.counter('highestMemoryRatio', 'level');
  const evictions = node.counter('evictionsPerSecond', 'perSecond');
  const expirations = node.counter('expirationsPerSecond', 'perSecond');
  /** Counts what the content did since the last time it was used: levels hold until they change. */
  const settle = (run: NativeContext): ((timeNs: number) => void) => {
    const contents = feedContents(run, self, node);
    if (!(contents instanceof EmergentFeeds)) return () => {};
    const { store } = contents;
    const since = run.state(`${node.id}/settled`, () => ({
      ns: 0,
      evicted: 0,
      expired: 0,
      memory: contents.memoryRatio(),
      fullest: contents.highestMemoryRatio(),
    }));
    return (timeNs) => {
      run.count(memory, since.memory * (timeNs - since.ns));
      run.count(fullest, since.fullest * (timeNs - since.ns));
      run.count(evictions, store.evicted - since.evicted);
      run.count(expirations, store.expired - since.expired);
      since.ns = timeNs;
      since.evicted = store.evicted;
      since.expired = store.expired;
      since.memory = contents.memoryRatio();
      since.fullest = contents.highestMemoryRatio();
    };
  };
  const change = (name: string, act: (run: NativeContext) => (user: number, timeNs: number) => void) =>
    node.native(name, (run): NativeFunction => {
      const apply = act(run);
      const account = settle(run);
      return (frame) => {
        const timeNs = run.time(frame);
        apply(run.register(frame, USER), timeNs);
        account(timeNs);
        return 0;
      };
    });
  const store = change('store', (run) => {
    const contents = feedContents(run, self, node);
    return (user, timeNs) => contents.fill(user, timeNs);
  });
  const push = change('push', (run) => {
    const contents = feedContents(run, self, node);
    return (user, timeNs) => contents.push(user, timeNs);
  });
  const vectorReads = node.counter('vectorReadsPerSecond', 'perSecond');
  const vectorHits = node.counter('vectorHitRatio', 'ratio', vectorReads);
  const readVector = node.native('read-vector', (run) => {
    const contents = feedContents(run, self, node);
    return (frame) => {
      run.count(vectorReads, 1);
      if (contents.readVector(run.register(frame, USER), run.time(frame))) run.count(vectorHits, 1);
      return 0;
    };
  });
  const writeVector = change('write-vector', (run) => {
    const contents = feedContents(run, self, node);
    return (user, timeNs) => contents.writeVector(user, timeNs);
  });

  const command = (p: ProcedureBuilder, space: Space, delay: Distribution, before?: number): void => {
    p.native(space === 'feed' ? locateFeed : locateVector, { into: SHARD, shared: false });
    if (before !== undefined) p.count(before);
    p.visit(station, config.commandDemand, { at: { by: 'register', register: SHARD } });
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
  return {
    operations: {
      ...keyCommands(config, station),
      'feed-hit': (p) => command(p, 'feed', readDelay, hits),
      'feed-miss': (p) => command(p, 'feed', readDelay, misses),
      vector: (p) => {
        command(p, 'vector', lookupDelay);
        p.native(readVector);
      },
      fill: (p) => {
        command(p, 'feed', nothing);
        p.native(store);
      },
      push: (p) => {
        command(p, 'feed', nothing);
        p.native(push);
      },
    },
  };
}
