import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import type { TraceRequest } from '../../scenarios/sampling/index.ts';
import { readEndpoints } from '../endpoints/index.ts';
import { UserClient, type Ended } from './client.ts';
import { generateLoad } from './generator.ts';
import { operation } from './history.ts';
import { assertPunctual, latenessBoundMs } from './start.ts';

const servers: Server[] = [];
const clients: UserClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A stack in one server: the gateway, the object store and the CDN. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(url: string, timeoutMs = 5000): UserClient {
  const startMs = performance.now();
  const client = new UserClient({
    endpoints: readEndpoints({ FANOUT_LAB_GATEWAY_URL: url, FANOUT_LAB_CDN_URL: url }),
    jwtSecret: 'x'.repeat(32),
    timeouts: { readsMs: timeoutMs, writesMs: timeoutMs, transfersMs: timeoutMs, imagesMs: timeoutMs },
    now: () => performance.now() - startMs,
  });
  clients.push(client);
  return client;
}

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** Runs `requests` and returns what ended, in that order. */
async function run(
  client: UserClient,
  requests: readonly TraceRequest[],
  drawn: readonly TraceRequest[] = [],
): Promise<readonly Ended[]> {
  const startMs = performance.now();
  const ended: Ended[] = [];
  await generateLoad({
    trace: {
      graph: { users: 0, accounts: [], followees: [] },
      postsBefore: ['u1'],
      requests,
      afterAcknowledgement: (_, sinceNs) =>
        drawn.map((request) => ({ ...request, atNs: sinceNs + request.atNs })),
    },
    postsBefore: [v7()],
    pictures: [Buffer.from('a photo')],
    client,
    durationMs: 400,
    now: () => performance.now() - startMs,
    record: (one) => ended.push(one),
  });
  for (const [n, one] of ended.entries()) operation.parse({ ...one, n });
  return ended;
}

const like = (atMs: number): TraceRequest => ({
  atNs: atMs * 1e6,
  user: 'u2',
  client: 'c',
  flow: 'like',
  post: { before: 0 },
});
const upload = (event: string | null): TraceRequest => ({
  ...{ atNs: 0, user: 'u1', client: 'c', flow: 'photo-upload', sizeBytes: 7, picture: 5, event },
});

describe('outcomes', () => {
  it.each([
    [201, 'ok', null],
    [429, 'failed', 'rate-limited'],
    [404, 'failed', 'rate-limited'],
    [503, 'unknown', 'rate-limited'],
  ])('takes status %i as %s', async (status, outcome, error) => {
    const client = clientOf(await serve((_, response) => json(response, status, { error: 'rate-limited' })));
    expect(await client.like('u1', 0, v7())).toMatchObject({ outcome, status, error });
  });

  it('does not know what became of a request that is not answered, or cut off', async () => {
    const silent = clientOf(await serve(() => undefined), 100);
    expect(await silent.like('u1', 0, v7())).toMatchObject({
      outcome: 'unknown',
      status: null,
      error: 'timeout',
    });
    const cut = clientOf(await serve((request) => request.socket.destroy()));
    expect(await cut.like('u1', 0, v7())).toMatchObject({ outcome: 'unknown', status: null, error: 'reset' });
  });

  it('knows that a refused connection had no effect', async () => {
    const url = await serve(() => undefined);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server!.close(resolve));
    expect(await clientOf(url).like('u1', 0, v7())).toMatchObject({ outcome: 'failed', error: 'refused' });
  });
});

describe('the generator', () => {
  it('sends at the intended times whatever has become of earlier requests', async () => {
    const held: ServerResponse[] = [];
    const all = 40;
    const url = await serve((_, response) => {
      held.push(response);
      // Nothing is answered before everything was sent: a closed loop would wait for ever.
      if (held.length === all) for (const one of held) json(one, 201, {});
    });
    const ended = await run(
      clientOf(url),
      Array.from({ length: all }, (_, i) => like(i * 5)),
    );
    expect(ended.map(({ outcome }) => outcome)).toEqual(Array(all).fill('ok'));
    for (const { intendedMs, sentMs, endedMs } of ended) {
      expect(sentMs).toBeGreaterThanOrEqual(intendedMs);
      expect(endedMs).toBeGreaterThanOrEqual((all - 1) * 5);
    }
  });

  it('uploads in three steps, and lets readers and likes follow on the acknowledgement of a whale', async () => {
    const mediaId = v7();
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (request.url === '/media')
        json(response, 201, { mediaId, url: `${url}/bucket`, fields: { key: 'raw' }, expiresAtMs: 0 });
      else if (request.url === '/posts') json(response, 201, { postId: mediaId, createdAtMs: 17 });
      else response.writeHead(204).end();
    });
    const drawn: TraceRequest = { ...like(0), post: { event: 'post' } } as TraceRequest;
    const ended = await run(clientOf(url), [upload('post')], [drawn]);
    expect(seen).toEqual(['POST /media', 'POST /bucket', 'POST /posts', `POST /posts/${mediaId}/likes`]);
    expect(ended.map(({ kind }) => kind)).toEqual(['presign', 'media-transfer', 'create-post', 'like']);
    expect(ended[2]).toMatchObject({ postId: mediaId, authorId: 'u1', createdAtMs: 17 });
    // Each step is meant to begin when the one before has ended.
    expect(ended[1]!.intendedMs).toBe(ended[0]!.endedMs);
    expect(ended[2]!.intendedMs).toBe(ended[1]!.endedMs);
  });

  it('ends an upload with the step that is not acknowledged', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/media')
        json(response, 201, { mediaId: v7(), url: `${url}/bucket`, fields: {}, expiresAtMs: 0 });
      else json(response, 503, { error: 'unavailable' });
    });
    const ended = await run(clientOf(url), [upload('post')], [like(0)]);
    expect(ended.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['presign', 'ok'],
      ['media-transfer', 'unknown'],
    ]);
  });

  it('looks at the pictures of a feed that have variants, once the feed is there', async () => {
    const [ready, pending] = [v7(), v7()];
    const url = await serve((request, response) => {
      if (request.url === '/feed')
        json(response, 200, {
          posts: [
            { postId: ready, media: 'ready' },
            { postId: pending, media: 'pending' },
          ],
          source: 'cache',
        });
      else response.writeHead(200, { 'content-type': 'image/webp', 'x-cache-tier': 'edge' }).end('x');
    });
    const views = [0, 1, 2].map((position) => ({ position, sizePx: 600, accept: 'image/webp' as const }));
    const ended = await run(clientOf(url), [{ atNs: 0, user: 'u1', client: 'c', flow: 'feed-read', views }]);
    expect(ended).toMatchObject([
      { kind: 'feed-read', posts: [ready, pending], source: 'cache' },
      { kind: 'image-view', postId: ready, contentType: 'image/webp', cache: 'edge' },
    ]);
    expect(ended[1]!.intendedMs).toBe(ended[0]!.endedMs);
  });
});

it('does not take a late generator’s figures for those of the stack', () => {
  const report = (p99Ms: number) => ({ lateness: { p99Ms, maxMs: 900 } });
  expect(() => assertPunctual(report(latenessBoundMs))).not.toThrow();
  expect(() => assertPunctual(report(latenessBoundMs + 1))).toThrow('FL-generator-late');
  expect(() => assertPunctual(report(80), 100)).not.toThrow();
});
