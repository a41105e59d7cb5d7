import { describe, expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const noUploads = { 'upload-client.photoUpload': null };
const calm = {
  ...noUploads,
  'population.whalesPerReader': [1],
  'feed-cache.hitRatio': 1,
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
};

it('a read is the work of one replica, a write of all, a counter update of one and then all', () => {
  const operations = (set: object) =>
    runOf({ durationSeconds: 20, set: { ...calm, ...set } }).components['post-db']!.throughputPerSecond;
  const off = {
    'upload-client.like': null,
    'upload-client.comment': { process: 'constant', ratePerSecond: 1 },
  };
  const reads = 100 + 2 * 50;
  expect(operations(off)).toBeCloseTo(reads + 3, -0.5);
  expect(
    operations({ ...off, 'upload-client.comment': { process: 'constant', ratePerSecond: 30 } }) - reads,
  ).toBeCloseTo(90, -0.5);
  expect(
    operations({ ...off, 'upload-client.like': { process: 'constant', ratePerSecond: 30 } }) - reads - 3,
  ).toBeCloseTo(120, -0.5);
});

describe('a write waits for as many replicas as its consistency says', () => {
  const comments = (set: object) =>
    runOf({
      durationSeconds: 100,
      set: {
        ...calm,
        'upload-client.comment': { process: 'constant', ratePerSecond: 200 },
        'post-db.writeDemand': { distribution: 'exponential', meanMs: 6 },
        ...set,
      },
    }).flows['comment']!.latencyMs.mean!;
  const rest = 4.6 + 0.5 + 0.5 + 8;
  // Order statistics of n exponentials: mean / n + mean / (n - 1) + ...; 20,000 comments, five standard errors.
  it.each([
    ['the second of three', {}, 6 / 3 + 6 / 2],
    ['the first of three', { 'upload-service.writeConsistency': 'local-one' }, 6 / 3],
    ['the third of five', { 'post-db.replicas': 5 }, 6 / 5 + 6 / 4 + 6 / 3],
    ['the only one', { 'post-db.replicas': 1 }, 6],
  ])('%s', (_name, set, expected) => {
    expect(Math.abs(comments(set) - rest - expected)).toBeLessThan((5 * 6) / Math.sqrt(20_000));
  });
});

describe('a key that everybody wants', () => {
  const post = {
    id: 'post',
    atSeconds: 5,
    kind: 'whale-post',
    followers: 500_000_000,
    readBoost: 0,
    halfLifeSeconds: 1000,
    likesPerSecond: 60,
  };
  const run = (set: object) =>
    runOf({
      durationSeconds: 45,
      timeline: [post],
      set: {
        ...calm,
        'post-db.keyReadsPerSecond': 20,
        'post-db.keyWritesPerSecond': 10,
        'post-db.keyQueueSeconds': 0.5,
        ...set,
      },
    });

  it('serves its limit; what exceeds it waits in its own queue and is then rejected', () => {
    const { phases } = run({});
    const after = phases['during:post']!;
    const { hottestKey, utilization } = after.components['post-db']!;
    expect(hottestKey!.key).toBe('post');
    expect(hottestKey!.servedReadsPerSecond).toBeCloseTo(20, 0);
    expect(hottestKey!.offeredReadsPerSecond).toBeGreaterThan(94);
    expect(hottestKey!.servedWritesPerSecond).toBeCloseTo(10, 0);
    const { 'feed-read': feed, like } = after.flows;
    expect(feed!.errors.rejected / 40).toBeCloseTo(100 * (39 / 40) - 20, -0.6);
    expect(feed!.errors.timeout).toBe(0);
    // Half a second in the queue, 12.65 ms for the rest, and the pull itself.
    expect(feed!.latencyMs.max).toBeLessThan(500 + 50 + 12.7 + 5.1);
    expect(feed!.latencyMs.p50).toBeGreaterThan(450);
    expect(like!.errors.rejected).toBeGreaterThan(1500);
    expect(utilization).toBeLessThan(0.01);
    expect(phases['before']!.flows['feed-read']!.errorRatio).toBe(0);
  });

  it('holds the threads of those who wait, not places of the replica', () => {
    const { phases } = run({ 'feed-service.instances': 1, 'feed-service.threads': 100 });
    const { 'feed-service': service } = phases['during:post']!.components;
    // Ten wait half a second each, all the time.
    expect(service!.utilization! * 100).toBeGreaterThan(9);
  });

  it('times out where the caller is less patient', () => {
    const { phases } = run({ 'feed-service->post-db.timeoutMs': 100 });
    const { errors } = phases['during:post']!.flows['feed-read']!;
    expect(errors.timeout).toBeGreaterThan(500);
  });

  it('serves everybody where there is no limit', () => {
    const { phases } = run({ 'post-db.keyReadsPerSecond': null, 'post-db.keyWritesPerSecond': null });
    const { 'feed-read': feed, like } = phases['during:post']!.flows;
    expect(feed!.errorRatio).toBe(0);
    expect(like!.errorRatio).toBe(0);
    // One pull more than before.
    expect(feed!.latencyMs.max).toBeCloseTo(12.651 + 5, 2);
  });
});

it('ordinary whales are pulled in proportion to their followers', () => {
  const { components } = runOf({
    durationSeconds: 100,
    set: {
      ...noUploads,
      'population.users': 5_000_000,
      'population.whalesPerReader': [0, 1],
      'read-client.feedRead': { process: 'constant', ratePerSecond: 500 },
    },
  });
  const { hottestKey } = components['post-db']!;
  expect(hottestKey!.key).toBe('whale-1');
  // 150 whales share 5M follows; the largest has about a fifth to a quarter of the readers.
  const share = hottestKey!.offeredReadsPerSecond / 500;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.32);
});

it('whales too many to have keys of their own are read all the same, and never another’s key', () => {
  // With 200 followers nearly everybody is a whale.
  const { flows, components } = runOf({
    durationSeconds: 20,
    set: {
      ...noUploads,
      'fanout-worker.whaleThreshold': 200,
      'population.whalesPerReader': [0, 0, 1],
      'post-db.keyReadsPerSecond': 0.2,
      'post-db.keyQueueSeconds': 0,
    },
    timeline: [
      {
        id: 'post',
        kind: 'whale-post',
        atSeconds: 0.1,
        followers: 10,
        readBoost: 0,
        halfLifeSeconds: 1000,
        likesPerSecond: 0,
      },
    ],
  });
  expect(components['post-db']!.hottestKey!.key).not.toBe('post');
  // A key read twice within five seconds rejects; of 4,000 pulls over more than 65,536 accounts that is rare.
  expect(flows['feed-read']!.errorRatio).toBeLessThan(0.1);
});

it('keeps its keys when the timeline moves the threshold', () => {
  const moved = (value: number) =>
    runOf({
      durationSeconds: 20,
      set: { ...noUploads, 'population.whalesPerReader': [0, 1], 'population.users': 5_000_000 },
      timeline: [
        { id: 'move', kind: 'set', atSeconds: 2, path: 'fanout-worker.whaleThreshold', value },
        { id: 'post', kind: 'whale-post', atSeconds: 3, followers: 10, readBoost: 0, halfLifeSeconds: 1000 },
      ],
    });
  for (const threshold of [1000, 100_000]) {
    const { flows, components } = moved(threshold);
    expect(flows['feed-read']!.errorRatio).toBe(0);
    expect(components['post-db']!.hottestKey!.key).toMatch(/^whale-/);
  }
});
