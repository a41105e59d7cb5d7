import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'cassandra-driver';
import { Cluster } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { topics } from '../contract/index.ts';
import { InputError } from '../../scenarios/index.ts';
import { keyspace, tableNames } from '../services/index.ts';
import { stackStatus, startStack, type Stack, type StackOptions } from './index.ts';
import { testEnvironment } from './test-environment.fixture.ts';

const environment = testEnvironment('stores');
const options: StackOptions = {
  profile: 'small',
  environment,
  parts: ['redis', 'cassandra', 'kafka', 'object-store', 'cdn', 'load-balancers'],
};
let stack: Stack;

beforeAll(async () => {
  stack = await startStack(options);
});
afterAll(async () => {
  await stack.stop();
});

const addressOf = (part: 'redis' | 'cassandra' | 'kafka') => stack.endpoints.parts[part]!.hosts;

async function problemOf(action: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).problems[0]!;
}

async function withCluster<Result>(use: (cluster: Cluster) => Promise<Result>): Promise<Result> {
  const cluster = new Cluster([...addressOf('redis')]);
  try {
    return await use(cluster);
  } finally {
    cluster.disconnect();
  }
}

describe('the stores of the small stack', () => {
  it('are a Redis Cluster in which a replica has every write', async () => {
    await withCluster(async (cluster) => {
      for (let i = 0; i < 30; i++) await cluster.set(`key-${String(i)}`, String(i));
      expect(await cluster.get('key-7')).toBe('7');
      expect(cluster.nodes('master')).toHaveLength(3);
      expect(cluster.nodes('slave')).toHaveLength(3);
      const replicated = await Promise.all(
        cluster.nodes('master').map((node) => node.call('WAIT', '1', '5000') as Promise<number>),
      );
      expect(replicated).toEqual([1, 1, 1]);
    });
  });

  it('are Cassandra with the tables of the services', async () => {
    const client = new Client({
      contactPoints: addressOf('cassandra').map(({ host, port }) => `${host}:${String(port)}`),
      localDataCenter: 'datacenter1',
    });
    const { rows } = await client.execute(
      `SELECT table_name FROM system_schema.tables WHERE keyspace_name = '${keyspace}'`,
    );
    await client.shutdown();
    expect(rows.map((row) => String(row.table_name)).sort()).toEqual([...tableNames].sort());
  });

  it('are Kafka with its topics in 64 partitions', async () => {
    const admin = new Kafka({
      brokers: addressOf('kafka').map(({ host, port }) => `${host}:${String(port)}`),
      logLevel: logLevel.NOTHING,
    }).admin();
    await admin.connect();
    const metadata = await admin.fetchTopicMetadata();
    await admin.disconnect();
    const found = Object.fromEntries(
      metadata.topics.map(({ name, partitions }) => [name, partitions.length]),
    );
    expect(found).toEqual({
      [topics.uploadComplete]: 64,
      [topics.postCreated]: 64,
      [topics.likeEvents]: 64,
      [topics.deadLetter]: 1,
    });
  });

  it('have balancers that say 503 while no service is there', async () => {
    for (const part of ['readLb', 'uploadLb'] as const) {
      const { host, port } = stack.endpoints.parts[part]!.hosts[0]!;
      const answer = await fetch(`http://${host}:${String(port)}/feed`);
      expect(answer.status).toBe(503);
    }
  });

  it('listen on loopback only', () => {
    const listening = stack.processes.list().flatMap(({ pid }) => listeningAddresses(pid));
    expect(listening.length).toBeGreaterThanOrEqual(stack.processes.list().length);
    expect(listening.filter((address) => !address.startsWith('127.'))).toEqual([]);
  });

  it('cannot be started twice in one run directory', async () => {
    expect(await problemOf(startStack(options))).toMatchObject({ code: 'FL-stack' });
    expect(stackStatus('small', environment).state).toBe('up');
  });

  it('cannot be started on ports that are taken', async () => {
    const other = { ...environment, FANOUT_LAB_RUN_DIR: `${environment.FANOUT_LAB_RUN_DIR!}-other` };
    const problem = await problemOf(startStack({ ...options, environment: other, parts: ['redis'] }));
    expect(problem.code).toBe('FL-stack');
    expect(problem.message).toContain(`127.0.0.1:${String(addressOf('redis')[0]!.port)}`);
    expect(existsSync(other.FANOUT_LAB_RUN_DIR)).toBe(false);
  });

  it('come back after all that matters was killed at once', async () => {
    const ids = [
      'redis-1',
      'redis-2',
      'redis-3',
      'kafka-1',
      'cassandra-1',
      'object-store',
      'cdn-regional',
      'read-lb',
    ];
    for (const id of ids) {
      await stack.processes.kill(id);
      expect(stack.processes.isRunning(id)).toBe(false);
    }
    // No primary is left to elect a replica: waiting for that would be in vain.
    await Promise.all(ids.map((id) => stack.processes.restart(id)));
    await stack.ready();
    expect(stack.processes.list().filter(({ running }) => !running)).toEqual([]);
  });

  it('keep what a killed Redis primary had, because it comes back as a replica', async () => {
    await withCluster(async (cluster) => {
      for (let i = 0; i < 100; i++) await cluster.set(`kept-${String(i)}`, String(i));
      await Promise.all(cluster.nodes('master').map((node) => node.call('WAIT', '1', '5000')));
    });
    const [primary] = await primaries();
    await stack.processes.kill(primary!);
    await stack.processes.restart(primary!);
    await stack.ready();
    expect(await primaries()).not.toContain(primary);
    await withCluster(async (cluster) => {
      const values = await Promise.all(
        Array.from({ length: 100 }, (_, i) => cluster.get(`kept-${String(i)}`)),
      );
      expect(values).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    });
  });
});

describe('after the end', () => {
  it('nothing is left but the logs', async () => {
    const pids = stack.processes.list().map(({ pid }) => pid);
    await stack.stop();
    const alive = pids.filter(
      (pid) => existsSync(`/proc/${String(pid)}/exe`) && existsSync(`/proc/${String(pid)}/cwd`),
    );
    expect(alive).toEqual([]);
    expect(readdirSync(stack.runDirectory).sort()).toEqual(['.fanout-lab', 'logs']);
    expect(stackStatus('small', environment)).toMatchObject({ state: 'down', processes: [] });
    await startStack({ ...options, parts: ['cdn', 'object-store'] }).then((again) => again.stop());
  });
});

/** Ids of the Redis processes that are primaries now. */
function primaries(): Promise<string[]> {
  return withCluster(async (cluster) => {
    await cluster.ping();
    const ports = cluster.nodes('master').map((node) => String(node.options.port));
    return stack.processes
      .list()
      .filter(({ addresses }) => ports.includes(addresses[0]!.split(':')[1]!))
      .map(({ id }) => id);
  });
}

/** Local addresses of sockets that the process listens on, from /proc/net/tcp and tcp6 (proc(5)). */
function listeningAddresses(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${String(pid)}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${String(pid)}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/net/${family}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9]!))
      .map((fields) => addressFromHex(fields[1]!.split(':')[0]!)),
  );
}

/** The last four bytes, lowest first; an IPv4 address within IPv6 looks the same there. */
function addressFromHex(hex: string): string {
  const mapped = hex.length === 8 || hex.startsWith('0000000000000000FFFF0000');
  if (!mapped) return `[${hex}]`;
  const last = hex.slice(-8);
  return [3, 2, 1, 0].map((byte) => String(parseInt(last.slice(2 * byte, 2 * byte + 2), 16))).join('.');
}
