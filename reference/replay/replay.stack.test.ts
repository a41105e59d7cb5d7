import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { requestTrace } from '../../scenarios/sampling/index.ts';
import { readHistory, type History } from '../load/index.ts';
import { stackStatus } from '../stack/index.ts';
import { testEnvironment } from '../stack/test-environment.fixture.ts';
import { replay, type ReplayResult } from './index.ts';

const rate = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });

/** A whale posts, the image workers crash, feed services lose PostDB, and one Redis primary dies. */
const scenario: Scenario = checkScenario(
  {
    format: 'fanout-lab/scenario',
    version: 1,
    id: 'test',
    design: {
      extends: 'instagram-v2',
      set: {
        'read-client.feedRead': rate(20),
        'read-client.postDetail': rate(5),
        'upload-client.photoUpload': rate(1),
        'upload-client.like': rate(5),
        'upload-client.comment': rate(1),
        'upload-client.mediaBytes': 20_000,
        'api-gateway.instances': 1,
        'feed-service.instances': 1,
        'upload-service.instances': 1,
        'image-worker.workers': 1,
        'fanout-worker.workers': 1,
        'fanout-worker.whaleThreshold': 30,
        'feed-cache.clusterNodeTimeoutMs': 1000,
      },
    },
    population: {
      users: 60,
      followers: { mean: 5, max: 20 },
      whales: [{ id: 'celebrity', followers: 40 }],
    },
    timeline: [
      { id: 'post', kind: 'whale-post', atSeconds: 1, author: 'celebrity', readBoost: 2, likesPerSecond: 5 },
      { id: 'crash', kind: 'workers-crash', atSeconds: 2, durationSeconds: 3, target: 'image-worker' },
      {
        id: 'cut',
        kind: 'network-partition',
        atSeconds: 4,
        durationSeconds: 2,
        target: 'feed-service->post-db',
        mode: 'refuse',
      },
      { id: 'loss', kind: 'redis-node-loss', atSeconds: 6, durationSeconds: 4, target: 'feed-cache' },
    ],
    run: { durationSeconds: 14, warmupSeconds: 0, seed: 3 },
  },
  { find: findBuiltin },
).scenario;

const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-test-'));
const environment = testEnvironment('replay');
let result: ReplayResult;
let history: History;

beforeAll(async () => {
  const historyFile = join(folder, 'history.ndjson');
  // What is tested is no speed: a machine that is busy elsewhere may make the generator late.
  result = await replay(scenario, {
    profile: 'small',
    environment,
    historyFile,
    maximumLatenessMs: Infinity,
  });
  history = readHistory(readFileSync(historyFile, 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a replay', () => {
  it('sends every request of the trace, at or after its time', () => {
    const { requests } = requestTrace(scenario, scenario.run.seed);
    for (const flow of ['post-detail', 'comment'] as const)
      expect(history.operations.filter(({ kind }) => kind === flow)).toHaveLength(
        requests.filter((request) => request.flow === flow).length,
      );
    expect(history.operations.every(({ sentMs, intendedMs }) => sentMs >= intendedMs)).toBe(true);
  });

  it('lets the whale post, and likes follow', () => {
    const posted = history.operations.find(
      (operation) => operation.kind === 'create-post' && operation.authorId === 'celebrity',
    );
    expect(posted).toMatchObject({ outcome: 'ok' });
    const postId = posted!.kind === 'create-post' ? posted!.postId : '';
    expect(
      history.operations.some((operation) => operation.kind === 'like' && operation.postId === postId),
    ).toBe(true);
  });

  it('does to the stack what the timeline says, and undoes it', () => {
    const steps = result.replay.faults.map(({ event, step }) => `${event} ${step}`);
    expect(steps.toSorted()).toEqual(
      ['crash', 'cut', 'loss'].flatMap((event) => [`${event} begin`, `${event} end`]),
    );
  });

  it('gives a result in the simulator’s format, with a verdict on each promise', () => {
    expect(result).toMatchObject({ format: 'fanout-lab/result', engine: 'reference', stopped: null });
    expect(result.flows['feed-read']!.counts.arrivals).toBeGreaterThan(0);
    expect(Object.keys(result.phases)).toContain('during:crash');
    expect(result.checker.promises.length).toBeGreaterThan(10);
    // Durable for all that this profile's one copy is worth: no fault of this test touches PostDB's data.
    expect(result.checker.promises.find(({ id }) => id === 'durable')).toMatchObject({ status: 'pass' });
  });

  it('leaves nothing behind', () => {
    expect(stackStatus('small', environment)).toMatchObject({ state: 'down', processes: [] });
    expect(existsSync(join(folder, 'history.ndjson'))).toBe(true);
  });
});
