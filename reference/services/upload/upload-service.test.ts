import { PassThrough } from 'node:stream';
import { errors, types } from 'cassandra-driver';
import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import { originalKey, type Failure, type Presigned } from '../../contract/index.ts';
import { createLog, createTelemetry } from '../platform/index.ts';
import { createStores, timesSent, type Fate } from './stores.fixture.ts';
import { createUploadService } from './upload-service.ts';

const { writeTimeout, unavailableException } = types.responseErrorCodes;
const timedOut = () => new errors.ResponseError(writeTimeout, 'too few replicas answered');
const unavailable = () => new errors.ResponseError(unavailableException, 'too few replicas alive');

/** @param fates of operations that do not simply work */
function service(fates: Readonly<Record<string, Fate>> = {}, lost?: () => Error) {
  const photos = new Map<string, string>();
  const stores = createStores((operation) => fates[operation] ?? 'works', photos, lost);
  const telemetry = createTelemetry('test');
  const { server, settle } = createUploadService({
    ...stores,
    telemetry,
    log: createLog('test', new PassThrough().resume()),
    checks: {},
  });
  const send = (url: string, payload?: object, userId = 'user-1') =>
    server.inject({
      method: 'POST',
      url,
      headers: { 'x-user-id': userId },
      ...(payload === undefined ? {} : { payload }),
    });
  const upload = (type = 'image/png') => {
    const mediaId = v7();
    photos.set(originalKey('user-1', mediaId), type);
    return mediaId;
  };
  return { server, settle, send, upload, stores, telemetry };
}

it('signs a key of its own below the prefix of the user', async () => {
  const { send } = service();
  const first = (await send('/media', { contentType: 'image/png' })).json<Presigned>();
  const second = (await send('/media', { contentType: 'image/png' })).json<Presigned>();
  expect(first.fields['key']).toBe(`raw/user-1/${first.mediaId}`);
  expect(second.mediaId).not.toBe(first.mediaId);
  for (const payload of [
    {},
    { contentType: 'image/svg+xml' },
    { contentType: 'image/png', key: 'raw/user-2/x' },
  ])
    expect((await send('/media', payload)).statusCode).toBe(400);
});

it('serves nobody without a user from the gateway', async () => {
  const { server } = service();
  const answer = await server.inject({
    method: 'POST',
    url: '/media',
    payload: { contentType: 'image/png' },
  });
  expect(answer.statusCode).toBe(401);
});

it('writes the outbox before the post, and answers before Kafka does', async () => {
  const { send, upload, stores, settle } = service();
  const mediaId = upload();
  expect((await send('/posts', { mediaId, caption: 'x' })).statusCode).toBe(201);
  await settle();
  const writes = stores.executed.filter((name) => name.startsWith('insert') || name.startsWith('delete'));
  expect(writes).toEqual(['insert-outbox', 'insert-post', 'insert-post-by-author', 'delete-outbox']);
  expect(timesSent(stores, mediaId)).toEqual([1, 1]);

  expect((await send('/posts', { mediaId, caption: 'y' })).statusCode).toBe(201);
  await settle();
  expect(stores.posts.get(mediaId)).toContain('x');
  expect(timesSent(stores, mediaId)).toEqual([1, 1]);
});

it.each([
  ['the photo cannot be looked up', { head: 'lost' }, timedOut, 503, 'unavailable'],
  ['too few replicas are alive for the outbox', { 'insert-outbox': 'lost' }, unavailable, 503, 'unavailable'],
  ['too few replicas answered for the outbox', { 'insert-outbox': 'lost' }, timedOut, 504, 'outcome-unknown'],
  [
    'the outbox row is there and the post is not',
    { 'insert-post': 'lost' },
    unavailable,
    504,
    'outcome-unknown',
  ],
] as const)('does not acknowledge a post when %s', async (_what, fates, lost, status, word) => {
  const { send, upload, stores, settle } = service(fates, lost);
  const answer = await send('/posts', { mediaId: upload() });
  await settle();
  expect([answer.statusCode, answer.json<Failure>().error]).toEqual([status, word]);
  expect(answer.body).not.toContain('replicas');
  expect(stores.sent).toEqual([]);
});

it('leaves a post to the relay when Kafka does not take it', async () => {
  const { send, upload, stores, settle, telemetry } = service({ 'send post-created': 'lost' });
  expect((await send('/posts', { mediaId: upload() })).statusCode).toBe(201);
  await settle();
  expect(stores.outbox.size).toBe(1);
  expect(await telemetry.registry.metrics()).toMatch(/fanout_lab_posts_left_to_relay_total\{.*\} 1/);
});

it('makes no post of a type that no worker reads, or of a foreign id', async () => {
  const { send, upload, stores } = service();
  expect((await send('/posts', { mediaId: upload('text/html') })).statusCode).toBe(400);
  expect((await send('/posts', { mediaId: upload() }, 'user-2')).statusCode).toBe(404);
  expect((await send('/posts', { mediaId: '../user-2/x' })).statusCode).toBe(400);
  expect(stores.outbox.size).toBe(0);
});

it('sends an increment once, and says when it does not know what became of it', async () => {
  const made = service({ 'add-like': 'done but not told' }, timedOut);
  const mediaId = made.upload();
  await made.send('/posts', { mediaId });
  const answer = await made.send(`/posts/${mediaId}/likes`);
  expect([answer.statusCode, answer.json<Failure>().error]).toEqual([504, 'outcome-unknown']);
  expect(made.stores.counters.get(`likes ${mediaId}`)).toBe(1);
  await made.settle();
  expect(made.stores.sent.filter(({ topic }) => topic === 'like-events')).toEqual([]);

  const refused = service({ 'add-like': 'lost' }, unavailable);
  const other = refused.upload();
  await refused.send('/posts', { mediaId: other });
  expect((await refused.send(`/posts/${other}/likes`)).statusCode).toBe(503);
});

it('likes although the event is lost, and counts what was lost', async () => {
  const { send, upload, settle, telemetry } = service({ 'send like-events': 'lost' });
  const mediaId = upload();
  await send('/posts', { mediaId });
  expect((await send(`/posts/${mediaId}/likes`)).statusCode).toBe(204);
  await settle();
  expect(await telemetry.registry.metrics()).toMatch(/fanout_lab_like_events_lost_total\{.*\} 1/);
});

it('counts a comment once when it is sent again, and again only when nobody noted it', async () => {
  const { send, upload, stores } = service();
  const mediaId = upload();
  await send('/posts', { mediaId });
  const comment = { commentId: v7(), text: 'x' };
  const url = `/posts/${mediaId}/comments`;
  expect([(await send(url, comment)).statusCode, (await send(url, comment)).statusCode]).toEqual([201, 201]);
  expect(stores.counters.get(`comments ${mediaId}`)).toBe(1);
  // Another user's comment of the same id is another comment.
  expect((await send(url, comment, 'user-2')).statusCode).toBe(201);
  expect([stores.comments.size, stores.counters.get(`comments ${mediaId}`)]).toEqual([2, 2]);
  expect((await send(`/posts/${v7()}/comments`, comment)).statusCode).toBe(404);

  const broken = service({ 'add-comment-count': 'lost' }, unavailable);
  const other = broken.upload();
  await broken.send('/posts', { mediaId: other });
  const answer = await broken.send(`/posts/${other}/comments`, comment);
  expect([answer.statusCode, broken.stores.comments.size]).toEqual([504, 1]);
});
