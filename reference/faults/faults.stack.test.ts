import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { readHistory } from '../load/index.ts';
import { replay } from '../replay/index.ts';
import { testEnvironment } from '../stack/test-environment.fixture.ts';
import type { Stack } from '../stack/index.ts';
import type { EdgeProxies } from './index.ts';
import { Faults, mayMount } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rate = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });
const deploy = {
  ...{ id: 'deploy', kind: 'deploy', target: 'feed-service', atSeconds: 1, durationSeconds: 10 },
  // Shorter than a process of Node takes to start.
  ...{ secondsPerInstance: 0.1, drainSeconds: 2 },
};
const full = { id: 'full', kind: 'disk-full', target: 'post-db', atSeconds: 30, durationSeconds: 3 };

function scenarioOf(timeline: readonly object[], durationSeconds: number): Scenario {
  return checkScenario(
    {
      format: 'fanout-lab/scenario',
      version: 1,
      id: 'test',
      design: {
        extends: 'instagram-v2',
        set: {
          'read-client.feedRead': rate(20),
          'read-client.postDetail': rate(2),
          'read-client.imagesPerFeedRead': 0,
          'upload-client.photoUpload': rate(2),
          'upload-client.like': rate(5),
          'upload-client.comment': rate(1),
          'upload-client.mediaBytes': 20_000,
          'api-gateway.instances': 1,
          'feed-service.instances': 2,
          'upload-service.instances': 1,
          'image-worker.workers': 1,
          'fanout-worker.workers': 1,
          'fanout-worker.whaleThreshold': 30,
        },
      },
      population: { users: 40, followers: { mean: 5, max: 20 } },
      timeline,
      run: { durationSeconds, warmupSeconds: 0, seed: 5 },
    },
    { find: findBuiltin },
  ).scenario;
}

it('deploys one instance after the other, and has the store back after a full disk', async () => {
  const historyFile = join(folder, 'history.ndjson');
  const disk = mayMount();
  const { checker, replay: how } = await replay(
    scenarioOf(disk ? [deploy, full] : [deploy], disk ? 36 : 30),
    {
      profile: 'small',
      environment: testEnvironment('faults'),
      historyFile,
      // What is tested is no speed: a machine that is busy elsewhere may make the generator late.
      maximumLatenessMs: Infinity,
    },
  );
  expect(how.faults.map(({ event, step }) => `${event} ${step}`).toSorted()).toEqual(
    [disk ? ['deploy', 'full'] : ['deploy']].flat().flatMap((event) => [`${event} begin`, `${event} end`]),
  );
  const { operations } = readHistory(readFileSync(historyFile, 'utf8'));
  const refused = (from: number, to: number) =>
    operations
      .filter(({ kind }) => kind === 'feed-read')
      .filter(({ intendedMs }) => intendedMs >= 1000 * from && intendedMs < 1000 * to)
      .filter(({ error }) => error === 'unavailable').length;
  // Never both instances at once.
  expect(refused(0, full.atSeconds)).toBe(0);
  // What was acknowledged is there although the node ended, and nothing else is.
  expect(checker.promises.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(checker.promises.find(({ id }) => id === 'durable')!.checked).toBeGreaterThan(0);
});

it('starts again what ends over a full disk when there is room again, also a little later', async () => {
  if (!mayMount()) return;
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
  const faults = new Faults(scenarioOf([full], 36), stack, proxies);
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
