import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limitKey } from '../contract/index.ts';
import { InputError } from '../../scenarios/index.ts';
import { readEndpoints } from '../endpoints/index.ts';
import { UserClient } from '../load/index.ts';
import { connectCassandra, createLog, createTelemetry, kafkaClient } from '../services/index.ts';
import { password, startManagedStores, user, type ManagedStores } from './managed-stores.fixture.ts';
import { Processes } from './processes.ts';
import { RunDirectory } from './run-directory.ts';
import { testEnvironment } from './test-environment.fixture.ts';

const bootstrap = fileURLToPath(new URL('../../scripts/bootstrap.mjs', import.meta.url));
const environment = testEnvironment('managed');
const directory = new RunDirectory(environment['FANOUT_LAB_RUN_DIR']!);
let stores: ManagedStores;

beforeAll(async () => {
  stores = await startManagedStores(environment);
  // As a program of its own: Node reads the certificates that it trusts when it starts.
  await reference('up', '--small');
});
afterAll(async () => {
  await reference('down', '--small');
  await stores.stop();
});

async function reference(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [bootstrap, 'reference', ...args], {
    env: {
      ...process.env,
      ...environment,
      ...stores.environment,
      NODE_EXTRA_CA_CERTS: stores.authority,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${output}`);
}

describe('a stack whose stores are managed', () => {
  it('starts none of them', () => {
    const parts = new Set(directory.readProcesses().map(({ part }) => part));
    expect([...parts].sort()).toEqual(['cdn', 'load-balancers', 'object-store', 'services']);
    const { redis, cassandra, kafka } = readEndpoints(directory.readStack()!.endpoints).parts;
    for (const part of [redis, cassandra, kafka]) expect(part).toMatchObject({ tls: true, user, password });
  });

  it('uses them, with TLS, user and password: from the upload to the feed and the variants', async () => {
    const { settings, endpoints } = directory.readStack()!;
    const client = new UserClient({
      endpoints: readEndpoints(endpoints),
      jwtSecret: settings.jwtSecret,
      timeouts: { readsMs: 10_000, writesMs: 15_000, transfersMs: 15_000, imagesMs: 10_000 },
      now: () => Date.now(),
    });
    const photo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#369' } })
      .jpeg()
      .toBuffer();
    const { form } = await client.presign('u1', 0);
    expect((await client.transfer('u1', 0, form!, photo)).outcome).toBe('ok');
    expect((await client.createPost('u1', 0, form!.mediaId)).outcome).toBe('ok');
    await vi.waitFor(async () => expect(await client.mediaState('u1', form!.mediaId)).toBe('ready'), {
      timeout: 60_000,
      interval: 200,
    });
    await client.close();
    expect(stores.askRedis('EXISTS', limitKey('u1', 'upload'))).toBe('1');
  });

  it('trusts no other authority', async () => {
    // This process was started without the certificate of theirs.
    const managed = readEndpoints(stores.environment);
    await expect(connectCassandra(managed, createTelemetry('test'))).rejects.toThrow(/host/i);
    const lines: string[] = [];
    const log = createLog('test', { write: (line) => void lines.push(line) });
    log.level = 'debug';
    const admin = kafkaClient(managed, 'test', log).admin();
    // It goes on trying for a minute, which nobody waits for.
    admin.connect().catch(() => undefined);
    await vi.waitFor(() => expect(lines.join('')).toMatch(/verify the first certificate/), 20_000);
  });

  it('refuses to kill, pause or restart them', async () => {
    const processes = new Processes(directory, 'detached');
    for (const id of ['redis-1', 'cassandra-1', 'kafka-1'])
      for (const refused of [
        () => processes.kill(id),
        () => processes.restart(id),
        async () => {
          processes.pause(id);
        },
      ])
        await expect(refused()).rejects.toThrow(InputError);
  });

  it('leaves them as they are when it ends', async () => {
    await reference('down', '--small');
    expect(stores.processes.list().map(({ id, running }) => [id, running])).toEqual([
      ['redis-1', true],
      ['cassandra-1', true],
      ['kafka-1', true],
    ]);
  });
});
