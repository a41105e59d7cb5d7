import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import keySlot from 'cluster-key-slot';
import { Redis, type Cluster } from 'ioredis';
import sharp from 'sharp';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  cdnTierHeader,
  encodeRank,
  feedKey,
  mediaKey,
  rankDimensions,
  rankKey,
  type Feed,
} from '../contract/index.ts';
import { startStack, type Stack } from '../stack/index.ts';
import { connectRedis } from './index.ts';
import { Person, writeFollowers } from './read-side.fixture.ts';

/** Twice what the slowest fail-over of the small stack took, with room for a loaded machine. */
const healedMs = 60_000;
const readers = Array.from({ length: 40 }, (_, n) => `reader-${n}`);
const fans = [...readers, ...Array.from({ length: 20 }, (_, n) => `fan-${n}`)];
const directory = mkdtempSync(join(tmpdir(), 'fanout-lab-read-side-'));
let stack: Stack;
let redis: Cluster;
let photo: Buffer;
const person = (id: string) => new Person(stack, id);
const ids = ({ posts }: Feed) => posts.map(({ postId }) => postId);

beforeAll(async () => {
  stack = await startStack({
    profile: 'small',
    environment: { FANOUT_LAB_PORT_BASE: '19500', ...process.env, FANOUT_LAB_RUN_DIR: directory },
    settings: { whaleThreshold: 50, pullOnLagSeconds: 6, feedServices: 1, uploadServices: 1 },
  });
  redis = connectRedis(stack.endpoints, 'patient');
  redis.on('error', () => undefined);
  await writeFollowers(stack, { ann: readers, bob: readers, wanda: fans, ['reader-0']: [] });
  photo = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#4080c0' } })
    .jpeg()
    .toBuffer();
}, 200_000);

