import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT, UnsecuredJWT } from 'jose';
import sharp from 'sharp';
import { request } from 'undici';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaKey, originalKey, routes, signToken, topics, type FeedPost } from '../contract/index.ts';
import { connectObjects, createLog, createTelemetry, kafkaClient, type Objects } from '../services/index.ts';
import { startStack, type Stack } from '../stack/index.ts';
import { Attacker, send, transfer } from './attacker.fixture.ts';
import { sendRaw } from './raw-http.fixture.ts';
import { picture } from './users.ts';

/** What an attacker tries against a whole stack: docs/security.md has the table. */
let stack: Stack;
let client: Attacker;
let objects: Objects;
let photo: Buffer;
const silent = createLog('attacker', { write: () => undefined });

beforeAll(async () => {
  stack = await startStack({
    profile: 'small',
    environment: process.env,
    settings: { maximumPixels: 1_000_000 },
  });
  client = new Attacker(stack);
  objects = connectObjects(stack.endpoints, createTelemetry('attacker'));
  photo = await picture();
});
afterAll(async () => {
  objects?.close();
  await stack?.stop();
});

const portOf = (part: 'gateway' | 'readLb' | 'uploadLb' | 'cdn') =>
  stack.endpoints.parts[part]!.hosts[0]!.port;

/** Waits for what workers do. */
async function eventually<Result>(
  look: () => Promise<Result | null | false>,
  timeoutMs = 30_000,
): Promise<Result> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error('It did not come about.');
    await sleep(200);
  }
}

const postOf = async (user: string, postId: string): Promise<FeedPost | null> => {
  const { status, text } = await client.detail(user, postId);
  return status === 200 ? (JSON.parse(text) as FeedPost) : null;
};
const isReady = (postId: string) => async () => {
  const post = await postOf('reader', postId);
  return post?.media === 'ready' ? post : null;
};

describe('tokens', () => {
  const key = () => new TextEncoder().encode(stack.settings.jwtSecret);
  const right = (alg = 'HS256') =>
    new SignJWT()
      .setProtectedHeader({ alg })
      .setSubject('u1')
      .setIssuer('fanout-lab')
      .setAudience('fanout-lab-gateway')
      .setExpirationTime('1h');
  const statusWith = async (authorization?: string) =>
    (
      await send(`${client.urlOf('gateway')}${routes.feed.path}`, {
        method: 'GET',
        headers: authorization === undefined ? {} : { authorization },
      })
    ).status;

  it('that are right are let in', async () => {
    expect(await statusWith(`Bearer ${await right().sign(key())}`)).toBe(200);
  });

  it('that are forged, expired, unsigned, for somebody else or missing are not', async () => {
    const unsigned = new UnsecuredJWT().setSubject('u1').setExpirationTime('1h').encode();
    const wrong = [
      undefined,
      'Bearer',
      'Bearer x',
      `Basic ${Buffer.from('u1:x').toString('base64')}`,
      `Bearer ${unsigned}`,
      `Bearer ${await right().sign(new TextEncoder().encode('x'.repeat(64)))}`,
      `Bearer ${await right().setExpirationTime('-1s').sign(key())}`,
      `Bearer ${await right().setAudience('other').sign(key())}`,
      `Bearer ${await right('HS512').sign(key())}`,
      `Bearer ${await signToken('../u2', stack.settings.jwtSecret)}`,
    ];
    for (const authorization of wrong)
      expect([authorization, await statusWith(authorization)]).toEqual([authorization, 401]);
  });
});

