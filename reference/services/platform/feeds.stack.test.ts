import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Cluster } from 'ioredis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { encodeRank, feedKey, followsKey, rankDimensions, rankKey } from '../../contract/index.ts';
import { FeedModel } from './feeds.fixture.ts';
import { feedScripts } from './feed-scripts.ts';
import { createFeeds, ShardUnavailable, type Feeds } from './feeds.ts';
import { connectRedis } from './redis.ts';
import { createTelemetry } from './telemetry.ts';

const port = Number(process.env['FANOUT_LAB_PORT_BASE'] ?? 19_500) + 90;
const directory = mkdtempSync(join(tmpdir(), 'fanout-lab-feeds-'));
const limits = { feedLength: 3, feedTtlSeconds: 600 };
let server: ChildProcess;
let cluster: Cluster & {
  feedPush(key: string, id: string, ms: number, length: number, ttl: number): Promise<number>;
};
let feeds: Feeds;

async function startServer(): Promise<void> {
  const options = {
    port,
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    'cluster-enabled': 'yes',
    'cluster-announce-ip': '127.0.0.1',
    'cluster-port': port + 1,
  };
  server = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: 'ignore' },
  );
  const client = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  if (!(await client.cluster('INFO')).includes('cluster_slots_assigned:16384'))
    await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  while (!(await client.cluster('INFO')).includes('cluster_state:ok'))
    await new Promise((resolve) => setTimeout(resolve, 20));
  client.disconnect();
}

