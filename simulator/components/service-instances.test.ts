import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { Run } from '../engine/run.ts';
import { summarize } from '../statistics/index.ts';
import { instagram, runOf } from './instagram.fixture.ts';

const quiet = {
  'population.whalesPerReader': [1],
  'feed-cache.hitRatio': 1,
  'read-client.imagesPerFeedRead': 0,
  'read-client.postDetail': null,
  'upload-client.photoUpload': null,
  'upload-client.like': null,
};

/** Levels of a figure by second. */
function series(scenario: Scenario, path: string): readonly (number | null)[] {
  const run = new Run(compile(scenario), 1);
  run.advance();
  return summarize(scenario, [run.record()]).series[path] as readonly (number | null)[];
}

describe('autoscaling on busy cores', () => {
  // One core of 0.551 ms a request: 1,000 a second make each of ten instances 55 % busy, 1,400 77 %.
  const busy = {
    ...quiet,
    'feed-service.instances': 10,
    'feed-service.cores': 1,
    'feed-service.requestDemand': { distribution: 'constant', ms: 5.45 },
    'read-client.feedRead': {
      process: 'constant',
      ratePerSecond: 100,
      profile: [
        [0, 10],
        [20, 10],
        [20.001, 14],
        [60, 14],
        [60.001, 3],
      ],
    },
    'feed-service.autoscaling': {
      periodSeconds: 2,
      forSeconds: 6,
      startSeconds: 7,
      stepRatio: 0.2,
      below: 0.3,
      inSeconds: 10,
    },
  };
  const instances = series(
    instagram({ durationSeconds: 90, set: busy }),
    'components.feed-service.instances',
  );

  it('adds a step when three looks in a row were too high, and it serves after its start', () => {
    // Looks at 22, 24 and 26 s are too high; 10 + 2 serve from 33 s on: 1,400 make 64 % of 12.
    expect(instances.slice(5, 33).every((n) => n === 10)).toBe(true);
    // Still too high at 34, 36 and 38 s; 12 + 2 from 45 s on, at 55 %.
    expect(instances.slice(35, 45).every((n) => n === 12)).toBe(true);
    expect(instances.slice(47, 60).every((n) => n === 14)).toBe(true);
  });
  it('removes added instances, and only those, when five looks were low', () => {
    // 300 a second from 60 s: looks at 62 to 70 s are low, and at 72 to 80 s.
    expect(instances.slice(62, 70).every((n) => n === 14)).toBe(true);
    expect(instances.slice(72, 80).every((n) => n === 12)).toBe(true);
    expect(instances.slice(82).every((n) => n === 10)).toBe(true);
  });
});

describe('autoscaling on waiting requests', () => {
  const set = {
    ...quiet,
    'upload-client.comment': { process: 'constant', ratePerSecond: 500 },
    'upload-service.instances': 2,
    'upload-service.threads': 2,
    'upload-lb->upload-service.timeoutMs': null,
    'api-gateway->upload-lb.timeoutMs': null,
    'upload-client->api-gateway.timeoutMs': null,
  };
  const scaled = {
    ...set,
    'upload-service.autoscaling': {
      periodSeconds: 1,
      forSeconds: 2,
      startSeconds: 3,
      stepRatio: 1,
      maximumRatio: 4,
    },
  };
  it('ends a queue that would grow without it', () => {
    const waiting = (more: Readonly<Record<string, unknown>>): number =>
      runOf({ durationSeconds: 25, set: more }).components['upload-service']!.meanQueueLength!;
    // 500 writes of 11 ms want five and a half threads of the four.
    expect(waiting(set)).toBeGreaterThan(1000);
    expect(waiting(scaled)).toBeLessThan(500);
  });
  it('is refused without a balancer', () => {
    expect(() =>
      runOf({
        set: { 'upload-service.autoscaling': {} },
        remove: ['upload-lb'],
        edges: [{ source: 'api-gateway', target: 'upload-service' }],
      }),
    ).toThrow(/needs a balancer/);
  });
});

