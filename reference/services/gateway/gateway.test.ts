import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { signToken, type Failure } from '../../contract/index.ts';
import { createLog, createTelemetry } from '../platform/index.ts';
import { createGateway } from './gateway.ts';
import { limitsWithFallback, localLimits, type RateLimits } from './limits.ts';

/** Long enough for HS512 too, so that only the algorithm is wrong where it is. */
const secret = 'a secret of sixty-four characters, which any HMAC of SHA-2 accepts.';
const post = '0190f5b2-7c3a-7000-8000-000000000001';
const closing: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((each) => each.close()));
});

/** A service that tells what reached it. */
async function echo(): Promise<string> {
  const server = Fastify();
  closing.push(server);
  server.all('/*', (request, reply) =>
    reply
      .headers({ 'x-inside': 'machine-7', server: 'secret/1.0', 'retry-after': '3' })
      .code(request.method === 'POST' ? 201 : 200)
      .send({ url: request.url, headers: request.headers, body: request.body }),
  );
  return server.listen({ host: '127.0.0.1', port: 0 });
}

interface Echoed {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const unlimited: RateLimits = { take: () => Promise.resolve(0) };

async function gateway(options: {
  readonly read?: string;
  readonly upload?: string;
  readonly limits?: RateLimits;
}): Promise<FastifyInstance> {
  const server = await createGateway({
    log: createLog('gateway-test', new PassThrough().resume()),
    telemetry: createTelemetry('gateway-test'),
    jwtSecret: secret,
    limits: options.limits ?? unlimited,
    readLb: options.read ?? 'http://127.0.0.1:9',
    uploadLb: options.upload ?? 'http://127.0.0.1:9',
  });
  closing.push(server);
  return server;
}

const bearer = async (userId = 'user-1') => ({ authorization: `Bearer ${await signToken(userId, secret)}` });

it('sends each route to its side, with the user it knows and nothing else of the client', async () => {
  const server = await gateway({ read: await echo(), upload: await echo() });
  const headers = {
    ...(await bearer()),
    'x-user-id': 'somebody-else',
    'x-request-id': 'mine',
    'x-forwarded-for': '10.0.0.1',
    cookie: 'session=1',
    connection: 'x-user-id',
  };
  for (const [method, url, target, payload] of [
    ['GET', '/feed', '/feed', undefined],
    ['GET', '/feed?limit=500', '/feed?limit=500', undefined],
    ['GET', `/posts/${post}`, `/posts/${post}`, undefined],
    ['POST', '/media', '/media', { contentType: 'image/png' }],
    ['POST', '/posts', '/posts', { mediaId: post, caption: '<script>alert(1)</script>' }],
    ['POST', `/posts/${post}/likes`, `/posts/${post}/likes`, undefined],
    ['POST', `/posts/${post}/comments`, `/posts/${post}/comments`, { commentId: post, text: 'ü' }],
  ] as const) {
    const answer = await server.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    expect([url, answer.statusCode]).toEqual([url, method === 'POST' ? 201 : 200]);
    const reached = answer.json<Echoed>();
    expect(reached.url).toBe(target);
    expect(reached.body ?? undefined).toEqual(payload);
    const { host: _host, 'content-length': _length, 'content-type': _type, ...rest } = reached.headers;
    expect(rest).toEqual({
      connection: 'keep-alive',
      'x-user-id': 'user-1',
      'x-request-id': answer.headers['x-request-id'],
      traceparent: expect.stringMatching(/^00-/) as string,
    });
    expect(answer.headers['x-inside']).toBeUndefined();
    expect(answer.headers['server']).toBeUndefined();
    expect(answer.headers['retry-after']).toBe('3');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }
});

it('goes on in the trace of the client', async () => {
  const server = await gateway({ read: await echo() });
  const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  const answer = await server.inject({ url: '/feed', headers: { ...(await bearer()), traceparent } });
  const passed = answer.json<Echoed>().headers['traceparent'];
  expect(passed).toContain('c'.repeat(32));
  expect(passed).not.toContain('d'.repeat(16));
});

it('refuses whoever cannot prove who he is, and all in the same words', async () => {
  const server = await gateway({ read: await echo() });
  const key = new TextEncoder().encode(secret);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const sign = ({
    algorithm = 'HS256',
    subject = 'user-1',
    issuer = 'fanout-lab',
    audience = 'fanout-lab-gateway',
    expires = (nowSeconds + 60) as number | null,
    signedWith = key,
  } = {}) =>
    new SignJWT({
      sub: subject,
      iss: issuer,
      aud: audience,
      ...(expires === null ? {} : { exp: expires }),
    })
      .setProtectedHeader({ alg: algorithm })
      .sign(signedWith);
  const good = await sign();
  expect(
    (await server.inject({ url: '/feed', headers: { authorization: `Bearer ${good}` } })).statusCode,
  ).toBe(200);
  const [head, , signature] = good.split('.');
  const claims = Buffer.from(JSON.stringify({ sub: 'user-2', exp: nowSeconds + 60 })).toString('base64url');
  const unsigned = new UnsecuredJWT({ sub: 'user-1', iss: 'fanout-lab', aud: 'fanout-lab-gateway' })
    .setExpirationTime('1h')
    .encode();
  const tokens = {
    none: undefined,
    'another scheme': `Basic ${good}`,
    'algorithm none': `Bearer ${unsigned}`,
    expired: `Bearer ${await sign({ expires: nowSeconds - 1 })}`,
    'without an end': `Bearer ${await sign({ expires: null })}`,
    'another key': `Bearer ${await sign({ signedWith: new TextEncoder().encode('x'.repeat(32)) })}`,
    'another algorithm': `Bearer ${await sign({ algorithm: 'HS512' })}`,
    'for another system': `Bearer ${await sign({ audience: 'others' })}`,
    'of another issuer': `Bearer ${await sign({ issuer: 'others' })}`,
    'a subject that is a path': `Bearer ${await sign({ subject: '../user-2' })}`,
    'claims exchanged': `Bearer ${head}.${claims}.${signature}`,
    'two tokens': `Bearer ${good} ${good}`,
  };
  const bodies = new Set<string>();
  for (const [what, authorization] of Object.entries(tokens)) {
    const answer = await server.inject({
      url: '/feed',
      headers: authorization === undefined ? {} : { authorization },
    });
    expect([what, answer.statusCode]).toEqual([what, 401]);
    const { error, message } = answer.json<Failure>();
    bodies.add(`${error} ${message}`);
  }
  expect([...bodies]).toEqual(['unauthorized A valid token is needed.']);
});

it('knows no other path, method, parameter or body', async () => {
  const server = await gateway({ read: await echo(), upload: await echo() });
  const headers = await bearer();
  for (const [method, url, status] of [
    ['GET', '/posts/..%2f..%2fmetrics', 400],
    ['GET', '/posts/not-an-id', 400],
    ['GET', '/feed?limit=0', 400],
    ['GET', '/feed?limit=1&limit=2', 400],
    ['GET', '/feed?user=user-2', 400],
    ['GET', '/feed/../media', 404],
    ['GET', '//feed', 404],
    ['DELETE', '/feed', 404],
    ['GET', '/media', 404],
    ['GET', '/metrics', 404],
    ['GET', '/readyz', 404],
    ['POST', '/posts/not-an-id/likes', 400],
  ] as const) {
    const answer = await server.inject({ method, url, headers });
    expect([url, answer.statusCode]).toEqual([url, status]);
  }
  const withBody = await server.inject({ method: 'GET', url: '/feed', headers, payload: '{}' });
  expect(withBody.statusCode).toBe(400);
  const large = { mediaId: post, caption: 'x'.repeat(20_000) };
  expect((await server.inject({ method: 'POST', url: '/posts', headers, payload: large })).statusCode).toBe(
    413,
  );
});

it('limits each user and action by itself, also when the shared count is away', async () => {
  const local = localLimits({ upload: 2, like: 3 }, () => 0);
  const away: RateLimits = { take: () => Promise.reject(new Error('CLUSTERDOWN')) };
  const log = createLog('test', new PassThrough().resume());
  const server = await gateway({ upload: await echo(), limits: limitsWithFallback(away, local, log) });
  const presign = async (userId: string) =>
    server.inject({
      method: 'POST',
      url: '/media',
      headers: await bearer(userId),
      payload: { contentType: 'image/png' },
    });
  const like = async () =>
    server.inject({ method: 'POST', url: `/posts/${post}/likes`, headers: await bearer() });

  expect((await presign('user-1')).statusCode).toBe(201);
  expect((await presign('user-1')).statusCode).toBe(201);
  const refused = await presign('user-1');
  expect([refused.statusCode, refused.json<Failure>().error]).toEqual([429, 'rate-limited']);
  expect(refused.headers['retry-after']).toBe('3600');
  expect((await presign('user-2')).statusCode).toBe(201);
  const likes = [await like(), await like(), await like(), await like()];
  expect(likes.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 429]);
});