describe('direct uploads', () => {
  it('go to one exact key: fields cannot be changed', async () => {
    const form = await client.presign('u1');
    expect(form.fields['key']).toBe(originalKey('u1', form.mediaId));
    const changes: Record<string, (fields: Record<string, string>) => Record<string, string>> = {
      'another user’s prefix': (fields) => ({ ...fields, key: originalKey('u2', form.mediaId) }),
      'out of the prefix by dots': (fields) => ({ ...fields, key: `raw/u1/../u2/${form.mediaId}` }),
      'another name': (fields) => ({ ...fields, key: `${fields['key']!}x` }),
      'a public variant': (fields) => ({ ...fields, key: mediaKey(form.mediaId, 150, 'webp') }),
      'another content type': (fields) => ({ ...fields, 'Content-Type': 'text/html' }),
      'public access': (fields) => ({ ...fields, acl: 'public-read' }),
      'a policy of their own': (fields) => ({ ...fields, ...ownPolicy(fields) }),
    };
    for (const [name, change] of Object.entries(changes)) {
      const { status } = await transfer(form, photo, change);
      expect([name, status !== null && status >= 400 && status < 500]).toEqual([name, true]);
    }
    for (const key of [
      originalKey('u2', form.mediaId),
      `${form.fields['key']!}x`,
      mediaKey(form.mediaId, 150, 'webp'),
    ])
      expect(await objects.head(key)).toBeNull();
  });

  /** The policy, decoded, widened and encoded again: the signature is that of the old one. */
  function ownPolicy(fields: Record<string, string>): Record<string, string> {
    const name = Object.keys(fields).find((field) => field.toLowerCase() === 'policy')!;
    const policy = JSON.parse(Buffer.from(fields[name]!, 'base64').toString()) as { expiration: string };
    return {
      [name]: Buffer.from(JSON.stringify({ ...policy, expiration: '2099-01-01T00:00:00Z' })).toString(
        'base64',
      ),
    };
  }

  it('have 1 byte to 20 MiB', async () => {
    const empty = await transfer(await client.presign('u1'), new Uint8Array());
    expect(empty.status).toBe(400);
    const form = await client.presign('u1');
    const { status } = await transfer(form, new Uint8Array(20 * 2 ** 20 + 1));
    expect(status === null || (status >= 400 && status < 500)).toBe(true);
    expect(await objects.head(form.fields['key']!)).toBeNull();
  });

  it('of content types that are no pictures are not signed', async () => {
    for (const contentType of ['text/html', 'image/svg+xml', 'application/octet-stream', ''])
      expect((await client.ask('u1', 'POST', routes.presign.path, { contentType })).status).toBe(400);
  });

  it('are private until they are processed', async () => {
    const form = await client.presign('u1');
    await transfer(form, photo);
    const { url } = form;
    expect((await send(`${url}/${form.fields['key']!}`, { method: 'GET' })).status).toBe(403);
  });

  it('cannot be made another user’s post', async () => {
    const form = await client.presign('u1');
    await transfer(form, photo);
    const stolen = await client.create('u2', form.mediaId);
    expect(stolen.status).toBeGreaterThanOrEqual(400);
    expect(stolen.status).toBeLessThan(500);
  });

  it('that come again after the post do not change what is shown', async () => {
    const form = await client.presign('u1');
    await transfer(form, photo);
    await client.create('u1', form.mediaId);
    await eventually(isReady(form.mediaId));
    const variant = mediaKey(form.mediaId, 150, 'webp');
    const before = await objects.get(variant, 2 ** 20);
    const other = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#f00' } })
      .jpeg()
      .toBuffer();
    await transfer(form, other);
    await client.create('u1', form.mediaId);
    await sleep(2000);
    expect((await objects.get(variant, 2 ** 20))!.equals(before!)).toBe(true);
  });
});