describe('a deployment', () => {
  const rolling = {
    id: 'new-version',
    kind: 'deploy',
    atSeconds: 4,
    target: 'feed-service',
    strategy: 'rolling',
    batch: 2,
    drainSeconds: 1,
    secondsPerInstance: 3,
  };
  // Twelve threads of 13.05 ms hold 919 a second; eight 613.
  const set = {
    ...quiet,
    'feed-service.instances': 6,
    'feed-service.threads': 2,
    'feed-service.requestDemand': { distribution: 'constant', ms: 5.5 },
    'post-db.readDelay': { distribution: 'constant', ms: 3 },
  };
  const at = (ratePerSecond: number, entry: object) => {
    const scenario = instagram({
      durationSeconds: 24,
      set: { ...set, 'read-client.feedRead': { process: 'constant', ratePerSecond } },
      timeline: [entry],
    });
    const run = new Run(compile(scenario), 1);
    run.advance();
    return summarize(scenario, [run.record()]);
  };

  it('that rolls loses nothing, and holds what the rest can hold meanwhile', () => {
    const { flows, components, series: figures } = at(500, rolling);
    expect(flows['feed-read']!.errorRatio).toBe(0);
    // Three batches, each away for four seconds: busy threads are 6.53 of 12, and of 8 when two are gone.
    const utilization = figures['components.feed-service.utilization'] as number[];
    expect(utilization[2]).toBeCloseTo(6.53 / 12, 1);
    for (const second of [6, 10, 14]) expect(utilization[second]).toBeCloseTo(6.53 / 8, 1);
    expect(utilization[18]).toBeCloseTo(6.53 / 12, 1);
    expect(components['feed-service']!.waitMs.mean!).toBeLessThan(1);
  });
  it('that rolls under too much load makes a queue, which the full fleet works off', () => {
    const { series: figures } = at(750, rolling);
    const queue = figures['components.feed-service.meanQueueLength'] as number[];
    expect(queue[2]!).toBeLessThan(1);
    expect(queue[14]!).toBeGreaterThan(500);
    expect(queue[22]!).toBeLessThan(queue[16]!);
  });
  it('of a second fleet takes no capacity away', () => {
    const { components } = at(750, { ...rolling, strategy: 'blue-green' });
    expect(components['feed-service']!.waitMs.mean!).toBeLessThan(1);
  });
  it('starts with cold caches in each process', () => {
    const reads = (timeline: readonly object[]): number =>
      runOf({
        durationSeconds: 24,
        population: { users: 1000, followers: { mean: 100, max: 900 }, whalesPerReader: [1] },
        set: {
          'read-client.imagesPerFeedRead': 0,
          'feed-service.instances': 6,
          'feed-service.whaleCache': 'in-process',
        },
        timeline: [
          { id: 'post', kind: 'whale-post', atSeconds: 1, followers: 1000, readBoost: 0 },
          ...timeline,
        ],
      }).components['post-db']!.hottestKey!.offeredReadsPerSecond * 24;
    expect(reads([])).toBeCloseTo(6, 9);
    expect(reads([{ ...rolling, atSeconds: 6 }])).toBeCloseTo(12, 9);
    expect(reads([{ ...rolling, atSeconds: 6, strategy: 'blue-green' }])).toBeCloseTo(12, 9);
  });
});

describe('pull-only mode', () => {
  // One worker of 55 ms for 40 posts a second. In the order of their coming the oldest would be 10 s old
  // after 18.4 s; partitions are served in turn instead, so that some post is older than that.
  const set = {
    ...quiet,
    'upload-client.photoUpload': { process: 'constant', ratePerSecond: 40 },
    'fanout-worker.workers': 1,
    'feed-service.pullOnLagSeconds': 10,
  };
  it('is on while the fan-out lags by more, and leaves the cache alone', () => {
    const scenario = instagram({ durationSeconds: 40, set });
    const run = new Run(compile(scenario), 1);
    run.advance();
    const { series: figures, flows } = summarize(scenario, [run.record()]);
    const pulled = figures['components.feed-service.pullOnlyReadsPerSecond'] as number[];
    const first = pulled.findIndex((rate) => rate > 0);
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThanOrEqual(19);
    expect(pulled.slice(first + 1).every((rate) => rate > 95 && rate < 105)).toBe(true);
    expect(flows['feed-read']!.errorRatio).toBe(0);
  });
  it('knows whose ranking vector it wants, where caches tell readers apart', () => {
    const { components } = runOf({ durationSeconds: 30, set: { ...set, 'feed-cache.start': 'cold' } });
    expect(components['feed-service']!['pullOnlyReadsPerSecond']).toBeGreaterThan(20);
  });
  it('stays off without a lag, or without a fan-out', () => {
    const calm = { ...set, 'upload-client.photoUpload': { process: 'constant', ratePerSecond: 5 } };
    const reads = (parts: object): unknown =>
      runOf({ durationSeconds: 20, set: calm, ...parts }).components['feed-service']![
        'pullOnlyReadsPerSecond'
      ];
    expect(reads({})).toBe(0);
    expect(reads({ remove: ['fanout-worker'] })).toBeUndefined();
  });
});