it('says in its own form what a load balancer says in HTML', async () => {
  const balancer = Fastify();
  closing.push(balancer);
  balancer.post('/posts', (_request, reply) =>
    reply.code(503).type('text/html').send('<h1>No server is available</h1>'),
  );
  const server = await gateway({ upload: await balancer.listen({ host: '127.0.0.1', port: 0 }) });
  const answer = await server.inject({
    method: 'POST',
    url: '/posts',
    payload: { mediaId: post },
    headers: await bearer(),
  });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    503,
    'application/json; charset=utf-8',
  ]);
  expect(answer.json<Failure>().error).toBe('unavailable');
});

it('says what may have become of a request that was not answered', async () => {
  const tcp = createTcpServer((socket: Socket) => {
    socket.once('data', () => socket.destroy());
  });
  closing.push(tcp);
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const breaking = `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  const nobody = await gateway({});
  const request = {
    method: 'POST',
    url: '/posts',
    payload: { mediaId: post },
    headers: await bearer(),
  } as const;
  const refused = await nobody.inject(request);
  expect([refused.statusCode, refused.json<Failure>().error]).toEqual([503, 'unavailable']);
  const broken = await (await gateway({ upload: breaking })).inject(request);
  expect([broken.statusCode, broken.json<Failure>().error]).toEqual([502, 'bad-gateway']);
});