beforeAll(async () => {
  await startServer();
  cluster = connectRedis(
    {
      parts: {
        redis: {
          tls: false,
          hosts: [{ host: '127.0.0.1', port }],
          user: null,
          password: null,
          path: '',
          options: {},
        },
      },
      routes: {},
    },
    'fail-fast',
  ) as typeof cluster;
  cluster.on('error', () => undefined);
  await once(cluster, 'ready');
  feeds = createFeeds(cluster, limits, createTelemetry('test'));
  cluster.defineCommand('feedPush', feedScripts.feedPush);
});
beforeEach(() => cluster.flushall());
afterAll(() => {
  cluster.disconnect();
  server.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const push = (n: number) =>
  cluster.feedPush(feedKey('u'), `p${n}`, Math.floor(n / 2), limits.feedLength, 600_000);

interface Real {
  tokens: (string | null)[];
}
/** One command of the model-based test: the same on the twin and on Redis, with the same outcome. */
type Command = fc.AsyncCommand<{ feed: FeedModel; tokens: (string | null)[] }, Real>;

const commands: fc.Arbitrary<Command>[] = [
  fc.nat({ max: 9 }).map((n) => ({
    check: () => true,
    run: async ({ feed }) => {
      expect(await push(n)).toBe(feed.push({ postId: `p${n}`, createdAtMs: Math.floor(n / 2) }));
    },
    toString: () => `push ${n}`,
  })),
  fc.constant({
    check: () => true,
    run: async (model: { feed: FeedModel; tokens: (string | null)[] }, real: Real) => {
      const name = `t${model.tokens.length}`;
      const token = await feeds.beginFill('u');
      expect(token !== null).toBe(model.feed.begin(name) === 1);
      model.tokens.push(name);
      real.tokens.push(token);
    },
    toString: () => 'begin',
  }),
  fc.tuple(fc.nat(), fc.uniqueArray(fc.nat({ max: 9 }))).map(([pick, posts]) => ({
    check: ({ tokens }) => tokens.length > 0,
    run: async (model, real) => {
      const index = pick % model.tokens.length;
      const entries = posts
        .sort((a, b) => b - a)
        .map((n) => ({ postId: `p${n}`, createdAtMs: Math.floor(n / 2) }));
      const token = real.tokens[index];
      const finished = token == null ? false : await feeds.finishFill('u', token, entries);
      expect(finished).toBe(
        model.feed.finish(model.tokens[index]!, entries.slice(0, limits.feedLength)) === 1,
      );
    },
    toString: () => `finish ${pick} ${posts.join()}`,
  })),
  fc.constant({
    check: () => true,
    run: async ({ feed }: { feed: FeedModel }) => {
      await cluster.del(feedKey('u'));
      feed.vanish();
    },
    toString: () => 'vanish',
  }),
  fc.nat({ max: 4 }).map((count) => ({
    check: () => true,
    run: async ({ feed }) => {
      const { state, entries } = await feeds.read('u', count);
      expect({ state, entries }).toEqual({ state: feed.state, entries: feed.newest(count) });
    },
    toString: () => `read ${count}`,
  })),
];

it('does on Redis what its plain twin does, command by command', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (sequence) => {
      await cluster.del(feedKey('u'));
      await fc.asyncModelRun(
        () => ({ model: { feed: new FeedModel(limits.feedLength), tokens: [] }, real: { tokens: [] } }),
        sequence,
      );
      const { state, entries } = await feeds.read('u', 10);
      expect(entries.length).toBeLessThanOrEqual(limits.feedLength);
      if (state === 'missing') expect(entries).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('keeps a feed as long as it is pushed to, and one that is being filled no longer than its filler', async () => {
  expect(await push(1)).toBe(0);
  const token = await feeds.beginFill('u');
  await push(2);
  expect(await cluster.pttl(feedKey('u'))).toBeLessThanOrEqual(10_000);
  expect(await feeds.finishFill('u', token!, [{ postId: 'p1', createdAtMs: 0 }])).toBe(true);
  expect(await cluster.pttl(feedKey('u'))).toBeGreaterThan(10_000);
  await cluster.pexpire(feedKey('u'), 5000);
  await feeds.read('u', 3);
  expect(await cluster.pttl(feedKey('u'))).toBeLessThanOrEqual(5000);
  await push(3);
  expect(await cluster.pttl(feedKey('u'))).toBeGreaterThan(5000);
});

it('merges a long feed that needs more than one command, and keeps an empty one', async () => {
  const long = createFeeds(cluster, { feedLength: 2000, feedTtlSeconds: 600 }, createTelemetry('long'));
  const entries = Array.from({ length: 2500 }, (_, n) => ({ postId: `q${n}`, createdAtMs: 5000 - n }));
  expect(await long.finishFill('v', (await long.beginFill('v'))!, entries)).toBe(true);
  expect((await long.read('v', 3000)).entries).toEqual(entries.slice(0, 2000));
  expect(await feeds.finishFill('w', (await feeds.beginFill('w'))!, [])).toBe(true);
  expect(await feeds.read('w', 3)).toMatchObject({ state: 'complete', entries: [] });
});

it('reads vector and pulled accounts along, and tells none from unknown', async () => {
  expect(await feeds.read('u', 3)).toEqual({ state: 'missing', entries: [], rank: null, pulled: null });
  const rank = { weights: new Float32Array(rankDimensions).fill(0.25), interactions: 51 };
  await cluster.set(rankKey('u'), Buffer.from(encodeRank(rank)));
  await feeds.keepPulled('u', ['a', 'b']);
  expect(await feeds.read('u', 3)).toMatchObject({ rank, pulled: ['a', 'b'] });
  await feeds.keepPulled('u', []);
  expect(await feeds.read('u', 3)).toMatchObject({ pulled: [] });
  expect(await cluster.pttl(followsKey('u'))).toBeGreaterThan(0);
});

it('does not wait for a shard that has failed, and asks again when it answers', async () => {
  server.kill('SIGSTOP');
  for (let n = 0; n < 3; n++) await expect(feeds.read('u', 3)).rejects.toThrow(ShardUnavailable);
  await expect(feeds.read('u', 3)).rejects.toThrow('circuit is open');
  server.kill('SIGCONT');
  await expect.poll(() => feeds.read('u', 3).catch(() => null), { timeout: 20_000 }).not.toBeNull();
});

it('does not wait for a cluster that is gone, and asks again when it is back', async () => {
  server.kill('SIGKILL');
  for (let n = 0; n < 4; n++) await expect(feeds.read('u', 3)).rejects.toThrow(ShardUnavailable);
  await startServer();
  await expect.poll(() => feeds.read('u', 3).catch(() => null), { timeout: 20_000 }).not.toBeNull();
});
