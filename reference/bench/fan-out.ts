import { setTimeout as sleep } from 'node:timers/promises';
import keySlot from 'cluster-key-slot';
import { Cluster, type ChainableCommander } from 'ioredis';
import { v7 } from 'uuid';
import { userId } from '../../scenarios/sampling/index.ts';
import { feedKey, feedMarkers, topics, type PostCreated } from '../contract/index.ts';
import { writePopulation } from '../load/index.ts';
import { createLog, feedScripts, kafkaClient } from '../services/index.ts';
import type { Stack } from '../stack/index.ts';
import { countOf } from './metrics.ts';
import { ratioOf, type Ratio } from './ratio.ts';

const followers = 5000;
/** Authors, each with all of the followers. */
const authors = 16;
const postsPerRound = 16;
const rounds = 3;
/** As many as a fan-out worker has partitions in hand. */
const postsAtOnce = 8;

type Pushing = ChainableCommander & {
  feedPush(
    key: string,
    postId: string,
    createdAtMs: number,
    length: number,
    ttlMs: number,
  ): ChainableCommander;
};

/**
 * Fan-out writes a second: a fan-out worker, from the message in Kafka to the last feed, beside bare ioredis
 * that sends the same script for the same feeds in pipelines of the same size by shard, each with its WAIT.
 */
export async function benchFanOut(stack: Stack): Promise<Ratio> {
  const { settings } = stack;
  const names = Array.from({ length: authors }, (_, author) => `fan-out-author-${String(author)}`);
  const users = Array.from({ length: followers }, (_, user) => user);
  await writePopulation(stack.endpoints, {
    users: followers,
    accounts: [
      ...users.map((user) => ({ id: userId(user), followers: new Uint32Array() })),
      ...names.map((id) => ({ id, followers: Uint32Array.from(users) })),
    ],
    followees: users.map(() => Uint32Array.from(names, (_, author) => followers + author)),
  });
  const cluster = new Cluster(stack.endpoints.parts.redis!.hosts.map(({ host, port }) => ({ host, port })));
  const producer = kafkaClient(
    stack.endpoints,
    'bench',
    createLog('bench', { write: () => undefined }),
  ).producer();
  try {
    const keys = users.map((user) => feedKey(userId(user)));
    const ttlMs = settings.feedTtlSeconds * 1000;
    for (const key of keys) await cluster.zadd(key, '+inf', feedMarkers.complete);
    cluster.defineCommand('feedPush', feedScripts.feedPush);
    const shards = Object.values(groupBy(keys, (key) => cluster.slots[keySlot(key)]![0]!));
    const bareRound = async () => {
      const startMs = performance.now();
      let next = 0;
      const one = async () => {
        while (next++ < postsPerRound) {
          const [postId, atMs] = [v7(), Date.now()];
          await Promise.all(
            shards.map(async (shard) => {
              for (let first = 0; first < shard.length; first += settings.fanoutBatch) {
                const pipeline = cluster.pipeline() as Pushing;
                for (const key of shard.slice(first, first + settings.fanoutBatch))
                  pipeline.feedPush(key, postId, atMs, settings.feedLength, ttlMs);
                pipeline.wait(1, 1000);
                for (const [error] of (await pipeline.exec())!) if (error) throw error;
              }
            }),
          );
        }
      };
      await Promise.all(Array.from({ length: postsAtOnce }, one));
      return (postsPerRound * followers) / ((performance.now() - startMs) / 1000);
    };

    await producer.connect();
    const worker = stack.processes.list().find(({ id }) => id === 'fanout-worker-1')!;
    const done = () => countOf(worker.addresses[0]!, 'post-to-fanout-done');
    const ourRound = async () => {
      const before = await done();
      const startMs = performance.now();
      await producer.send({
        topic: topics.postCreated,
        messages: Array.from({ length: postsPerRound }, (_, n) => {
          const authorId = names[n % authors]!;
          const value: PostCreated = {
            postId: v7(),
            authorId,
            followerCount: followers,
            createdAtMs: Date.now(),
          };
          return { key: authorId, value: JSON.stringify(value) };
        }),
      });
      while ((await done()) < before + postsPerRound) await sleep(10);
      return (postsPerRound * followers) / ((performance.now() - startMs) / 1000);
    };
    await bareRound();
    await ourRound();
    const [bare, ours]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bare.push(await bareRound());
      ours.push(await ourRound());
    }
    return ratioOf(
      {
        what: 'Fan-out writes',
        unit: 'a second',
        atLeast: 0.7,
        note: `${String(postsPerRound)} posts to ${String(followers)} cached feeds each, pipelines of ${String(settings.fanoutBatch)} by shard, WAIT 1 after each`,
      },
      bare,
      ours,
    );
  } finally {
    cluster.disconnect();
    await producer.disconnect();
  }
}

function groupBy(keys: readonly string[], shardOf: (key: string) => string): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const key of keys) (groups[shardOf(key)] ??= []).push(key);
  return groups;
}