afterAll(async () => {
  redis?.disconnect();
  await stack?.stop();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

/** What every reader sees; each read has to succeed. */
async function feedsOf(users: readonly string[]): Promise<Feed[]> {
  return Promise.all(
    users.map(async (user) => {
      const { status, body } = await person(user).feed('?limit=500');
      expect({ user, status }).toEqual({ user, status: 200 });
      return body;
    }),
  );
}

/** Waits until every reader sees each post, once. */
async function untilSeenOnce(postIds: readonly string[], users = readers): Promise<void> {
  await expect
    .poll(
      async () => {
        const feeds = await feedsOf(users);
        return feeds.flatMap((feed, n) => {
          const wrong = postIds.filter((postId) => ids(feed).filter((id) => id === postId).length !== 1);
          return wrong.length === 0 ? [] : [{ reader: users[n], wrong }];
        });
      },
      { timeout: healedMs, interval: 200 },
    )
    .toEqual([]);
}

it('brings a post into the feeds that are cached, and into those that are not', async () => {
  const [warm, cold] = [readers.slice(0, 20), readers.slice(20)];
  expect((await feedsOf(warm)).map(({ source }) => source)).toEqual(warm.map(() => 'rebuilt'));
  const post = await person('ann').post(photo);
  await expect
    .poll(
      async () => (await feedsOf(warm)).every((feed) => feed.source === 'cache' && ids(feed).includes(post)),
      {
        timeout: healedMs,
      },
    )
    .toBe(true);
  const rebuilt = await feedsOf(cold);
  expect(rebuilt.map((feed) => [feed.source, ids(feed)])).toEqual(cold.map(() => ['rebuilt', [post]]));
});

it('pulls a whale’s post, at once, and pushes it to nobody', async () => {
  await feedsOf(readers);
  const post = await person('wanda').post(photo);
  for (const feed of await feedsOf(readers)) expect([feed.source, ids(feed)[0]]).toEqual(['cache', post]);
  const other = await person('bob').post(photo);
  await expect
    .poll(async () => (await redis.zrange(feedKey(readers[0]!), 0, -1)).includes(other), {
      timeout: healedMs,
    })
    .toBe(true);
  for (const reader of readers) expect(await redis.zrange(feedKey(reader), 0, -1)).not.toContain(post);
});

it('shows counts, comments and the author’s followers', async () => {
  const post = await person('ann').post(photo);
  for (const answer of [
    await person('reader-1').like(post),
    await person('reader-2').like(post),
    await person('reader-1').comment(post, v7(), '<script>alert(1)</script>'),
  ])
    expect(answer.status).toBeLessThan(300);
  await untilSeenOnce([post]);
  const { body: detail } = await person('reader-3').detail(post);
  expect(detail).toMatchObject({ postId: post, authorId: 'ann', authorFollowers: 40, likes: 2, comments: 1 });
  expect(detail.newestComments).toMatchObject([{ userId: 'reader-1', text: '<script>alert(1)</script>' }]);
  const { body: feed } = await person('reader-3').feed();
  expect(feed.posts.find(({ postId }) => postId === post)).toMatchObject({ likes: 2, comments: 1 });
  expect((await person('reader-3').detail('01890a5d-ac96-774b-bcce-b302099a8057')).status).toBe(404);
  expect((await person('reader-3').feed('?limit=501')).status).toBe(400);
});

it('ranks by a reader’s vector, and by time without one', async () => {
  await person('bob').post(photo);
  const popular = await person('ann').post(photo);
  await untilSeenOnce([popular]);
  const newest = await person('bob').post(photo);
  await untilSeenOnce([newest]);
  for (const reader of readers.slice(0, 5)) await person(reader).like(popular);
  // Only likes count: the second of the classes from 1 on.
  const weights = Float32Array.from({ length: rankDimensions }, (_, n) => (n === 21 ? 1 : 0));
  const bytes = (interactions: number) => Buffer.from(encodeRank({ weights, interactions }));
  await redis.set(rankKey('reader-5'), bytes(50));
  await redis.set(rankKey('reader-6'), bytes(49));
  await expect
    .poll(async () => {
      const { body } = await person('reader-5').feed();
      return [
        body.ranking,
        body.posts.findIndex(({ postId }) => postId === popular) < ids(body).indexOf(newest),
      ];
    })
    .toEqual(['ml', true]);
  const { body: chronological } = await person('reader-6').feed();
  const times = chronological.posts.map(({ createdAtMs }) => createdAtMs);
  expect([chronological.ranking, times]).toEqual(['chronological', [...times].sort((a, b) => b - a)]);
});

it('serves variants by what the client takes, from nearer tiers when asked again, and none in quarantine', async () => {
  const [edge] = stack.endpoints.parts.cdn!.hosts;
  const image = (postId: string, accept: string) =>
    fetch(`http://${edge!.host}:${edge!.port}/i/${postId}/600`, { headers: { accept } });
  const post = await person('ann').post(photo);
  const magenta = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#ff00ff' } })
    .png()
    .toBuffer();
  const flagged = await person('ann').post(magenta, 'image/png');
  await expect
    .poll(async () => (await person('reader-1').detail(post)).body.media, { timeout: healedMs })
    .toBe('ready');
  const answers = await Promise.all(Array.from({ length: 20 }, () => image(post, 'image/webp,*/*')));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(await sharp(Buffer.from(await answers[0]!.arrayBuffer())).metadata()).toMatchObject({
    format: 'webp',
  });
  // Coalesced: one of them went to the origin.
  expect(answers.filter(({ headers }) => headers.get(cdnTierHeader) === 'origin')).toHaveLength(1);
  expect((await image(post, 'image/webp')).headers.get(cdnTierHeader)).toBe('edge');
  const jpeg = await image(post, 'image/png,image/jpeg');
  expect([jpeg.headers.get('content-type'), jpeg.headers.get(cdnTierHeader)]).toEqual([
    'image/jpeg',
    'origin',
  ]);
  expect(jpeg.headers.get('vary')).toBe('Accept');

  await expect
    .poll(async () => (await person('reader-1').detail(flagged)).status, { timeout: healedMs })
    .toBe(404);
  expect((await image(flagged, 'image/webp')).status).toBe(404);
  for (const feed of await feedsOf(readers)) expect(ids(feed)).not.toContain(flagged);
  const [store] = stack.endpoints.parts.objectStore!.hosts;
  const { path } = stack.endpoints.parts.objectStore!;
  for (const postId of [post, flagged]) {
    const direct = await fetch(
      `http://${store!.host}:${store!.port}/${path}/${mediaKey(postId, 600, 'jpg')}`,
    );
    expect(direct.ok).toBe(postId === post);
    expect((await fetch(`http://${store!.host}:${store!.port}/${path}/raw/ann/${postId}`)).status).toBe(403);
  }
});

it('makes the variants of a photo later, when its worker was away: 404 until then', async () => {
  const [edge] = stack.endpoints.parts.cdn!.hosts;
  const worker = 'image-worker-1';
  await stack.processes.kill(worker);
  const post = await person('bob').post(photo);
  const image = () => fetch(`http://${edge!.host}:${edge!.port}/i/${post}/150`);
  expect((await image()).status).toBe(404);
  await untilSeenOnce([post]);
  await stack.processes.restart(worker);
  await expect.poll(async () => (await image()).status, { timeout: healedMs, interval: 500 }).toBe(200);
});

it('pulls every feed while fan-out is behind, and reads the cache again when it has caught up', async () => {
  const worker = 'fanout-worker-1';
  await feedsOf(readers);
  stack.processes.pause(worker);
  const post = await person('ann').post(photo);
  await expect
    .poll(
      async () => (await feedsOf(readers.slice(0, 3))).map((feed) => [feed.source, ids(feed).includes(post)]),
      {
        timeout: healedMs,
        interval: 500,
      },
    )
    .toEqual(Array.from({ length: 3 }, () => ['pull', true]));
  stack.processes.resume(worker);
  await expect
    .poll(async () => (await feedsOf(readers)).map((feed) => [feed.source, ids(feed).includes(post)]), {
      timeout: healedMs,
      interval: 500,
    })
    .toEqual(readers.map(() => ['cache', true]));
});

it('loses and doubles nothing when its worker is killed again and again', async () => {
  const posts: string[] = [];
  await feedsOf(readers);
  for (let round = 0; round < 3; round++) {
    posts.push(...(await Promise.all([1, 2, 3].map(() => person(round % 2 ? 'ann' : 'bob').post(photo)))));
    await stack.processes.kill('fanout-worker-1');
    posts.push(await person('bob').post(photo));
    await stack.processes.restart('fanout-worker-1');
  }
  await untilSeenOnce(posts);
});

it('answers every read while a node of the cache is lost, and has every post after its promotion', async () => {
  await feedsOf(readers);
  const posts = [await person('ann').post(photo)];
  const primary = primaryOf(readers[0]!);
  await stack.processes.kill(primary.process);
  const sources = new Set<string>();
  while (ownerOf(readers[0]!) === primary.address) {
    for (const feed of await feedsOf(readers)) sources.add(feed.source);
    posts.push(await person('bob').post(photo));
  }
  expect(sources).toContain('pull');
  await untilSeenOnce(posts);
  await stack.processes.restart(primary.process);
  await stack.ready(healedMs);
  await untilSeenOnce(posts);
});

it('drops the feeds of a replica that was away and is promoted with what it had', async () => {
  await untilReplicated();
  const reader = readers[0]!;
  await feedsOf(readers);
  const primary = primaryOf(reader);
  const replica = processAt(redis.slots[slotOf(reader)]![1]!);
  stack.processes.pause(replica);
  // Or it would find in its socket what was sent while it stood still.
  const [host, port] = primary.address.split(':');
  const node = new Redis({ host: host!, port: Number(port) });
  await node.call('CLIENT', 'KILL', 'TYPE', 'REPLICA');
  node.disconnect();
  const consumedBefore = await consumed();
  const post = await person('ann').post(photo);
  await expect.poll(() => consumed(), { timeout: healedMs }).toBe(consumedBefore + 1);
  expect(await redis.zrange(feedKey(reader), 0, -1)).toContain(post);
  await stack.processes.kill(primary.process);
  stack.processes.resume(replica);
  await expect.poll(() => ownerOf(reader), { timeout: healedMs }).not.toBe(primary.address);
  await untilSeenOnce([post]);
  await stack.processes.restart(primary.process);
  await stack.ready(healedMs);
  await untilSeenOnce([post]);
});

const slotOf = (user: string) => keySlot(feedKey(user));
const ownerOf = (user: string) => redis.slots[slotOf(user)]?.[0];

function primaryOf(user: string): { readonly address: string; readonly process: string } {
  const address = ownerOf(user)!;
  return { address, process: processAt(address) };
}

function processAt(address: string): string {
  return stack.processes.list().find(({ addresses }) => addresses.includes(address))!.id;
}

/** Every shard has its replica again. */
async function untilReplicated(): Promise<void> {
  await expect
    .poll(() => readers.every((reader) => redis.slots[slotOf(reader)]?.length === 2), { timeout: healedMs })
    .toBe(true);
}

/** Messages that the fan-out worker is done with, as its own metrics say. */
async function consumed(): Promise<number> {
  const [address] = stack.processes.list().find(({ id }) => id === 'fanout-worker-1')!.addresses;
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const count =
    /^fanout_lab_hop_duration_seconds_count\{(?=[^}]*operation="consume-post-created")(?=[^}]*outcome="ok")[^}]*\} (\d+)/m;
  return Number(count.exec(text)?.[1] ?? 0);
}
