import type { ConfigOf } from '../../scenarios/index.ts';
import { drawUint32, streamHash, whaleTail } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Component, NodeContext } from './component.ts';
import { lowestAccount, whaleAccounts } from './whale-accounts.ts';

/** Register that holds the key, once it is known; before, what the caller passed. */
const KEY = 1;
/** Register that says whether a whale has a key of its own. */
const TRACKED = 0;
/** Register that holds the token range. */
const RANGE = 2;

/** Whales have this many followers where the design has no FanoutWorker that says otherwise. */
const defaultWhaleThreshold = 10_000;

/**
 * A token ring of replicated ranges, and keys (authors) with limits of their own. Reads ask one
 * replica, writes all; keys are told apart where it matters: whales that readers pull, and accounts
 * that post by an event. All other keys are cold, and stand behind uniformly drawn ranges.
 */
export const postDB: Component<ConfigOf<'PostDB'>> = {
  kind: 'PostDB',
  build(node) {
    const { config } = node;
    const { partitions, replicas } = config;
    const station = node.stations('replicas', {
      count: partitions,
      replicas,
      servers: config.concurrency,
      counts: 'servers',
      shards: true,
    });
    const quorum = Math.floor(replicas / 2) + 1;
    const atRange = { by: 'register', register: RANGE } as const;

    const threshold = whaleThreshold(node);
    const meanPulls = node.population.whalesPerReader.reduce((sum, share, k) => sum + share * k, 0);
    const whales = threshold === null ? null : whaleTail(node.population, threshold, meanPulls);
    const tracked = whales?.followers.length ?? 0;
    const limiter = node.limiter('keys', {
      names: Array.from({ length: tracked }, (_, i) => `whale-${i + 1}`),
      readsPerSecond: config.keyReadsPerSecond ?? Infinity,
      writesPerSecond: config.keyWritesPerSecond ?? Infinity,
      queueSeconds: config.keyQueueSeconds,
    });
    /** A key's range by a hash, as the partitioner of the ring does it. */
    const rangeOf = (key: number): number =>
      Math.floor((drawUint32(key, 0, streamHash('token'), 0) / 2 ** 32) * partitions);

    const pullStream = streamHash(`${node.id}.whale`);
    /** Draws a whale's key and range; 0 when it is one of the many too small to have a key of their own. */
    const drawWhale = node.native('draw-whale', (run) => {
      const ranges = Int32Array.from({ length: tracked }, (_, key) => rangeOf(key));
      // The keys of a run are those of its first design, whatever the timeline makes of the threshold.
      const keys = run.state(`${node.id}/whales`, () => tracked);
      return (frame) => {
        const key = whales!.draw(run.draw(frame, pullStream, 0), run.draw(frame, pullStream, 1));
        if (key < 0 || key >= keys) {
          const range = Math.floor((run.draw(frame, pullStream, 2) / 2 ** 32) * partitions);
          run.setRegister(frame, RANGE, range);
          return 0;
        }
        run.setRegister(frame, KEY, key);
        run.setRegister(frame, RANGE, ranges[key]!);
        return 1;
      };
    });

    /** Keys of accounts that posted by an event, by account. */
    const eventKeys = (run: NativeContext): Map<number, number> =>
      run.state(`${node.id}/event-keys`, () => new Map<number, number>());
    const useKeyOf = (name: string, account: (run: NativeContext, passed: number) => number) =>
      node.native(name, (run) => {
        const keys = eventKeys(run);
        return (frame) => {
          const key = keys.get(account(run, run.register(frame, KEY)))!;
          run.setRegister(frame, RANGE, rangeOf(key));
          return key;
        };
      });
    const followedKey = useKeyOf('followed-key', (_run, mask) => lowestAccount(mask));
    const postKey = useKeyOf('post-key', (run, post) => whaleAccounts(run).posts[post - 1]!.account);

    const limitRead = (p: ProcedureBuilder): void => {
      p.limit(limiter, KEY, { write: false });
    };
    const readRange = (p: ProcedureBuilder): void => {
      p.visit(station, config.readDemand, { at: atRange }).delay(config.readDelay, 'service', 'delay');
    };
    const write = (needed: number) => (p: ProcedureBuilder) => {
      p.visit(station, config.writeDemand, { touched: replicas, needed });
      p.delay(config.writeDelay, 'service', 'delay');
    };
    /** A counter is read at one replica, then the new value is written at all. */
    const update = (p: ProcedureBuilder, needed: number): void => {
      p.visit(station, config.readDemand, { at: atRange, stream: 'read' });
      p.visit(station, config.writeDemand, { at: atRange, touched: replicas, needed, stream: 'write' });
      p.delay(config.counterDelay, 'service', 'delay');
    };
    const count = (needed: number) => (p: ProcedureBuilder) =>
      update(p.draw(RANGE, partitions, 'range'), needed);
    const countFollowed = (needed: number) => (p: ProcedureBuilder) => {
      p.native(postKey, { into: KEY, shared: false }).limit(limiter, KEY, { write: true });
      update(p, needed);
    };

    return {
      operations: {
        read: (p) => p.visit(station, config.readDemand).delay(config.readDelay, 'service', 'delay'),
        ...(whales === null
          ? {}
          : {
              'read-whale': (p: ProcedureBuilder) => {
                p.native(drawWhale, { into: TRACKED, shared: false });
                p.switch(TRACKED, [() => {}, limitRead]);
                readRange(p);
              },
            }),
        'read-followed': (p) => {
          limitRead(p.native(followedKey, { into: KEY, shared: false }));
          readRange(p);
        },
        'write-quorum': write(quorum),
        'write-one': write(1),
        'count-quorum': count(quorum),
        'count-one': count(1),
        'count-followed-quorum': countFollowed(quorum),
        'count-followed-one': countFollowed(1),
      },
      onEvent: (entry) =>
        entry.kind !== 'whale-post'
          ? null
          : {
              effect: 'call',
              begin: (run) => {
                const { account } = whaleAccounts(run).post(entry);
                const keys = eventKeys(run);
                if (!keys.has(account))
                  keys.set(account, run.addKey(limiter, whaleAccounts(run).accounts[account]!.name));
              },
              end: () => {},
            },
    };
  },
};

/** Followers from which accounts are whales, by the FanoutWorker of the design; null: none are. */
function whaleThreshold(node: NodeContext): number | null {
  const fanout = node.sources.find((source) => source.node.kind === 'FanoutWorker');
  return fanout === undefined
    ? defaultWhaleThreshold
    : (fanout.node.config as ConfigOf<'FanoutWorker'>).whaleThreshold;
}
