import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { v7 } from 'uuid';
import { z } from 'zod';
import {
  originalKey,
  postCreated,
  signToken,
  topics,
  uploadComplete,
  type CreatedPost,
  type Failure,
  type Presigned,
} from '../../contract/index.ts';
import { startStack, type Stack } from '../../stack/index.ts';
import { createGateway } from '../gateway/gateway.ts';
import { sharedLimits } from '../gateway/limits.ts';
import {
  bucketOf,
  connectCassandra,
  connectObjects,
  connectRedis,
  consume,
  continueTrace,
  createLog,
  createProducer,
  createTelemetry,
  kafkaClient,
  monitorLag,
  Unprocessable,
  writeOutbox,
  type Cassandra,
  type Objects,
  type Statement,
  type StreamProducer,
} from '../platform/index.ts';
import { createPresence } from '../relay/presence.ts';
import { createRelay, type Relay } from '../relay/relay.ts';
import { createUploadService } from './upload-service.ts';

const secret = 'a secret of at least thirty-two characters';
const log = createLog('test', new PassThrough().resume());
const telemetry = createTelemetry('test');
const photo = Buffer.from('not a picture: nobody looks at it here');
const runDirectory = mkdtempSync(join(tmpdir(), 'fanout-upload-'));

let stack: Stack;
let cassandra: Cassandra;
let objects: Objects;
let producer: StreamProducer;
let relay: Relay;
let upload: ReturnType<typeof createUploadService>;
let gateway: Awaited<ReturnType<typeof createGateway>>;
let redis: ReturnType<typeof connectRedis>;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  stack = await startStack({
    profile: 'small',
    environment: {
      ...process.env,
      FANOUT_LAB_RUN_DIR: runDirectory,
      FANOUT_LAB_PORT_BASE: process.env['FANOUT_LAB_PORT_BASE'] ?? '18000',
    },
    parts: ['redis', 'cassandra', 'kafka', 'object-store'],
  });
  cassandra = await connectCassandra(stack.endpoints, telemetry);
  objects = connectObjects(stack.endpoints, telemetry);
  redis = connectRedis(stack.endpoints, 'fail-fast').on('error', () => undefined);
  await vi.waitFor(() => expect(redis.status).toBe('ready'), { timeout: 30_000, interval: 50 });
  const kafka = kafkaClient(stack.endpoints, 'test', log);
  producer = createProducer(kafka, { patience: 'fail-fast', inFlight: 8, queued: 100 }, telemetry, log);
  upload = createUploadService({ log, telemetry, checks: {}, cassandra, objects, producer });
  relay = createRelay({
    cassandra,
    producer,
    presence: createPresence(cassandra, 'relay-1', log),
    log,
    telemetry: createTelemetry('relay'),
    nowMs: () => Date.now(),
  });
  gateway = await createGateway({
    log,
    telemetry: createTelemetry('gateway'),
    jwtSecret: secret,
    limits: sharedLimits(redis, { upload: 100, like: 5 }, telemetry),
    readLb: 'http://127.0.0.1:9',
    uploadLb: await upload.server.listen({ host: '127.0.0.1', port: 0 }),
  });
});

afterAll(async () => {
  await Promise.allSettled(closing.map((close) => close()));
  await gateway?.close();
  await upload?.server.close();
  redis?.disconnect();
  objects?.close();
  await Promise.allSettled([producer?.close(), cassandra?.close()]);
  await stack?.stop();
  rmSync(runDirectory, { recursive: true, force: true });
});

