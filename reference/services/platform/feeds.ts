import { randomBytes } from 'node:crypto';
import keySlot from 'cluster-key-slot';
import type { Cluster } from 'ioredis';
import {
  decodeRank,
  feedKey,
  feedMarkers,
  followsKey,
  rankKey,
  type RankProfile,
} from '../../contract/index.ts';
import { Breakers } from './breaker.ts';
import { feedScripts } from './feed-scripts.ts';
import type { Telemetry } from './telemetry.ts';

/** A post's place in time; what feeds are made of. */
export interface FeedEntry {
  readonly postId: string;
  /** ms since 1970. */
  readonly createdAtMs: number;
}

/** What the cache knows of a reader, in one round trip. */
export interface CachedReader {
  /**
   * `complete`: `entries` are the newest of the feed. `filling`: somebody fills it, and only the post database
   * has all. `missing`: the reader's to fill.
   */
  readonly state: 'complete' | 'filling' | 'missing';
  /** Newest first. */
  readonly entries: readonly FeedEntry[];
  readonly rank: RankProfile | null;
  /** Accounts that are pulled; null when the cache does not know. */
  readonly pulled: readonly string[] | null;
}

export interface FeedLimits {
  readonly feedLength: number;
  readonly feedTtlSeconds: number;
}

/** A shard did not do what it was asked; the caller has the post database, or tries again later. */
export class ShardUnavailable extends Error {
  /** `host:port` of the primary, or `unknown` while the cluster's layout is not known. */
  readonly shard: string;

  constructor(shard: string, cause: unknown) {
    super(
      `Shard ${shard} of the cache did not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
    this.name = 'ShardUnavailable';
    this.shard = shard;
  }
}

/** Readers' side of the feed cache. */
export interface Feeds {
  /**
   * The newest `count` entries of a feed, the ranking vector and the pulled accounts: one pipeline to one slot.
   *
   * @throws ShardUnavailable at once while the shard's circuit is open
   */
  read(userId: string, count: number): Promise<CachedReader>;
  /** Marks a missing feed; null when somebody else was faster. @throws ShardUnavailable */
  beginFill(userId: string): Promise<string | null>;
  /**
   * Merges what the post database had into the marked feed.
   *
   * @returns whether the feed is complete now; false when it vanished or was filled meanwhile
   * @throws ShardUnavailable
   */
  finishFill(userId: string, token: string, entries: readonly FeedEntry[]): Promise<boolean>;
  /** Keeps the list for as long as a feed. @throws ShardUnavailable */
  keepPulled(userId: string, authorIds: readonly string[]): Promise<void>;
}

/**
 * How long a filler may take, ms. Far above a rebuild's time; when it is over the key goes away, and the
 * filler's posts are not taken any more.
 */
const fillTtlMs = 10_000;

type FeedCluster = Cluster & {
  feedBegin(key: string, token: string, ttlMs: number): Promise<number>;
  feedFinish(
    key: string,
    token: string,
    length: number,
    ttlMs: number,
    ...pairs: (string | number)[]
  ): Promise<number>;
};

/** Hash slot of a key. */
export const slotOf = (key: string): number => keySlot(key);

/** The primary that a key lies on, as far as the client knows. */
export const shardOf = (cluster: Cluster, key: string): string =>
  cluster.slots[slotOf(key)]?.[0] ?? 'unknown';

/** @param redis from `connectRedis` with `fail-fast`: this module has another way out for each error */
export function createFeeds(redis: Cluster, limits: FeedLimits, telemetry: Telemetry): Feeds {
  for (const name of ['feedBegin', 'feedFinish'] as const) redis.defineCommand(name, feedScripts[name]);
  const cluster = redis as FeedCluster;
  const breakers = new Breakers({ failures: 3, openMs: 500 }, () => performance.now());
  const ttlMs = limits.feedTtlSeconds * 1000;

  async function guarded<Result>(
    operation: string,
    key: string,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const shard = shardOf(cluster, key);
    if (!breakers.allows(shard)) throw new ShardUnavailable(shard, 'its circuit is open');
    // A pipeline would wait for the first connection without a time-out.
    if (cluster.status !== 'ready') throw new ShardUnavailable(shard, `the connection is ${cluster.status}`);
    const startedMs = performance.now();
    try {
      const result = await work();
      breakers.succeeded(shard);
      telemetry.observe('redis', operation, 'ok', (performance.now() - startedMs) / 1000);
      return result;
    } catch (error) {
      breakers.failed(shard);
      telemetry.observe('redis', operation, 'error', (performance.now() - startedMs) / 1000);
      throw new ShardUnavailable(shard, error);
    }
  }

  return {
    read(userId, count) {
      const key = feedKey(userId);
      return guarded('feed-read', key, async () => {
        const results = await cluster
          .pipeline()
          .zrevrange(key, 0, count, 'WITHSCORES')
          .getBuffer(rankKey(userId))
          .get(followsKey(userId))
          .exec();
        const [feed, rank, pulled] = results!;
        for (const [error] of results!) if (error) throw error;
        const members = feed![1] as string[];
        const bytes = rank![1] as Buffer | null;
        const list = pulled![1] as string | null;
        return {
          state: stateOf(members[0]),
          entries: entriesOf(members),
          rank: bytes === null ? null : decodeRank(bytes),
          pulled: list === null ? null : list === '' ? [] : list.split(','),
        };
      });
    },

    beginFill(userId) {
      const key = feedKey(userId);
      const token = randomBytes(8).toString('hex');
      return guarded('feed-begin', key, async () =>
        (await cluster.feedBegin(key, token, fillTtlMs)) === 1 ? token : null,
      );
    },

    finishFill(userId, token, entries) {
      const key = feedKey(userId);
      const pairs = entries
        .slice(0, limits.feedLength)
        .flatMap(({ postId, createdAtMs }) => [createdAtMs, postId]);
      return guarded(
        'feed-finish',
        key,
        async () => (await cluster.feedFinish(key, token, limits.feedLength, ttlMs, ...pairs)) === 1,
      );
    },

    keepPulled(userId, authorIds) {
      const key = followsKey(userId);
      return guarded('follows-write', key, async () => {
        await cluster.set(key, authorIds.join(','), 'PX', ttlMs);
      });
    },
  };
}

function stateOf(newest: string | undefined): CachedReader['state'] {
  if (newest === undefined) return 'missing';
  return newest === feedMarkers.complete ? 'complete' : 'filling';
}

/** The marker has the greatest score, so it comes first and is left out. */
function entriesOf(members: readonly string[]): FeedEntry[] {
  const entries: FeedEntry[] = [];
  for (let index = 2; index < members.length; index += 2)
    entries.push({ postId: members[index]!, createdAtMs: Number(members[index + 1]) });
  return entries;
}
