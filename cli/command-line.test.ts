import { spawn } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../scripts/bootstrap.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function fanoutLab(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

/** A file of this size that takes no space on the disk. */
function sparseFile(name: string, bytes: number): string {
  const descriptor = openSync(join(folder, name), 'w');
  ftruncateSync(descriptor, bytes);
  closeSync(descriptor);
  return name;
}

/** A second of M/M/1: enough to have figures. */
const quick = ['simulate', 'mm1', '--short'];

const mm1 = {
  format: 'fanout-lab/scenario',
  version: 1,
  id: 'one-server',
  title: 'One server',
  design: {
    nodes: [
      {
        id: 'client',
        kind: 'Client',
        config: { flow: 'work', arrivals: { process: 'poisson', ratePerSecond: 100 } },
      },
      {
        id: 'server',
        kind: 'Service',
        config: { servers: 1, serviceTime: { distribution: 'exponential', meanMs: 2 } },
      },
    ],
    edges: [{ source: 'client', target: 'server' }],
  },
  run: { durationSeconds: 20, warmupSeconds: 2, seed: 3 },
};

describe.concurrent('bad input ends with exit code 2 and one coded line without a stack trace', () => {
  it.each<[code: string, args: string[], says: string]>([
    ['FL-usage', [], 'No command'],
    ['FL-usage', ['simulat'], 'simulat'],
    ['FL-usage', ['simulate'], 'scenario'],
    ['FL-usage', ['simulate', 'mm1', 'mmc'], 'many'],
    ['FL-usage', ['simulate', 'mm1', '--sed', '1'], '--sed'],
    ['FL-usage', ['simulate', 'mm1', '--seed', '-1'], '--seed'],
    ['FL-usage', ['simulate', 'mm1', '--seed', '1e99'], '--seed'],
    ['FL-usage', ['simulate', 'mm1', '--seed', '9007199254740992'], '--seed'],
    ['FL-usage', ['simulate', 'mm1', '--replications', '0'], '--replications'],
    ['FL-usage', ['simulate', 'mm1', '--replications', '2.5'], '--replications'],
    ['FL-usage', ['simulate', 'mm1', '--duration', '0'], '--duration'],
    ['FL-usage', ['simulate', 'mm1', '--duration', 'NaN'], '--duration'],
    ['FL-usage', ['simulate', 'mm1', '--engine', 'magic'], '--engine'],
    ['FL-usage', ['simulate', 'mm1', '--json'], '--json'],
    ['FL-usage', ['simulate', 'mm1', '--sensitivity', 'play'], 'work'],
    ['FL-usage', ['simulate', 'mm1', '--sensitivity', '--compare', 'mmc'], '--compare'],
    ['FL-usage', ['simulate', 'mm1', '--sensitivity', '--replications', '1'], '--replications'],
    ['FL-usage', ['simulate', 'mm1', '--explain', 'work:p100'], 'p99.9'],
    ['FL-usage', ['simulate', 'mm1', '--explain', 'work:p99:p50'], '--explain'],
    ['FL-usage', ['simulate', 'mm1', '--explain', 'wok'], 'Name one of work.'],
    ['FL-not-yet', ['simulate', 'mm1', '--engine', 'fluid'], 'fluid'],
    ['FL-not-yet', ['simulate', 'mm1', '--profile', 'p.json'], 'profile'],
    ['FL-not-yet', ['sweep', '--json', '-'], 'sweep'],
    ['FL-not-yet', ['sweep', 'mm1', '--set', 'a.b=1,2'], 'sweep'],
    ['FL-not-yet', ['grade', 'mm1', '--scenarios', 'x', '--json', '-'], 'grade'],
    ['FL-usage', ['start', '--port', '70000'], '70000'],
    ['FL-usage', ['reference', 'sideways'], 'up'],
    ['FL-usage', ['reference', 'up', '--only', 'redis,postgres'], 'postgres'],
    ['FL-missing', ['replay', 'mm1'], 'reference'],
    ['FL-usage', ['replay', 'mm1', '--seed', 'x'], '--seed'],
    ['FL-usage', ['simulate', 'mm1', '--short', '--reference'], '--reference'],
    ['FL-not-yet', ['calibrate', 'mm1', 'mmc'], 'calibrate'],
    ['FL-file-not-found', ['simulate', 'no-such'], 'mm1'],
    ['FL-file-not-found', ['simulate', 'a'.repeat(300)], 'built-in'],
    ['FL-file-not-found', ['simulate', ''], 'built-in'],
    ['FL-file-not-found', ['simulate', '__proto__'], 'built-in'],
    ['FL-unreadable', ['simulate', '.'], 'regular file'],
    ['FL-unreadable', ['simulate', '/dev/zero'], 'regular file'],
    ['FL-file-too-large', ['simulate', sparseFile('large.json', 100e6)], '95.4 MiB'],
    ['FL-not-json', ['simulate', file('empty.json', '')], 'JSON'],
    ['FL-not-json', ['simulate', file('latin1.json', new Uint8Array([0x7b, 0xe9, 0x7d]))], 'UTF-8'],
    ['FL-not-json', ['simulate', file('escape.json', '{"\u001b[2J')], 'JSON'],
    [
      'FL-wrong-format',
      ['simulate', file('version.json', '{"format":"fanout-lab/scenario","version":2}')],
      'version',
    ],
    ['FL-cannot-write', [...quick, '--json', '.'], 'folder'],
    ['FL-cannot-write', [...quick, '--json', 'no/such/folder/result.json'], 'no/such/folder'],
    ['FL-warmup', ['simulate', file('mm1.json', JSON.stringify(mm1)), '--duration', '1'], 'warm-up'],
  ])('%s: %j', async (code, args, says) => {
    const { status, stdout, stderr } = await fanoutLab(...args);
    expect(stderr).toContain(says);
    expect(stderr.split(/[: ]/)[0]).toBe(code);
    expect(stderr).not.toMatch(/^\s+at /m);
    // eslint-disable-next-line no-control-regex -- an escape sequence from a file must not reach the terminal
    expect(stderr).not.toMatch(/\u001b/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe.concurrent('simulate', () => {
  file('one-server.json', JSON.stringify(mm1));

  it('prints the figures of a file and writes the result', async () => {
    const { status, stdout, stderr } = await fanoutLab(
      'simulate',
      'one-server.json',
      '--json',
      'result.json',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('One server');
    expect(stdout).toMatch(/^ +work +\d/m);
    const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Record<string, unknown>;
    expect(result).toMatchObject({
      format: 'fanout-lab/result',
      version: 1,
      scenario: 'one-server',
      engine: 'exact',
      seed: 3,
      replications: 1,
      simulatedSeconds: 20,
    });
    expect(stdout).toContain(result.digest);
  });

  it('writes nothing but JSON under --json -', async () => {
    const { status, stdout, stderr } = await fanoutLab('simulate', 'one-server.json', '--json', '-');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toHaveProperty('format', 'fanout-lab/result');
  });

  it('takes seed and duration from the command line', async () => {
    const { stdout } = await fanoutLab(
      ...['simulate', 'one-server.json', '--seed', '11', '--duration', '8', '--json', '-'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ seed: 11, simulatedSeconds: 8 });
  });

  it('finds the parameter that moves the p99 most, which changes no figure', async () => {
    const run = ['simulate', 'one-server.json', '--duration', '5', '--replications', '2', '--json', '-'];
    const [plain, asked] = await Promise.all([fanoutLab(...run), fanoutLab(...run, '--sensitivity', 'work')]);
    expect(asked.stderr).toBe('');
    const { digest } = JSON.parse(plain.stdout) as { digest: string };
    const changed = { path: 'server.serviceTime', from: 2, to: 2.5 };
    expect(JSON.parse(asked.stdout)).toMatchObject({
      digest,
      sensitivity: {
        flow: 'work',
        pairs: 2,
        changes: expect.arrayContaining([expect.objectContaining(changed)]),
      },
    });
  });

  it('ends with 3 under --check when an expectation fails, and with 0 without', async () => {
    const expectations = [
      { id: 'fast', claim: 'too good to be true', metric: 'flows.work.latencyMs.p99', atMost: 0.001 },
      { id: 'slow', claim: 'true', metric: 'flows.work.latencyMs.p99', atLeast: 0.001 },
    ];
    file('expects.json', JSON.stringify({ ...mm1, expectations }));
    const checked = await fanoutLab('simulate', 'expects.json', '--check');
    expect(checked.status).toBe(3);
    expect(checked.stderr).toBe('Expectations that failed: fast.\n');
    expect(checked.stdout).toMatch(/^ +FAIL +fast/m);
    expect(checked.stdout).toMatch(/^ +pass +slow/m);
    expect(await fanoutLab('simulate', 'expects.json')).toHaveProperty('status', 0);
  });

  it('ends with 2 for a metric that does not exist', async () => {
    const expectations = [{ id: 'x', claim: 'x', metric: 'flows.nothing.latencyMs.p99', atMost: 1 }];
    file('metric.json', JSON.stringify({ ...mm1, expectations }));
    const { status, stderr } = await fanoutLab('simulate', 'metric.json');
    expect(stderr).toMatch(/^FL-bad-metric metric\.json: expectations\[0\]\.metric: .* Did you mean "/);
    expect(status).toBe(2);
  });
});

describe('help', () => {
  it('lists every command of the contract and ends with 0', async () => {
    const { status, stdout } = await fanoutLab('--help');
    expect(status).toBe(0);
    for (const command of [
      ...['start', 'simulate', 'claims', 'verify', 'sweep', 'grade', 'reference', 'replay', 'calibrate'],
      ...['bench', 'build'],
    ])
      expect(stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
  });
});
