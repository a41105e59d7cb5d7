import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endpointsToEnvironment, externalHosts, readEndpoints } from './index.ts';

const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().filter((ip) => !ip.includes('.')),
);
const part = (path: string) =>
  fc.record({
    tls: fc.boolean(),
    hosts: fc.array(fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    user: fc.option(fc.string({ minLength: 1, unit: 'grapheme' })),
    password: fc.option(fc.string({ minLength: 1, unit: 'grapheme' })),
    path: fc.constant(path),
    options: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 2, noNullPrototype: true }),
  });

it('reads back what it writes, whatever host, credential and option', () => {
  fc.assert(
    fc.property(part(''), part('bucket'), part(''), (redis, objectStore, kafka) => {
      const endpoints = { parts: { redis, objectStore, kafka }, routes: { 'a:1': 'b:2' } };
      expect(readEndpoints(endpointsToEnvironment(endpoints))).toEqual(endpoints);
    }),
  );
});

it('refuses what it cannot read and never repeats a password', () => {
  for (const url of ['localhost', 'http://x:1', 'redis://user:secret@host:99999', 'redis://user:secret@']) {
    const read = () => readEndpoints({ FANOUT_LAB_REDIS_URL: url });
    expect(read).toThrow('FL-bad-endpoint');
    expect(read).not.toThrow('secret');
  }
});

it.each([
  [{ FANOUT_LAB_OBJECT_STORE_URL: 'http://key:secret@host:1' }, 'names no bucket'],
  [{ FANOUT_LAB_KAFKA_URL: 'kafkas://user:secret@host?sasl=gssapi' }, 'unknown option sasl'],
  [{ FANOUT_LAB_REDIS_URL: 'redis://user:50%secret@host:1' }, 'stands for nothing'],
])('says what is wrong with %o', (environment, message) => {
  const read = () => readEndpoints(environment);
  expect(read).toThrow(message);
  expect(read).toThrow('FL-bad-endpoint');
});

it('tells loopback from elsewhere', () => {
  const endpoints = readEndpoints({
    FANOUT_LAB_REDIS_URL: 'redis://127.0.0.1:1,127.0.0.2:2,cache.example:3',
    FANOUT_LAB_CDN_URL: 'http://localhost:1',
    FANOUT_LAB_KAFKA_URL: 'kafka://127.0.0.1.example:1',
  });
  expect(externalHosts(endpoints)).toEqual(['cache.example', '127.0.0.1.example']);
});
