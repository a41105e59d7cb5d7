import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { endpointVariables, externalHosts, readEndpoints } from '../endpoints/index.ts';
import { settingsFrom } from '../contract/index.ts';
import { planCassandra } from './parts/cassandra.ts';
import { planKafka } from './parts/kafka.ts';
import type { PlanContext } from './parts/part.ts';
import { defaultPortBase, portsFrom } from './ports.ts';
import { profiles } from './profile.ts';

/** The rules of the Compose Specification for the members that are used; there is no container engine here. */
const words = z.union([z.string(), z.array(z.string())]);
const composeFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(
    z.string().regex(/^[a-zA-Z0-9._-]+$/),
    z.strictObject({
      image: z.string(),
      command: words.optional(),
      entrypoint: words.optional(),
      // Numbers and booleans in YAML are a trap: "yes" and 1 would not arrive as they are written.
      environment: z.record(z.string(), z.string()).optional(),
      ports: z.array(z.string().regex(/^[\d.]+:\d+:\d+$/)),
      healthcheck: z
        .strictObject({
          test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])], z.string()),
          interval: z.string().regex(/^\d+s$/),
          timeout: z.string().regex(/^\d+s$/),
          retries: z.int().min(1),
        })
        .optional(),
    }),
  ),
});

const text = readFileSync(fileURLToPath(new URL('compose.yaml', import.meta.url)), 'utf8');
const { services } = composeFile.parse(parse(text));
const published = Object.values(services).flatMap(({ ports }) => ports);
const port = portsFrom(defaultPortBase);

const context: PlanContext = {
  profile: profiles.small,
  ports: port,
  settings: settingsFrom({ jwtSecret: 'x'.repeat(32) }),
  routes: () => ({}),
  redisNodeTimeoutMs: 2000,
  directoryOf: (id) => `/${id}`,
  jars: () => [],
  kafkaBootstrap: () => new Uint8Array(),
  programs: { java: 'java' },
};
const fileOf = ({ processes }: ReturnType<typeof planKafka>, name: string): string =>
  String(processes[0]!.files[name]);

describe('compose.yaml', () => {
  it('pins every image to a version', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:[a-z0-9-]*\d+\.\d+\.\d+$/);
  });

  it('publishes the ports of the native stack, on loopback only', () => {
    const expected = [
      ...Array.from({ length: profiles.small.redisShards }, (_, index) => port('redis', index)),
      ...[port('cassandra'), port('kafka'), port('objectStore')],
    ];
    expect(published.every((each) => each.startsWith('127.0.0.1:'))).toBe(true);
    expect(published.map((each) => Number(each.split(':')[1]))).toEqual(expected);
  });

  it('has the versions of the jars', () => {
    for (const [service, set, artifact] of [
      ['cassandra', 'cassandra', 'cassandra-all'],
      ['kafka', 'kafka', 'kafka_2.13'],
      ['object-store', 'object-store', 's3proxy'],
    ] as const) {
      const pom = readFileSync(fileURLToPath(new URL(`jars/${set}/pom.xml`, import.meta.url)), 'utf8');
      const version = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`).exec(pom)![1]!;
      expect(services[service]!.image.endsWith(version)).toBe(true);
    }
  });

  it('has the settings of the native Cassandra, for each line that it sets', () => {
    const native = fileOf(planCassandra(context), 'cassandra.yaml').split('\n');
    const command = [services['cassandra']!.command!].flat().join('\n');
    const set = [...command.matchAll(/^set_line (\S+) (\S+)$/gm)].map(
      ([, name, value]) => `${name!}: ${value!}`,
    );
    expect(set.length).toBeGreaterThan(5);
    for (const line of set) expect(native).toContain(line);
    // A client waits 2 s: the server has to give up before.
    for (const line of native.filter((each) => /_request_timeout|^request_timeout|commitlog_sync/.test(each)))
      expect(set).toContain(line);
  });

  it('has the settings of the native Kafka, but for addresses', () => {
    const native = new Map(
      fileOf(planKafka(context), 'server.properties')
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s) as [string, string]),
    );
    const variables = Object.entries(services['kafka']!.environment!).filter(
      ([name]) => !/LISTENERS$|VOTERS$|HEAP_OPTS$/.test(name),
    );
    for (const [name, value] of variables) {
      const property = name.replace('KAFKA_', '').toLowerCase().replaceAll('_', '.');
      expect([property, native.get(property)?.split(',').toSorted()]).toEqual([
        property,
        value.split(',').toSorted(),
      ]);
    }
    expect(variables.map(([name]) => name)).toContain('KAFKA_BROKER_SESSION_TIMEOUT_MS');
  });

  it('says how to reach what it publishes', () => {
    const variables = Object.fromEntries(
      [...text.matchAll(/^# {3}export (\w+)=(\S+)$/gm)].map((match) => [match[1]!, match[2]!]),
    );
    expect(Object.keys(variables).every((name) => Object.values(endpointVariables).includes(name))).toBe(
      true,
    );
    const endpoints = readEndpoints(variables);
    expect(externalHosts(endpoints)).toEqual([]);
    const reached = Object.values(endpoints.parts).flatMap(({ hosts }) => hosts.map((host) => host.port));
    expect(reached.sort()).toEqual(published.map((each) => Number(each.split(':')[1])).sort());
    const { S3PROXY_IDENTITY, S3PROXY_CREDENTIAL } = services['object-store']!.environment!;
    expect(endpoints.parts.objectStore).toMatchObject({
      user: S3PROXY_IDENTITY,
      password: S3PROXY_CREDENTIAL,
    });
    expect(services['object-store']!.entrypoint).toContainEqual(
      expect.stringContaining(`/data/${endpoints.parts.objectStore!.path} `),
    );
  });
});
