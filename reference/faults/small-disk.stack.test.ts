import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { checkScenario, findBuiltin } from '../../scenarios/index.ts';
import { endStack, type Stack } from '../stack/index.ts';

import { Faults, mayMount, unreproducibleFaults, type EdgeProxies } from './index.ts';
import { moveToSmallDisk } from './small-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { scenario } = checkScenario(
  {
    format: 'fanout-lab/scenario',
    version: 1,
    id: 'test',
    design: { extends: 'instagram-v2' },
    timeline: [{ id: 'full', kind: 'disk-full', target: 'post-db', atSeconds: 30, durationSeconds: 3 }],
    run: { durationSeconds: 36, warmupSeconds: 0, seed: 5 },
  },
  { find: findBuiltin },
);

it('starts again what ends over a full disk when there is room again, also a little later', async () => {
  if (!mayMount()) {
    expect(unreproducibleFaults(scenario, { parts: {}, routes: {} })).toMatchObject([
      { code: 'FL-not-reproducible' },
    ]);
    return;
  }
  const parts = join(folder, 'parts');
  const stores = ['cassandra-1', 'cassandra-2', 'cassandra-3'];
  for (const id of stores) mkdirSync(join(parts, id), { recursive: true });
  const restarted: string[] = [];
  const running = new Set(stores);
  const processes = {
    list: () => stores.map((id) => ({ id, addresses: [] })),
    isRunning: (id: string) => running.has(id),
    kill: () => Promise.resolve(),
    restart(id: string) {
      restarted.push(id);
      running.add(id);
      return Promise.resolve();
    },
  };
  const stack = { processes, runDirectory: folder, ready: () => Promise.resolve() } as unknown as Stack;
  const proxies = { of: () => [] } as unknown as EdgeProxies;
  const faults = new Faults(scenario, stack, proxies);
  await faults.prepare();
  try {
    restarted.length = 0;
    const [fault] = faults.list;
    await fault!.begin();
    expect(existsSync(join(parts, 'cassandra-1', 'filler'))).toBe(true);
    running.delete('cassandra-1');
    const ended = fault!.end();
    await sleep(300);
    running.delete('cassandra-2');
    await ended;
    expect(restarted).toEqual(['cassandra-1', 'cassandra-2']);
    expect(existsSync(join(parts, 'cassandra-1', 'filler'))).toBe(false);
  } finally {
    faults.dispose();
  }
});

it('is taken away with the run directory of a replay that was killed', async () => {
  const killed = join(folder, 'killed');
  const part = join(killed, 'parts', 'cassandra-1');
  mkdirSync(part, { recursive: true });
  if (mayMount()) moveToSmallDisk(part).fill();
  await endStack('small', { FANOUT_LAB_RUN_DIR: killed });
  expect(existsSync(part)).toBe(false);
});
