import { describe, expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

// Ten threads, each held 8.05 ms by a feed read: 1,242 a second, of the 2,500 that come.
const capacityPerSecond = 10 / 0.00805;
const overload = {
  'population.whalesPerReader': [1],
  'feed-cache.hitRatio': 1,
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
  'feed-service.instances': 1,
  'feed-service.threads': 10,
  'read-client.feedRead': { process: 'poisson', ratePerSecond: 2500 },
  'read-client.imagesPerFeedRead': 0,
  'read-client.postDetail': null,
  'upload-client.photoUpload': null,
  'read-lb->feed-service.timeoutMs': 200,
};
const run = (set: object) => runOf({ durationSeconds: 3, set: { ...overload, ...set } });

describe('at twice what the threads hold', () => {
  it('without shedding the work is done for callers that have given up', () => {
    const { flows } = run({});
    expect(flows['feed-read']!.completedPerSecond!).toBeLessThan(0.2 * capacityPerSecond);
    expect(flows['feed-read']!.errors.timeout).toBeGreaterThan(5_000);
  });
  it('shedding keeps the goodput at what the threads hold, and the waits at the target', () => {
    const { flows, components } = run({ 'feed-service.shedding': {} });
    const { 'feed-read': reads } = flows;
    expect(reads!.completedPerSecond! / capacityPerSecond).toBeGreaterThan(0.95);
    expect(reads!.errors.timeout).toBe(0);
    expect(components['feed-service']!['shedPerSecond']).toBeCloseTo(reads!.errors.rejected / 3, 6);
    // 4.65 ms to the service and back, 8.05 ms there, 5 ms of waiting; the first 100 ms wait longer.
    expect(reads!.latencyMs.p90).toBeLessThan(18);
  });
});

it('spared requests are not refused while others are', () => {
  const { flows } = run({
    'read-client.feedRead': { process: 'poisson', ratePerSecond: 2400 },
    'read-client.postDetail': { process: 'poisson', ratePerSecond: 100 },
    'feed-service.shedding': { spared: ['post-detail'] },
  });
  expect(flows['post-detail']!.errorRatio).toBe(0);
  expect(flows['feed-read']!.errorRatio!).toBeGreaterThan(0.4);
});

it('where nothing waits nothing is refused', () => {
  const calm = { 'read-client.feedRead': { process: 'constant', ratePerSecond: 1000 } };
  expect(run({ ...calm, 'feed-service.shedding': {} }).flows['feed-read']!.errorRatio).toBe(0);
});