const send = async (userId: string, url: string, payload?: object) =>
  gateway.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${await signToken(userId, secret)}` },
    ...(payload === undefined ? {} : { payload }),
  });

async function presigned(userId: string): Promise<Presigned> {
  const answer = await send(userId, '/media', { contentType: 'image/jpeg' });
  expect(answer.statusCode).toBe(201);
  return answer.json<Presigned>();
}

/** What a browser does with the form; `change` what an attacker does before. */
async function transfer(
  { url, fields }: Presigned,
  change: { readonly fields?: Record<string, string>; readonly body?: Buffer } = {},
): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...change.fields })) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(change.body ?? photo)], { type: 'image/jpeg' }));
  return (await fetch(url, { method: 'POST', body: form })).status;
}

async function uploaded(userId: string): Promise<string> {
  const form = await presigned(userId);
  expect(await transfer(form)).toBeLessThan(300);
  return form.mediaId;
}

const select = async (cql: string, ...parameters: (string | number | Date)[]) => {
  const statement: Statement = { name: 'test', cql, consistency: 'quorum', kind: 'idempotent' };
  return (await cassandra.execute(statement, parameters)).rows;
};
const outboxOf = (postId: string) =>
  select('SELECT post_id FROM outbox WHERE bucket = ?', bucketOf(postId)).then((rows) =>
    rows.filter((row) => row['post_id'] === postId),
  );

/** Collects what is on a topic from its beginning. */
function collect<Message>(topic: string, schema: z.ZodType<Message>): readonly Message[] {
  const found: Message[] = [];
  const consumer = consume(
    kafkaClient(stack.endpoints, 'collector', log),
    {
      group: `collector-${v7()}`,
      topic,
      schema,
      concurrency: 1,
      handle: (message) => {
        found.push(message);
        return Promise.resolve();
      },
    },
    producer,
    createTelemetry('collector'),
    log,
  );
  closing.push(() => consumer.close());
  return found;
}

it('takes a photo from the form to durable rows and messages, once, however often it is asked', async () => {
  const mediaId = await uploaded('author-1');
  const before = Date.now();
  const created = await send('author-1', '/posts', { mediaId, caption: '<b>hé</b>' });
  expect(created.statusCode).toBe(201);
  const { postId, createdAtMs } = created.json<CreatedPost>();
  expect(postId).toBe(mediaId);
  expect(Math.abs(createdAtMs - before)).toBeLessThan(60_000);

  const again = await send('author-1', '/posts', { mediaId, caption: 'another' });
  expect([again.statusCode, again.json()]).toEqual([201, created.json()]);
  const [row] = await select('SELECT * FROM posts WHERE post_id = ?', postId);
  expect({ ...row }).toMatchObject({ author_id: 'author-1', caption: '<b>hé</b>', media_state: 'pending' });
  const byAuthor = await select(
    'SELECT * FROM posts_by_author WHERE author_id = ? AND created_at = ?',
    'author-1',
    new Date(createdAtMs),
  );
  expect(byAuthor.map((each) => each['post_id'] as string)).toEqual([postId]);

  await upload.settle();
  expect(await outboxOf(postId)).toEqual([]);
  const photos = collect(topics.uploadComplete, uploadComplete);
  const posts = collect(topics.postCreated, postCreated);
  await vi.waitFor(
    () => {
      expect(photos.filter((message) => message.postId === postId)).toEqual([
        {
          ...{ mediaId, postId, authorId: 'author-1', createdAtMs },
          ...{ s3Key: originalKey('author-1', mediaId), fileType: 'image/jpeg' },
        },
      ]);
      expect(posts.filter((message) => message.postId === postId)).toEqual([
        { postId, authorId: 'author-1', followerCount: 0, createdAtMs },
      ]);
    },
    { timeout: 60_000, interval: 100 },
  );
});

it('makes no post of a photo that is not there or not the caller’s', async () => {
  const mediaId = await uploaded('author-2');
  for (const [userId, id] of [
    ['author-3', mediaId],
    ['author-2', v7()],
  ] as const) {
    const answer = await send(userId, '/posts', { mediaId: id });
    expect([answer.statusCode, answer.json<Failure>().error]).toEqual([404, 'not-found']);
  }
});

it('signs forms that allow what they say and nothing else', async () => {
  const form = await presigned('author-4');
  const other = originalKey('author-5', form.mediaId);
  expect(await transfer(form, { fields: { key: other } })).toBe(403);
  expect(await transfer(form, { fields: { key: `${form.fields['key']!}/../../author-5/x` } })).toBe(403);
  expect(await transfer(form, { fields: { 'Content-Type': 'text/html' } })).toBe(403);
  expect(await transfer(form, { fields: { acl: 'public-read' } })).toBe(403);
  expect(await transfer(form, { body: Buffer.alloc(0) })).toBeGreaterThanOrEqual(400);
  expect(await objects.head(other)).toBeNull();
  expect(await transfer(form)).toBeLessThan(300);
  // Private: without a signature nobody reads it.
  expect((await fetch(`${form.url}/${form.fields['key']!}`)).status).toBe(403);
});

it('counts likes up to the limit of the hour, and a comment once however often it is sent', async () => {
  const mediaId = await uploaded('author-6');
  await send('author-6', '/posts', { mediaId });
  const likes = [];
  for (let n = 0; n < 7; n += 1) likes.push((await send('fan-1', `/posts/${mediaId}/likes`)).statusCode);
  expect(likes).toEqual([204, 204, 204, 204, 204, 429, 429]);
  const refused = await send('fan-1', `/posts/${mediaId}/likes`);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3000);
  expect((await send('fan-2', `/posts/${mediaId}/likes`)).statusCode).toBe(204);
  expect((await send('fan-2', `/posts/${v7()}/likes`)).statusCode).toBe(404);

  const comment = { commentId: v7(), text: '"; DROP TABLE posts; --' };
  for (let n = 0; n < 3; n += 1)
    expect((await send('fan-1', `/posts/${mediaId}/comments`, comment)).statusCode).toBe(201);
  const [counters] = await select('SELECT likes, comments FROM post_counters WHERE post_id = ?', mediaId);
  expect([counters?.['likes'], counters?.['comments']]).toEqual([6n, 1n]);
  const rows = await select('SELECT user_id, body FROM comments WHERE post_id = ?', mediaId);
  expect(rows.map((row) => ({ ...row }))).toEqual([{ user_id: 'fan-1', body: comment.text }]);
});

it('finishes a post whose upload service died behind the outbox row', async () => {
  const postId = v7();
  const post = {
    postId,
    authorId: 'author-7',
    createdAtMs: Date.now(),
    caption: '',
    fileType: 'image/png' as const,
  };
  await writeOutbox(cassandra, post, Date.now() - 10_000);
  await relay.pass();
  expect((await select('SELECT author_id FROM posts WHERE post_id = ?', postId)).length).toBe(1);
  expect(await outboxOf(postId)).toEqual([]);
});

it('parks what cannot be read, and holds up only the partition of what fails', async () => {
  const authors = ['bad', 'unlucky', 'ok-1', 'ok-2', 'ok-3'];
  const trace = continueTrace(undefined);
  const done: string[] = [];
  let failures = 0;
  const parked: unknown[] = [];
  const kafka = kafkaClient(stack.endpoints, 'worker', log);
  const raw = kafka.producer();
  await raw.connect();
  await raw.send({
    topic: topics.postCreated,
    messages: [
      { key: 'x', value: 'no json' },
      { key: 'x', value: '{}' },
      { key: 'x', value: null },
    ],
  });
  await raw.disconnect();
  for (const authorId of authors)
    await producer.send({
      topic: topics.postCreated,
      key: authorId,
      value: { postId: v7(), authorId, followerCount: 0, createdAtMs: 1 },
      trace,
    });
  const worker = consume(
    kafka,
    {
      group: 'test-workers',
      topic: topics.postCreated,
      schema: postCreated,
      concurrency: 4,
      handle: ({ authorId }, context) => {
        if (authorId === 'bad') throw new Unprocessable('It is bad.');
        if (authorId === 'unlucky' && (failures += 1) < 4) throw new Error('not now');
        if (authors.includes(authorId)) {
          expect(context.trace.traceId).toBe(trace.traceId);
          done.push(authorId);
        }
        return Promise.resolve();
      },
    },
    producer,
    createTelemetry('worker'),
    log,
  );
  closing.push(() => worker.close());
  const monitor = monitorLag(
    kafka,
    { group: 'test-workers', topic: topics.postCreated },
    createTelemetry('lag'),
    log,
  );
  closing.push(() => monitor.close());
  const letters = consume(
    kafka,
    {
      group: 'test-letters',
      topic: topics.deadLetter,
      schema: z.string(),
      concurrency: 1,
      handle: (value) => {
        parked.push(Buffer.from(value, 'base64').toString());
        return Promise.resolve();
      },
    },
    producer,
    createTelemetry('letters'),
    log,
  );
  closing.push(() => letters.close());
  await vi.waitFor(
    () => {
      expect([...done].sort()).toEqual(['ok-1', 'ok-2', 'ok-3', 'unlucky']);
      expect(done.at(-1)).toBe('unlucky');
      expect(parked).toEqual(expect.arrayContaining(['no json', '{}', '', expect.stringContaining('"bad"')]));
      expect(monitor.current()).toMatchObject({ messages: 0, seconds: 0 });
    },
    { timeout: 90_000, interval: 100 },
  );
});

it('accepts posts while Kafka is away, and publishes them when it is back', async () => {
  await stack.processes.kill('kafka-1');
  const mediaId = await uploaded('author-8');
  const created = await send('author-8', '/posts', { mediaId });
  expect(created.statusCode).toBe(201);
  expect((await outboxOf(mediaId)).length).toBe(1);
  await stack.processes.restart('kafka-1');
  const posts = collect(topics.postCreated, postCreated);
  await vi.waitFor(
    async () => {
      await relay.pass();
      expect(await outboxOf(mediaId)).toEqual([]);
      expect(posts.some(({ postId }) => postId === mediaId)).toBe(true);
    },
    { timeout: 120_000, interval: 500 },
  );
});
