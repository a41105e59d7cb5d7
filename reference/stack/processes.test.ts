import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../scenarios/index.ts';
import { identify, isAlive } from './process-identity.ts';
import type { PlannedProcess } from './process-spec.ts';
import { Processes, type Lifetime } from './processes.ts';
import { RunDirectory } from './run-directory.ts';

let directory: RunDirectory;
let processes: Processes;

beforeEach(() => {
  directory = new RunDirectory(mkdtempSync(join(tmpdir(), 'fanout-lab-processes-')));
  directory.create();
  processes = new Processes(directory, 'owner');
});
afterEach(async () => {
  await processes.endAll();
  rmSync(directory.path, { recursive: true });
});

/** A shell with a child of its own, as a server with workers. */
function family(id: string, stopSignal: PlannedProcess['stopSignal'] = 'SIGTERM'): PlannedProcess {
  return {
    id,
    part: 'services',
    node: 'feed-service',
    order: 1,
    addresses: [],
    command: '/bin/sh',
    args: ['-c', 'echo "started $GREETING"; sleep 300 & wait'],
    environment: { GREETING: 'hello' },
    stopSignal,
    files: { 'conf/a.conf': 'content' },
    folders: ['data'],
  };
}

const statesOf = (pids: readonly number[]): string[] =>
  pids.map((pid) => {
    try {
      return readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ')[1]![0]!;
    } catch {
      return 'gone';
    }
  });

const pidOf = (id: string): number => processes.list().find((process) => process.id === id)!.pid;

async function childrenOf(pid: number): Promise<number[]> {
  for (;;) {
    const found = readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    });
    if (found.length > 0) return found.map(Number);
    await sleep(5);
  }
}

describe('a process of the stack', () => {
  it('runs in its folder with its files and environment, and writes its log', async () => {
    processes.create(family('a'));
    const path = directory.partPath('a');
    expect(readFileSync(join(path, 'conf/a.conf'), 'utf8')).toBe('content');
    expect(existsSync(join(path, 'data'))).toBe(true);
    while (directory.logTail('a') === '') await sleep(5);
    expect(directory.logTail('a')).toBe('started hello');
    expect(processes.isRunning('a')).toBe(true);
    expect(processes.list()).toMatchObject([{ id: 'a', running: true, node: 'feed-service' }]);
  });

  it('is killed with its children, and starts again on its data', async () => {
    processes.create(family('a'));
    const first = pidOf('a');
    const children = await childrenOf(first);
    await processes.kill('a');
    expect(statesOf([first, ...children]).every((state) => state === 'gone' || state === 'Z')).toBe(true);
    expect(processes.isRunning('a')).toBe(false);
    writeFileSync(join(directory.partPath('a'), 'conf/a.conf'), 'changed');
    await processes.restart('a');
    expect(processes.isRunning('a')).toBe(true);
    expect(pidOf('a')).not.toBe(first);
    expect(readFileSync(join(directory.partPath('a'), 'conf/a.conf'), 'utf8')).toBe('changed');
  });

  it('waits with a restart until that does no harm', async () => {
    const order: string[] = [];
    const guarded = new Processes(directory, 'owner', (id) => {
      order.push(`${id} may start, it runs: ${String(guarded.isRunning(id))}`);
      return Promise.resolve();
    });
    guarded.create(family('a'));
    await guarded.restart('a');
    expect(order).toEqual(['a may start, it runs: false']);
  });

  it('stands still with its children, and goes on', async () => {
    processes.create(family('a'));
    const members = [pidOf('a'), ...(await childrenOf(pidOf('a')))];
    processes.pause('a');
    while (statesOf(members).some((state) => state !== 'T')) await sleep(5);
    expect(processes.isRunning('a')).toBe(true);
    processes.resume('a');
    while (statesOf(members).some((state) => state !== 'S')) await sleep(5);
  });

  it('is named in the error when nobody started it', async () => {
    processes.create(family('a'));
    const error = await processes.kill('kafka-1').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    const [problem] = (error as InputError).problems;
    expect(problem).toMatchObject({
      code: 'FL-stack',
      message: expect.stringContaining('"kafka-1"') as string,
    });
    expect(problem!.fix).toMatch(/^It started a; parts at managed endpoints cannot be killed/);
  });

  it('leaves nothing behind at the end, whether paused, killed or orphaned', async () => {
    for (const id of ['running', 'paused', 'orphaned']) processes.create(family(id));
    processes.create(family('deaf', 'SIGKILL'));
    const pids = ['running', 'paused', 'orphaned', 'deaf'].map(pidOf);
    const children = (await Promise.all(pids.map(childrenOf))).flat();
    processes.pause('paused');
    process.kill(pidOf('orphaned'), 'SIGKILL');
    while (processes.isRunning('orphaned')) await sleep(5);
    expect(processes.remaining().map(({ id }) => id)).toContain('orphaned');
    await processes.endAll();
    expect(statesOf([...pids, ...children]).filter((state) => state !== 'gone' && state !== 'Z')).toEqual([]);
    expect(processes.remaining()).toEqual([]);
  });
});

describe('a process of somebody else', () => {
  it('is never signalled, though it has the number of one of ours', async () => {
    const stranger = spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore' });
    try {
      // Starts are told apart by ticks of 10 ms.
      await sleep(50);
      processes.create(family('a'));
      await processes.kill('a');
      const record = directory.readProcess('a')!;
      directory.writeProcess({ ...record, identity: { ...record.identity, pid: stranger.pid! } });
      expect(processes.isRunning('a')).toBe(false);
      expect(processes.remaining()).toEqual([]);
      await processes.kill('a');
      await processes.endAll();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
      expect(isAlive(identify(stranger.pid!)!)).toBe(true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('is not ours after the machine has started anew', () => {
    processes.create(family('a'));
    const record = directory.readProcess('a')!;
    directory.writeProcess({ ...record, identity: { ...record.identity, bootId: 'another' } });
    expect(processes.isRunning('a')).toBe(false);
    expect(processes.remaining()).toEqual([]);
    directory.writeProcess(record);
  });
});

describe('when whoever started it is killed', () => {
  it.each<[Lifetime, string]>([
    ['owner', 'ended'],
    ['detached', 'running'],
  ])('%s: it is %s', async (lifetime, expected) => {
    const starter = spawn(
      process.execPath,
      [
        '--import',
        import.meta.resolve('tsx'),
        fileURLToPath(new URL('processes.fixture.ts', import.meta.url)),
      ],
      { env: { ...process.env, RUN_DIRECTORY: directory.path, LIFETIME: lifetime }, stdio: 'inherit' },
    );
    while (directory.readProcess('a') === null) await sleep(20);
    const { identity } = directory.readProcess('a')!;
    expect(isAlive(identity)).toBe(true);
    starter.kill('SIGKILL');
    await new Promise((resolve) => starter.on('exit', resolve));
    if (expected === 'ended') while (isAlive(identity)) await sleep(5);
    else {
      // Time enough for the other kind to end.
      await sleep(300);
      expect(isAlive(identity)).toBe(true);
    }
  });
});
