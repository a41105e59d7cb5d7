import { describe, expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

/** Mean wait for a thread of eight instances of two threads, three quarters held. */
function waitUnder(policy: string): number {
  const { components } = runOf({
    durationSeconds: 60,
    set: {
      'read-lb.policy': policy,
      'read-client.postDetail': null,
      'read-client.imagesPerFeedRead': 0,
      'upload-client.photoUpload': null,
      'upload-client.like': null,
      'population.whalesPerReader': [1],
      'feed-cache.hitRatio': 1,
      'feed-service.instances': 8,
      'feed-service.threads': 2,
      'feed-service.requestDemand': { distribution: 'exponential', meanMs: 5 },
      'read-client.feedRead': { process: 'poisson', ratePerSecond: 950 },
    },
  });
  return components['feed-service']!.waitMs.mean!;
}

it('policies that know more make requests wait less', () => {
  const [random, roundRobin, twoChoices, least] = [
    'random',
    'round-robin',
    'power-of-two',
    'least-connections',
  ].map(waitUnder) as [number, number, number, number];
  // 57,000 requests each; the gaps are several times larger than their noise.
  expect(roundRobin).toBeLessThan(0.8 * random);
  expect(twoChoices).toBeLessThan(0.8 * random);
  // Knowing who is free now beats taking turns.
  expect(least).toBeLessThan(0.6 * roundRobin);
  expect(least).toBeLessThan(0.8 * twoChoices);
});

describe('instances', () => {
  const set = {
    'read-client.postDetail': null,
    'upload-client.photoUpload': null,
    'population.whalesPerReader': [1],
    'feed-cache.hitRatio': 1,
    'post-db.readDelay': { distribution: 'constant', ms: 3 },
    'feed-service.instances': 4,
    'feed-service.threads': 1,
    // 8.05 ms each on a thread, one every 2.5 ms: four threads in turn are always free again.
    'read-client.feedRead': { process: 'constant', ratePerSecond: 400 },
  };
  it('are taken in turn by round robin', () => {
    expect(runOf({ durationSeconds: 10, set }).components['feed-service']!.waitMs.mean).toBe(0);
  });
  it('are drawn at random where no balancer stands in front', () => {
    const { components } = runOf({
      durationSeconds: 10,
      set,
      remove: ['read-lb'],
      edges: [{ source: 'api-gateway', target: 'feed-service' }],
    });
    expect(components['feed-service']!.waitMs.mean).toBeGreaterThan(1);
  });
});
