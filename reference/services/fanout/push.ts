import type { ChainableCommander, Cluster } from 'ioredis';
import { feedKey } from '../../contract/index.ts';
import {
  feedScripts,
  shardOf,
  ShardUnavailable,
  type FeedEntry,
  type FeedLimits,
  type Telemetry,
} from '../platform/index.ts';
import type { Unreplicated } from './unreplicated.ts';

/** Writers' side of the feed cache. */
export interface Pusher {
  /**
   * Puts a post into the feeds of readers whose feed is cached. When it returns, a replica of every shard has
   * it too, or the shard is noted as one whose feeds are dropped after a promotion.
   *
   * Shards do not wait for each other: when one fails, the others have got theirs.
   *
   * @returns feeds that did not have the post before
   * @throws ShardUnavailable of the first shard that failed; repeat the whole, which is harmless
   */
  push(entry: FeedEntry, userIds: readonly string[]): Promise<number>;
}

type PushPipeline = ChainableCommander & {
  feedPush(
    key: string,
    postId: string,
    createdAtMs: number,
    length: number,
    ttlMs: number,
  ): ChainableCommander;
};

/**
 * @param cluster from `connectRedis` with `patient`: what fails is repeated from Kafka
 * @param batch readers in one pipeline
 * @param now ms since 1970
 */
export function createPusher(
  cluster: Cluster,
  { feedLength, feedTtlSeconds, batch }: FeedLimits & { readonly batch: number },
  unreplicated: Unreplicated,
  telemetry: Telemetry,
  now: () => number,
): Pusher {
  cluster.defineCommand('feedPush', feedScripts.feedPush);
  const ttlMs = feedTtlSeconds * 1000;

  async function pipeline(shard: string, entry: FeedEntry, keys: readonly string[]): Promise<number> {
    const sentAtMs = now();
    const commands = cluster.pipeline() as PushPipeline;
    for (const key of keys) commands.feedPush(key, entry.postId, entry.createdAtMs, feedLength, ttlMs);
    // On the same connection: acknowledges what this pipeline wrote.
    commands.wait(1, unreplicated.waitMs(shard));
    const results = await commands.exec().catch((error: unknown) => {
      throw new ShardUnavailable(shard, error);
    });
    let added = 0;
    for (const [error, result] of results!.slice(0, -1)) {
      if (error) throw new ShardUnavailable(shard, error);
      added += result as number;
    }
    const [error, replicas] = results!.at(-1)!;
    if (error) throw new ShardUnavailable(shard, error);
    await unreplicated.acknowledged(shard, keys[0]!, replicas as number, sentAtMs);
    return added;
  }

  return {
    async push(entry, userIds) {
      const shards = new Map<string, string[]>();
      for (const userId of userIds) {
        const key = feedKey(userId);
        const shard = shardOf(cluster, key);
        const keys = shards.get(shard);
        if (keys === undefined) shards.set(shard, [key]);
        else keys.push(key);
      }
      const outcomes = await Promise.allSettled(
        [...shards].map(async ([shard, keys]) => {
          let added = 0;
          for (let first = 0; first < keys.length; first += batch) {
            const part = keys.slice(first, first + batch);
            added += await telemetry.time('redis', 'feed-push', () => pipeline(shard, entry, part));
          }
          return added;
        }),
      );
      let added = 0;
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') throw outcome.reason;
        added += outcome.value;
      }
      return added;
    },
  };
}
