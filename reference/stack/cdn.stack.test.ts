import { request } from 'node:http';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cdnTierHeader, mediaKey, originalKey } from '../contract/index.ts';
import { startStack, type Stack } from './index.ts';
import { testEnvironment } from './test-environment.fixture.ts';

let stack: Stack;
let s3: S3Client;

beforeAll(async () => {
  stack = await startStack({
    profile: 'small',
    environment: testEnvironment('cdn'),
    parts: ['object-store', 'cdn'],
  });
  const { hosts, user, password } = stack.endpoints.parts.objectStore!;
  s3 = new S3Client({
    endpoint: `http://${hosts[0]!.host}:${String(hosts[0]!.port)}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: user!, secretAccessKey: password! },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
});
afterAll(async () => {
  s3.destroy();
  await stack.stop();
});

const browser = 'image/avif,image/webp,image/*,*/*;q=0.8';
const old = 'image/png,image/*;q=0.8';

async function put(key: string, body: string, contentType: string, access: 'private' | 'public-read') {
  const Bucket = stack.endpoints.parts.objectStore!.path;
  await s3.send(
    new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType, ACL: access }),
  );
}

/** A photo whose variants are there; each says what it is. */
async function photo(): Promise<string> {
  const id = uuid();
  await put(mediaKey(id, 600, 'webp'), `webp of ${id}`, 'image/webp', 'public-read');
  await put(mediaKey(id, 600, 'jpg'), `jpg of ${id}`, 'image/jpeg', 'public-read');
  return id;
}

interface Answer {
  readonly status: number;
  readonly tier: string | undefined;
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends the path as it is written: `fetch` would tidy it up. */
function get(
  path: string,
  { edge = 0, accept = browser, method = 'GET', headers = {} as Record<string, string>, body = '' } = {},
): Promise<Answer> {
  const { host, port } = stack.endpoints.parts.cdn!.hosts[edge]!;
  // Node does not say the length of a DELETE's body, which then is the beginning of what comes next.
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    request({ host, port, path, method, headers: { accept, ...length, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode!,
          tier: response.headers[cdnTierHeader] as string | undefined,
          type: response.headers['content-type'],
          headers: response.headers,
          body: text,
        });
      });
    })
      .on('error', reject)
      .end(body);
  });
}

describe('the CDN', () => {
  it('finds an image at the origin first, then nearer', async () => {
    const id = await photo();
    expect(await get(`/i/${id}/600`)).toMatchObject({ status: 200, tier: 'origin', body: `webp of ${id}` });
    expect(await get(`/i/${id}/600`)).toMatchObject({ status: 200, tier: 'edge', body: `webp of ${id}` });
    expect(await get(`/i/${id}/600`, { edge: 1 })).toMatchObject({ status: 200, tier: 'regional' });
    expect(await get(`/i/${id}/600`, { edge: 1 })).toMatchObject({ status: 200, tier: 'edge' });
  });

  it('gives WebP to those who take it and JPEG to the others, each from a cache of its own', async () => {
    const id = await photo();
    for (const tier of ['origin', 'edge']) {
      expect(await get(`/i/${id}/600`)).toMatchObject({ type: 'image/webp', body: `webp of ${id}`, tier });
      expect(await get(`/i/${id}/600`, { accept: old })).toMatchObject({
        ...{ type: 'image/jpeg', body: `jpg of ${id}`, tier },
      });
    }
    const { headers } = await get(`/i/${id}/600`);
    expect(headers).toMatchObject({
      vary: 'Accept',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('x-tier');
  });

  it('asks the origin once for what many want at the same time', async () => {
    const id = await photo();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => get(`/i/${id}/600`, { edge: index % 2 })),
    );
    expect(answers.every(({ status, body }) => status === 200 && body === `webp of ${id}`)).toBe(true);
    expect(answers.filter(({ tier }) => tier === 'origin')).toHaveLength(1);
  });

  it('has neither what is not made yet nor what may not be seen, and has it soon after that changes', async () => {
    const id = uuid();
    expect(await get(`/i/${id}/600`)).toMatchObject({ status: 404 });
    const hidden = uuid();
    await put(mediaKey(hidden, 600, 'webp'), 'quarantined', 'image/webp', 'private');
    const answer = await get(`/i/${hidden}/600`);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('quarantined');
    await put(mediaKey(id, 600, 'webp'), 'made', 'image/webp', 'public-read');
    await expect
      .poll(() => get(`/i/${id}/600`), { timeout: 30_000, interval: 500 })
      .toMatchObject({ status: 200, body: 'made' });
  });

  it.each([
    ['of another size', (id: string) => `/i/${id}/601`],
    ['without a size', (id: string) => `/i/${id}`],
    ['by file name', (id: string) => `/i/${id}/600.webp`],
    ['by a path out of the folder', (id: string) => `/i/../media/${id}/600.webp`],
    ['by an encoded path out of the folder', (id: string) => `/i/${id}/600/%2e%2e/%2e%2e/%2e%2e/raw`],
    ['by the path of the regional cache', (id: string) => `/media/${id}/600.webp`],
    ['in upper case', (id: string) => `/i/${id.toUpperCase()}/600`],
    ['with a line break', (id: string) => `/i/${id}/600%0d%0aX-Injected:1`],
    ['that is an original', () => `/${originalKey('u1', uuid())}`],
  ])('has no image %s', async (_, pathOf) => {
    const answer = await get(pathOf(await photo()));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers).not.toHaveProperty('x-injected');
  });

  it('serves no private original, under any tier', async () => {
    const key = originalKey('u1', uuid());
    await put(key, 'as it was sent', 'image/jpeg', 'private');
    const { hosts, path } = stack.endpoints.parts.objectStore!;
    const direct = await fetch(`http://${hosts[0]!.host}:${String(hosts[0]!.port)}/${path}/${key}`);
    expect(direct.status).toBe(403);
    expect((await get(`/${key}`)).status).toBe(404);
    const regional = stack.processes.list().find(({ id }) => id === 'cdn-regional')!.addresses[0]!;
    expect((await fetch(`http://${regional}/${key}`)).status).toBe(404);
  });

  it('reads only, and lets a query, a header or a body change nothing', async () => {
    const id = await photo();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await get(`/i/${id}/600`, { method, body: 'x' })).status).toBeGreaterThanOrEqual(403);
    expect(await get(`/i/${id}/600`, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    await get(`/i/${id}/600`);
    const spoofed = { 'x-forwarded-host': 'evil.example', range: 'bytes=0-1', authorization: 'AWS a:b' };
    expect(await get(`/i/${id}/600?acl&x=1`, { headers: spoofed })).toMatchObject({ tier: 'edge' });
  });

  it('serves what it has while regional cache and origin are away', async () => {
    const warm = await photo();
    const cold = await photo();
    await get(`/i/${warm}/600`);
    await stack.processes.kill('cdn-regional');
    await stack.processes.kill('object-store');
    expect(await get(`/i/${warm}/600`)).toMatchObject({ status: 200, tier: 'edge', body: `webp of ${warm}` });
    expect((await get(`/i/${cold}/600`)).status).toBe(502);
    await stack.processes.restart('cdn-regional');
    await stack.processes.restart('object-store');
    await stack.ready();
    expect(await get(`/i/${cold}/600`)).toMatchObject({ status: 200, body: `webp of ${cold}` });
  });
});
