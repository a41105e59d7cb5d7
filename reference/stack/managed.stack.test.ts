import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limitKey, routes, signToken } from '../contract/index.ts';
import { InputError } from '../../scenarios/index.ts';
import { startStack, type Stack } from './index.ts';
import { testEnvironment } from './test-environment.fixture.ts';

/** A cache that somebody else runs: TLS with a certificate of a private authority, and a password. */
const password = 'p@ss:word/1';
const port = 27_990;
const busPort = 27_991;

let folder: string;
let redis: ChildProcess;
let stack: Stack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanout-lab-managed-'));
  certificates();
  redis = spawn(
    'redis-server',
    [
      ...['--port', '0', '--tls-port', String(port), '--cluster-port', String(busPort)],
      ...[
        '--bind',
        '127.0.0.1',
        '--cluster-announce-ip',
        '127.0.0.1',
        '--cluster-enabled',
        'yes',
        '--tls-cluster',
        'yes',
        '--save',
        '',
      ],
      ...['--tls-cert-file', 'server.crt', '--tls-key-file', 'server.key', '--tls-ca-cert-file', 'ca.crt'],
      ...['--tls-auth-clients', 'no', '--requirepass', password, '--masterauth', password],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  await vi.waitFor(() => ask('PING'), { timeout: 20_000, interval: 100 });
  ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  vi.stubEnv('NODE_EXTRA_CA_CERTS', join(folder, 'ca.crt'));
  stack = await startStack({
    profile: 'small',
    environment: {
      ...testEnvironment('managed'),
      FANOUT_LAB_REDIS_URL: `rediss://:${encodeURIComponent(password)}@127.0.0.1:${String(port)}`,
    },
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  redis.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  await stack.stop();
});

function certificates(): void {
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const request = ['-newkey', 'rsa:2048', '-nodes', '-subj'];
  openssl('req', '-x509', ...request, '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '1');
  openssl('req', ...request, '/CN=cache', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(folder, 'san.cnf'), 'subjectAltName=IP:127.0.0.1\n');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-out', 'server.crt', '-days', '1', '-extfile', 'san.cnf'],
  );
}

function ask(...command: string[]): string {
  return execFileSync('redis-cli', ['--tls', '--cacert', 'ca.crt', '-p', String(port), ...command], {
    cwd: folder,
    env: { ...process.env, REDISCLI_AUTH: password },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

describe('a stack with a managed cache', () => {
  it('does not start one', () => {
    const parts = new Set(stack.processes.list().map(({ part }) => part));
    expect(parts).not.toContain('redis');
    expect(parts).toContain('services');
    expect(stack.endpoints.parts.redis).toMatchObject({ tls: true, password });
  });

  it('uses it, with TLS and password', async () => {
    const { host, port: gatewayPort } = stack.endpoints.parts.gateway!.hosts[0]!;
    const token = await signToken('u1', stack.settings.jwtSecret);
    const answer = await fetch(`http://${host}:${String(gatewayPort)}${routes.presign.path}`, {
      method: routes.presign.method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ contentType: 'image/jpeg' }),
    });
    expect(answer.status).toBe(201);
    expect(ask('EXISTS', limitKey('u1', 'upload'))).toBe('1');
  });

  it('refuses to kill, pause or restart it', async () => {
    for (const refused of [
      () => stack.processes.kill('redis-1'),
      () => stack.processes.restart('redis-1'),
      async () => {
        stack.processes.pause('redis-1');
      },
    ])
      await expect(refused()).rejects.toThrow(InputError);
    expect(ask('PING')).toBe('PONG');
  });

  it('leaves it as it is when it ends', async () => {
    await stack.stop();
    expect(ask('PING')).toBe('PONG');
  });
});
