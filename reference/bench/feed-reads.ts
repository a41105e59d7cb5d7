import { v7 } from 'uuid';
import { Pool } from 'undici';
import { userId } from '../../scenarios/sampling/index.ts';
import { runner } from '../../scripts/programs.mjs';
import { writePopulation } from '../load/index.ts';
import { connectBulkWriter } from '../services/index.ts';
import type { Stack } from '../stack/index.ts';
import { cpuSeconds } from './cpu-time.ts';
import { ratioOf, type Ratio } from './ratio.ts';

const readers = 200;
const authors = 40;
const postsPerAuthor = 3;
const readsAtOnce = 32;
const rounds = 3;
const secondsPerRound = 4;

/**
 * Feed reads per second of CPU, of users whose feed is cached and who follow no whale: the feed service
 * beside a bare process that does the same commands. Both are asked directly, with the same requests.
 */
export async function benchFeedReads(stack: Stack): Promise<Ratio> {
  await fill(stack);
  const service = stack.processes.list().find(({ id }) => id === 'feed-service-1')!;
  const servicePort = portOf(service.addresses[0]!);
  const barePort = servicePort + spareOffset;
  stack.processes.create({
    ...service,
    id: 'bare-feed',
    addresses: [`127.0.0.1:${String(barePort)}`],
    args: [runner, 'reference/bench/bare-feed.ts'],
    environment: { ...service.environment, FANOUT_LAB_PORT: String(barePort) },
    files: {},
    folders: [],
  });
  const bare = stack.processes.list().find(({ id }) => id === 'bare-feed')!;
  const sides = [
    { pid: bare.pid, pool: poolTo(barePort), perCpuSecond: [] as number[] },
    { pid: service.pid, pool: poolTo(servicePort), perCpuSecond: [] as number[] },
  ] as const;
  try {
    // The service first: it fills the cache, and the bare process only reads it.
    for (const { pool } of [...sides].reverse()) await answering(pool);
    const sizes = await Promise.all(sides.map(({ pool }) => sizeOfFeed(pool)));
    if (sizes[0] !== sizes[1])
      throw new Error(
        `The bare process answers with ${String(sizes[0])} bytes, the service with ${String(sizes[1])}.`,
      );
    for (const { pool } of sides) await readFor(pool, secondsPerRound);
    for (let round = 0; round < rounds; round++)
      for (const { pid, pool, perCpuSecond } of sides) {
        const before = cpuSeconds(pid);
        const reads = await readFor(pool, secondsPerRound);
        perCpuSecond.push(reads / (cpuSeconds(pid) - before));
      }
    return ratioOf(
      {
        what: 'Feed reads of users who follow no whale',
        unit: 'a second of one core',
        atLeast: 0.7,
        note: `${String(sizes[0])} bytes an answer, one pipeline of three Redis commands and one Cassandra query a read, ${String(readsAtOnce)} at a time`,
      },
      sides[0].perCpuSecond,
      sides[1].perCpuSecond,
    );
  } finally {
    for (const { pool } of sides) await pool.destroy();
    await stack.processes.kill('bare-feed');
  }
}

/** In the block of ports of the feed services, behind any that a stack has. */
const spareOffset = 40;
const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));
const poolTo = (port: number) => new Pool(`http://127.0.0.1:${String(port)}`, { connections: readsAtOnce });

/** Every reader follows every author; all photos are ready, so that rows may be remembered. */
async function fill(stack: Stack): Promise<void> {
  const users = Array.from({ length: readers }, (_, user) => user);
  const names = Array.from({ length: authors }, (_, author) => `bench-author-${String(author)}`);
  await writePopulation(stack.endpoints, {
    users: readers,
    accounts: [
      ...users.map((user) => ({ id: userId(user), followers: new Uint32Array() })),
      ...names.map((id) => ({ id, followers: Uint32Array.from(users) })),
    ],
    followees: users.map(() => Uint32Array.from(names, (_, author) => readers + author)),
  });
  const writer = await connectBulkWriter(stack.endpoints);
  try {
    const nowMs = Date.now();
    for (const author of names)
      for (let n = 0; n < postsPerAuthor; n++) {
        const row = [
          v7({ msecs: nowMs - n * 1000 }),
          author,
          new Date(nowMs - n * 1000),
          'A photo',
          'ready',
        ] as const;
        for (const table of ['posts', 'posts_by_author'])
          await writer.write(
            `INSERT INTO ${table} (post_id, author_id, created_at, caption, media_state) VALUES (?, ?, ?, ?, ?)`,
            [row],
          );
      }
  } finally {
    await writer.close();
  }
}

let turn = 0;
async function readFeed(pool: Pool): Promise<string> {
  const user = userId(turn++ % readers);
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: '/feed',
    headers: { 'x-user-id': user },
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`A feed read was answered with ${String(statusCode)}: ${text}`);
  return text;
}

async function sizeOfFeed(pool: Pool): Promise<number> {
  turn = 0;
  return Buffer.byteLength(await readFeed(pool));
}

/** @returns reads that were answered */
async function readFor(pool: Pool, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  let reads = 0;
  const one = async () => {
    while (performance.now() < endMs) {
      await readFeed(pool);
      reads += 1;
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, one));
  return reads;
}

/** Waits for a process that was just started; every reader's feed is cached afterwards. */
async function answering(pool: Pool): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    try {
      for (let n = 0; n < 2 * readers; n++) await readFeed(pool);
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