describe('pictures that are none', () => {
  /** What follows shows that the worker is alive and its partition not blocked. */
  const isQuarantined = async (file: Uint8Array) => {
    const bad = await client.post('u1', file);
    const good = await client.post('u1', photo);
    await eventually(isReady(good));
    await eventually(async () => (await postOf('reader', bad)) === null);
    for (const size of [150, 600, 1080, 2048]) {
      const { status } = await send(`${client.urlOf('cdn')}/i/${bad}/${String(size)}`, { method: 'GET' });
      expect(status).toBe(404);
    }
  };

  it('are quarantined: text, markup, half a photo', async () => {
    await isQuarantined(Buffer.from('<html><script>alert(1)</script></html>'));
    await isQuarantined(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'));
    await isQuarantined(photo.subarray(0, photo.length / 2));
  });

  it('are quarantined: a small file with very many pixels', async () => {
    const bomb = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(300_000);
    await isQuarantined(bomb);
  });
});

describe('paths', () => {
  it('name posts and images, and nothing else', async () => {
    const paths = ['/posts/..%2f..%2fetc%2fpasswd', '/posts/%00', '/posts/x', `/posts/${'a'.repeat(5000)}`];
    for (const path of paths) {
      const { status } = await client.ask('u1', 'GET', path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });

  it('of the CDN do not reach originals', async () => {
    const form = await client.presign('u1');
    await transfer(form, photo);
    const key = form.fields['key']!;
    const paths = [
      `/${key}`,
      `/i/${key}`,
      `/i/${form.mediaId}/150/../../../${key}`,
      `/i/${form.mediaId}/..%2f..%2f${encodeURIComponent(key)}`,
      `/i/..%2f${encodeURIComponent(key)}/150`,
      '/i/../../etc/passwd',
      '/nginx.conf',
    ];
    for (const path of paths) {
      const { statuses } = await sendRaw(
        portOf('cdn'),
        [`GET ${path} HTTP/1.1\r\nHost: cdn\r\nConnection: close\r\n\r\n`],
        { waitMs: 5000 },
      );
      expect([path, statuses[0]! >= 400 && statuses[0]! < 500]).toEqual([path, true]);
    }
  });
});

describe('text of users', () => {
  const script = '"><script>alert(1)</script>\u2028${{7*7}}\'; DROP TABLE posts; --';

  it('comes back as it was, as JSON that no browser takes for a page', async () => {
    const form = await client.presign('u1');
    await transfer(form, photo);
    await client.create('u1', form.mediaId, script);
    const comment = await client.comment('u2', form.mediaId, script);
    expect(comment.status).toBeLessThan(300);
    const { headers, text } = await client.detail('u2', form.mediaId);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(JSON.parse(text)).toMatchObject({ caption: script });
  });

  it('is not repeated in messages of errors as anything but JSON', async () => {
    const { headers, text } = await client.ask('u1', 'GET', `/posts/${encodeURIComponent(script)}`);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(['error', 'message', 'requestId']);
    expect(text).not.toMatch(/at .*\.ts:\d+|node_modules/);
  });
});

describe('requests that two servers read differently', () => {
  const head = async (port: number, method: string, path: string, headers: readonly string[]) => [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${String(port)}`,
    `Authorization: Bearer ${await signToken('u1', stack.settings.jwtSecret)}`,
    ...headers,
    '',
    '',
  ];
  const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  const attempts: Record<string, { headers: string[]; body: string }> = {
    'CL.TE': {
      headers: ['Content-Type: application/json', 'Content-Length: 6', 'Transfer-Encoding: chunked'],
      body: `0\r\n\r\n${smuggled}`,
    },
    'TE.CL': {
      headers: ['Content-Type: application/json', 'Transfer-Encoding: chunked', 'Content-Length: 4'],
      body: `5c\r\n${smuggled}\r\n0\r\n\r\n`,
    },
    'TE.TE': {
      headers: ['Content-Type: application/json', 'Transfer-Encoding: chunked', 'Transfer-Encoding: x'],
      body: `0\r\n\r\n${smuggled}`,
    },
    'two lengths': {
      headers: ['Content-Type: application/json', 'Content-Length: 0', 'Content-Length: 37'],
      body: smuggled,
    },
    'a length with a sign': {
      headers: ['Content-Type: application/json', 'Content-Length: +37'],
      body: smuggled,
    },
    'a space before the colon': {
      headers: ['Content-Type: application/json', 'Transfer-Encoding : chunked', 'Content-Length: 37'],
      body: smuggled,
    },
  };
  const places = ['gateway', 'readLb', 'uploadLb'] as const;

  it.each(places.flatMap((part) => Object.keys(attempts).map((name) => [name, part] as const)))(
    '%s at %s',
    async (name, part) => {
      const { headers, body } = attempts[name]!;
      const port = portOf(part);
      const lines = await head(port, 'POST', routes.presign.path, headers);
      const { statuses, closed } = await sendRaw(port, [lines.join('\r\n') + body], { waitMs: 20_000 });
      // One answer to one request at most, none to what was hidden in its body, and the connection is given up.
      expect(statuses.length).toBeLessThanOrEqual(1);
      expect(statuses.filter((status) => status < 400)).toEqual([]);
      expect(closed).toBe(true);
    },
  );

  it('name a user only by a token, whatever the header of the gateway says', async () => {
    const form = await client.presign('u1');
    await transfer(form, photo);
    // Names that such headers usually have; the gateway's own is removed before it sets it.
    const forged = Object.fromEntries(
      ['x-user-id', 'x-fanout-lab-user', 'x-authenticated-user', 'x-forwarded-user', 'x-user'].map((name) => [
        name,
        'u1',
      ]),
    );
    const answer = await client.ask('u2', 'POST', routes.createPost.path, { mediaId: form.mediaId }, forged);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const anonymous = await send(`${client.urlOf('gateway')}${routes.feed.path}`, {
      method: 'GET',
      headers: forged,
    });
    expect(anonymous.status).toBe(401);
  });

  it('do not make a hop forget the user’s header by naming it in Connection', async () => {
    const answer = await client.ask('u2', 'POST', routes.presign.path, { contentType: 'image/jpeg' });
    expect(answer.status).toBeLessThan(300);
    const lines = [
      `POST ${routes.presign.path} HTTP/1.1`,
      'Host: gateway',
      `Authorization: Bearer ${await signToken('u2', stack.settings.jwtSecret)}`,
      'Connection: close, x-user-id, authorization, content-length',
      'Content-Type: application/json',
      'Content-Length: 28',
      '',
      '{"contentType":"image/jpeg"}',
    ];
    const { text, statuses } = await sendRaw(portOf('gateway'), [lines.join('\r\n')], { waitMs: 5000 });
    // Either it is refused, or it is still u2's.
    if (statuses[0]! < 300) expect(text).toContain('raw/u2/');
  });
});

describe('rate limits', () => {
  it('count a user’s uploads whatever comes in at once, in other words or from elsewhere', async () => {
    const user = 'hasty';
    const ask = (n: number) =>
      client.ask(
        user,
        'POST',
        n % 3 === 0 ? routes.presign.path : `${routes.presign.path}${n % 3 === 1 ? '/' : `?n=${String(n)}`}`,
        { contentType: 'image/jpeg' },
        { 'x-forwarded-for': `10.0.0.${String(n % 250)}`, 'x-real-ip': `10.0.1.${String(n % 250)}` },
      );
    const answers = await Promise.all(Array.from({ length: 160 }, (_, n) => ask(n)));
    const allowed = answers.filter(({ status }) => status !== null && status < 300).length;
    expect(allowed).toBeLessThanOrEqual(100);
    const straight = await Promise.all(
      Array.from({ length: 120 }, () =>
        client.ask(user, 'POST', routes.presign.path, { contentType: 'image/jpeg' }),
      ),
    );
    expect(allowed + straight.filter(({ status }) => status !== null && status < 300).length).toBe(100);
    const refused = straight.find(({ status }) => status === 429)!;
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // Somebody else has his own count.
    await client.presign('patient');
  });
});

describe('queries', () => {
  it('are bounded: by the length of a feed, of a text and of a body', async () => {
    for (const limit of ['0', '-1', '100000', 'NaN', '1e9', '2.5', '20&limit=100000'])
      expect([limit, (await client.ask('u1', 'GET', `${routes.feed.path}?limit=${limit}`)).status]).toEqual([
        limit,
        400,
      ]);
    expect((await client.ask('u1', 'GET', `${routes.feed.path}?all=1`)).status).toBe(400);
    const postId = await client.post('u1');
    expect((await client.comment('u2', postId, 'x'.repeat(2201))).status).toBe(400);
    expect((await client.comment('u2', postId, '')).status).toBe(400);
    const huge = await client.ask('u2', 'POST', routes.createPost.path, {
      mediaId: v7(),
      caption: 'x'.repeat(2 ** 21),
    });
    expect(huge.status === null || huge.status === 413).toBe(true);
    const deep = await client.ask(
      'u2',
      'POST',
      routes.createPost.path,
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    );
    expect(deep.status === null || deep.status === 400 || deep.status === 413).toBe(true);
    const polluted = await client.ask(
      'u2',
      'POST',
      routes.createPost.path,
      `{"mediaId":"${v7()}","__proto__":{"caption":"x"}}`,
    );
    expect(polluted.status).toBe(400);
    // It is still there.
    expect((await client.ask('u1', 'GET', routes.feed.path)).status).toBe(200);
  });
});

describe('slow clients', () => {
  it.each(['gateway', 'readLb', 'uploadLb', 'cdn'] as const)(
    'do not keep %s waiting for the rest of a header',
    async (part) => {
      const { closed } = await sendRaw(
        portOf(part),
        [
          'GET /feed HTTP/1.1\r\nHost: x\r\n',
          ...[2000, 4000, 6000, 8000].map((afterMs) => ({ afterMs, text: `X-${String(afterMs)}: 1\r\n` })),
        ],
        { waitMs: 25_000 },
      );
      expect(closed).toBe(true);
    },
  );

  it('do not keep the gateway waiting for the rest of a body', async () => {
    const { closed } = await sendRaw(
      portOf('gateway'),
      [
        [
          `POST ${routes.presign.path} HTTP/1.1`,
          'Host: gateway',
          `Authorization: Bearer ${await signToken('u1', stack.settings.jwtSecret)}`,
          'Content-Type: application/json',
          'Content-Length: 28',
          '',
          '{"content',
        ].join('\r\n'),
      ],
      { waitMs: 45_000 },
    );
    expect(closed).toBe(true);
  });
});

describe('messages that no consumer can read', () => {
  it('are parked, and do not hold up their partition', async () => {
    const kafka = kafkaClient(stack.endpoints, 'attacker', silent);
    const producer = kafka.producer();
    const parked: { topic: string; reason: string }[] = [];
    const consumer = kafka.consumer({ groupId: 'dead-letter-reader' });
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [topics.deadLetter], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        parked.push({
          topic: message.headers?.['topic']?.toString() ?? '',
          reason: message.headers?.['reason']?.toString() ?? '',
        });
        return Promise.resolve();
      },
    });
    try {
      const bad = [
        'not json',
        '{}',
        '[]',
        'null',
        '',
        '{"postId":1}',
        Buffer.from([0xff, 0xfe]),
        'x'.repeat(100_000),
      ];
      // Every partition of both topics, so that the good ones below are surely behind bad ones.
      for (const topic of [topics.postCreated, topics.uploadComplete])
        await producer.send({
          topic,
          messages: Array.from({ length: 64 }, (_, partition) => ({
            partition,
            key: 'k',
            value: bad[partition % bad.length]!,
          })),
        });
      const postId = await client.post('u1');
      await eventually(isReady(postId), 60_000);
      await eventually(async () => parked.length >= 128, 60_000);
      expect(new Set(parked.map(({ topic }) => topic))).toEqual(
        new Set([topics.postCreated, topics.uploadComplete]),
      );
      expect(parked.every(({ reason }) => reason !== '')).toBe(true);
    } finally {
      await consumer.disconnect();
      await producer.disconnect();
    }
  });
});

describe('logs, metrics and answers', () => {
  it('hold no secret', async () => {
    const token = await signToken('u1', stack.settings.jwtSecret);
    await client.ask('u1', 'GET', routes.feed.path);
    // Errors on the way are logged, too.
    await client.ask('u1', 'POST', routes.createPost.path, 'not json');
    const store = stack.endpoints.parts.objectStore!;
    const secrets = [stack.settings.jwtSecret, store.password, token.split('.')[2]!].filter(
      (secret): secret is string => secret !== null && secret.length > 8,
    );
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    const folder = join(stack.runDirectory, 'logs');
    const logs = readdirSync(folder);
    expect(logs.length).toBeGreaterThan(10);
    for (const file of logs) {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const secret of secrets) expect([file, text.includes(secret)]).toEqual([file, false]);
      expect([file, /eyJ[\w-]{10,}\.[\w-]{10,}\./.test(text)]).toEqual([file, false]);
    }
    for (const { addresses, part } of stack.processes
      .list()
      .filter((process) => process.part === 'services')) {
      const { body, statusCode } = await request(`http://${addresses.at(-1)!}/metrics`);
      const text = await body.text();
      expect([part, statusCode]).toEqual([part, 200]);
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    }
  });

  it('are for those who run it: on the port of clients there are none', async () => {
    for (const path of ['/metrics', '/readyz'])
      expect([path, (await client.ask('u1', 'GET', path)).status]).toEqual([path, 404]);
    const { addresses } = stack.processes.list().find(({ id }) => id === 'gateway-1')!;
    const text = await (await request(`http://${addresses.at(-1)!}/metrics`)).body.text();
    expect(text).toContain('instance="gateway-1"');
    expect(text).not.toMatch(/instance="(?!gateway-)|"u1"|hasty/);
  });
});
