import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import type { History, Operation } from '../load/index.ts';
import { measure } from './measure.ts';

const rate = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });

function scenarioOf(further: object = {}): Scenario {
  return checkScenario(
    {
      format: 'fanout-lab/scenario',
      version: 1,
      id: 'test',
      design: {
        extends: 'instagram-v2',
        set: { 'read-client.feedRead': rate(1), 'upload-client.photoUpload': rate(1) },
      },
      population: { users: 100, followers: { mean: 5, max: 50 } },
      run: { durationSeconds: 10, warmupSeconds: 0, seed: 1 },
      ...further,
    },
    { find: findBuiltin },
  ).scenario;
}

type Given = {
  readonly kind: Operation['kind'];
  readonly intendedMs: number;
  readonly endedMs: number;
} & Partial<Record<string, unknown>>;
const operations = (given: readonly Given[]): History => ({
  start: { kind: 'start', startedAtMs: 0, scenario: 'test', seed: 1, postsBefore: [] },
  operations: given.map(
    (one, n) =>
      ({
        n,
        user: 'u1',
        sentMs: one.intendedMs,
        outcome: 'ok',
        status: 200,
        error: null,
        ...one,
      }) as unknown as Operation,
  ),
});
const run = (given: readonly Given[], scenario = scenarioOf()) =>
  measure(scenario, operations(given), { seed: 1, wallSeconds: 3 });

describe('flows', () => {
  it('counts by what clients saw, in the window in which a request ended', () => {
    const at = (ms: number, status: number | null, error: string | null) => ({
      ...{ kind: 'like' as const, intendedMs: ms, endedMs: ms + 100, status, error, postId: 'p' },
      outcome: error === null ? 'ok' : 'failed',
    });
    const { result } = run([
      at(100, 201, null),
      at(200, 429, 'rate-limited'),
      at(300, 404, 'not-found'),
      at(400, null, 'timeout'),
      at(500, null, 'refused'),
      at(600, 503, 'unavailable'),
      at(700, 403, 'forbidden'),
      at(9950, 201, null),
    ]);
    const { like } = result.flows;
    expect(like!.counts).toEqual({
      inFlightAtStart: 0,
      arrivals: 8,
      completed: 1,
      failed: 5,
      rateLimited: 1,
      inFlightAtEnd: 1,
    });
    expect(like!.errors).toEqual({ timeout: 1, rejected: 1, unavailable: 2, notFound: 1 });
    expect(like!.latencyMs).toMatchObject({ count: 1, max: 100 });
    expect(result).toMatchObject({ engine: 'reference', scenario: 'test', wallSeconds: 3 });
    expect(result).not.toHaveProperty('money');
  });

  it('makes one upload of its steps, without the transfer', () => {
    const [whole, broken, cut] = [v7(), v7(), v7()];
    const { result } = run([
      { kind: 'presign', intendedMs: 0, endedMs: 10, mediaId: whole },
      { kind: 'media-transfer', intendedMs: 10, endedMs: 510, mediaId: whole },
      { kind: 'create-post', intendedMs: 510, endedMs: 530, mediaId: whole, postId: whole },
      { kind: 'presign', intendedMs: 0, endedMs: 5, mediaId: broken },
      {
        kind: 'media-transfer',
        intendedMs: 5,
        endedMs: 900,
        mediaId: broken,
        outcome: 'unknown',
        status: 503,
        error: 'x',
      },
      {
        kind: 'presign',
        intendedMs: 0,
        endedMs: 5,
        mediaId: null,
        outcome: 'unknown',
        status: null,
        error: 'timeout',
      },
      { kind: 'presign', intendedMs: 0, endedMs: 5, mediaId: cut },
    ]);
    const upload = result.flows['photo-upload']!;
    expect(upload.counts).toMatchObject({ arrivals: 4, completed: 1, failed: 2, inFlightAtEnd: 1 });
    expect(upload.latencyMs.max).toBeCloseTo(30, 6);
    expect(upload.errors).toMatchObject({ timeout: 1, unavailable: 1 });
    expect(result.flows['media-transfer']!.counts).toMatchObject({ arrivals: 2, completed: 1, failed: 1 });
  });
});

it('takes the hits of the caches from the answers', () => {
  const read = (source: string) => ({
    kind: 'feed-read' as const,
    intendedMs: 1,
    endedMs: 2,
    posts: [],
    source,
  });
  const view = (cache: string) => ({ kind: 'image-view' as const, intendedMs: 1, endedMs: 2, cache });
  const { result } = run([
    ...['cache', 'cache', 'cache', 'rebuilt'].map(read),
    ...['edge', 'regional', 'origin', 'edge', 'edge'].map(view),
  ]);
  expect(result.components['feed-cache']).toMatchObject({
    hitRatio: 0.75,
    throughputPerSecond: 0.4,
    utilization: null,
  });
  expect(result.components['cdn']).toMatchObject({ hitRatio: 0.8 });
  expect(result.components).not.toHaveProperty('post-db');
});

it('judges what it measures, by phase and window, and names the rest', () => {
  const scenario = scenarioOf({
    timeline: [{ id: 'down', kind: 'kafka-outage', atSeconds: 4, durationSeconds: 2 }],
    expectations: [
      { id: 'during', claim: 'x', metric: 'flows.like.latencyMs.max', phase: 'during:down', atMost: 60 },
      {
        id: 'window',
        claim: 'x',
        metric: 'flows.like.completedPerSecond',
        window: [0, 2],
        between: [0.4, 0.6],
      },
      { id: 'recovery', claim: 'x', metric: 'recoveryMs.down.like', atMost: 1 },
      { id: 'servers', claim: 'x', metric: 'components.post-db.utilization', atMost: 1 },
      { id: 'background', claim: 'x', metric: 'flows.fanout.latencyMs.p50', atMost: 1 },
    ],
  });
  const like = (ms: number, tookMs: number) => ({
    kind: 'like' as const,
    intendedMs: ms,
    endedMs: ms + tookMs,
    postId: 'p',
  });
  const { result, notMeasured } = run([like(1000, 90), like(4500, 50), like(7000, 90)], scenario);
  expect(result.expectations).toEqual([
    { id: 'during', status: 'pass', observed: 50 },
    { id: 'window', status: 'pass', observed: 0.5 },
    { id: 'recovery', status: 'fail', observed: null },
  ]);
  expect(notMeasured).toEqual(['servers', 'background']);
  expect(result.phases['during:down']!.flows['like']!.counts.completed).toBe(1);
});
