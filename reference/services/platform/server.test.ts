import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import type { Failure } from '../../contract/index.ts';
import { createLog, createServer, createTelemetry, RequestFailure, requireUser } from './index.ts';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function makeServer(checks: Record<string, () => Promise<void>> = {}) {
  const lines = new PassThrough();
  const server = createServer({
    log: createLog('test', lines),
    telemetry: createTelemetry('test'),
    requestIds: 'forwarded',
    checks,
  });
  servers.push(server);
  return { server, logged: () => (lines.read() as Buffer | null)?.toString() ?? '' };
}

it('has one form of error, and says nothing of our inside', async () => {
  const { server, logged } = makeServer();
  server.get('/ours', () => {
    throw new Error('the password is hunter2');
  });
  server.get('/refused', () => {
    throw new RequestFailure(
      'rate-limited',
      'Later.',
      { 'retry-after': '7' },
      { cause: new Error('inside') },
    );
  });
  server.post('/body', (request) => request.body);

  const ours = await server.inject({ url: '/ours', headers: { 'x-request-id': 'r-1' } });
  expect([ours.statusCode, ours.json<Failure>()]).toEqual([
    500,
    { error: 'internal', message: 'Something went wrong on our side.', requestId: 'r-1' },
  ]);
  expect(logged()).toContain('"requestId":"r-1"');
  const refused = await server.inject('/refused');
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '7']);
  expect(refused.body).not.toContain('inside');

  const json = { 'content-type': 'application/json' };
  for (const [request, status, word] of [
    [{ url: '/nowhere' }, 404, 'not-found'],
    [{ url: '/%zz' }, 400, 'invalid'],
    [{ url: '/body', method: 'POST', payload: '{', headers: json }, 400, 'invalid'],
    [{ url: '/body', method: 'POST', payload: '{"__proto__":{}}', headers: json }, 400, 'invalid'],
    [{ url: '/body', method: 'POST', payload: `"${'x'.repeat(20_000)}"`, headers: json }, 413, 'too-large'],
    [
      { url: '/body', method: 'POST', payload: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'unsupported-media-type',
    ],
  ] as const) {
    const answer = await server.inject(request);
    expect([answer.statusCode, answer.json<Failure>().error]).toEqual([status, word]);
    expect(answer.json<Failure>().requestId).toBe(answer.headers['x-request-id']);
  }
});

it('tells alive from ready, and offers its measurements', async () => {
  let isUp = false;
  const { server } = makeServer({
    store: () => (isUp ? Promise.resolve() : Promise.reject(new Error('away'))),
  });
  server.get('/posts/:postId', () => ({}));
  expect((await server.inject('/healthz')).statusCode).toBe(200);
  const waiting = await server.inject('/readyz');
  expect([waiting.statusCode, waiting.json()]).toEqual([503, { status: 'waiting', store: false }]);
  isUp = true;
  expect((await server.inject('/readyz')).json()).toEqual({ status: 'ready', store: true });

  await server.inject('/posts/1');
  await server.inject('/posts/2');
  const metrics = (await server.inject('/metrics')).body;
  const count = metrics
    .split('\n')
    .find((line) => line.startsWith('fanout_lab_hop_duration_seconds_count{') && line.includes('/posts/'));
  expect(count).toContain('operation="GET /posts/:postId"');
  expect(count).toMatch(/outcome="2xx"\} 2$/);
});

it('takes the id and the trace of a request from the gateway, and nothing that could break a log', async () => {
  const { server } = makeServer();
  server.get('/trace', (request) => ({ id: request.id, traceId: request.trace.traceId }));
  const traceId = 'a'.repeat(32);
  const headers = { 'x-request-id': 'r-2', traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
  expect((await server.inject({ url: '/trace', headers })).json()).toEqual({ id: 'r-2', traceId });
  const odd = await server.inject({ url: '/trace', headers: { 'x-request-id': 'x'.repeat(65) } });
  expect(odd.json<{ id: string }>().id).toMatch(/^[0-9a-f-]{36}$/);
});

it('knows nobody who did not come through the gateway', async () => {
  const { server } = makeServer();
  server.get('/me', (request) => ({ me: requireUser(request) }));
  expect((await server.inject('/me')).statusCode).toBe(401);
  expect((await server.inject({ url: '/me', headers: { 'x-user-id': 'u1' } })).json()).toEqual({ me: 'u1' });
});

it('hangs up on a client that takes too long over its headers', async () => {
  const { server } = makeServer();
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: 'invalid' });
});

it('keeps secrets out of its log, wherever they are', () => {
  const lines = new PassThrough();
  const log = createLog('test', lines);
  log.info({
    authorization: 'S1',
    headers: { authorization: 'S2' },
    request: { headers: { authorization: 'S3' } },
  });
  log.info({
    settings: { jwtSecret: 'S4' },
    endpoint: { password: 'S5' },
    form: { fields: { policy: 'S6' } },
  });
  expect((lines.read() as Buffer).toString()).not.toMatch(/S\d/);
});
