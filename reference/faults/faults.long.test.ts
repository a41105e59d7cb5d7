import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { readHistory } from '../load/index.ts';
import { replay } from '../replay/index.ts';
import { testEnvironment } from '../stack/test-environment.fixture.ts';
import { mayMount } from './index.ts';

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
