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

describe('instances that are gone or slow', () => {
  const quiet = {
    'read-client.postDetail': null,
    'read-client.imagesPerFeedRead': 0,
    'upload-client.photoUpload': null,
    'upload-client.like': null,
    'population.whalesPerReader': [1],
    'feed-cache.hitRatio': 1,
    // Of all that feed reads need, only FeedService has anything in zone 2.
    'api-gateway.instances': 2,
    'feed-cache.shards': 2,
    'post-db.replicas': 2,
    'feed-service.instances': 6,
  };
  const zone = { id: 'fault', kind: 'zone-loss', atSeconds: 10, durationSeconds: 15, zone: 2 };
  const under = (timeline: readonly object[], set: object) =>
    runOf({ durationSeconds: 30, set: { ...quiet, ...set }, timeline });
  const checks = { intervalMs: 1000, timeoutMs: 500, fall: 3, rise: 2 };
  const errorRatios = (result: ReturnType<typeof under>): readonly (number | null)[] =>
    result.series['flows.feed-read.errorRatio'] as readonly (number | null)[];

  it('without checks a third of the requests goes to the third that is gone', () => {
    const ratios = errorRatios(under([zone], {}));
    expect(ratios.slice(0, 10).every((ratio) => ratio === 0)).toBe(true);
    for (const ratio of ratios.slice(11, 25)) expect(ratio).toBeCloseTo(1 / 3, 1);
    expect(ratios.slice(25).every((ratio) => ratio === 0)).toBe(true);
  });
  it('three failed checks a second apart take them out within three seconds', () => {
    const result = under([zone], { 'read-lb.healthCheck': checks });
    const ratios = errorRatios(result);
    for (const ratio of ratios.slice(10, 12)) expect(ratio).toBeCloseTo(1 / 3, 1);
    expect(ratios.slice(13).every((ratio) => ratio === 0)).toBe(true);
    // Two of six instances fail one check a second for fifteen seconds.
    expect(result.flows['read-lb-checks']!.errors.unavailable).toBe(30);
  });
  it('a redispatch finds one that is there at once', () => {
    expect(under([zone], { 'read-lb.redispatches': 1 }).flows['feed-read']!.errorRatio).toBe(0);
  });
  describe('are not asked again by a retry, where there is another', () => {
    const retries = { max: 1, backoffMs: 5 };
    // One of three instances is gone.
    const three = { 'feed-service.instances': 3 };
    const errorRatio = (set: object): number | null =>
      under([zone], { ...three, ...set }).flows['feed-read']!.errorRatio;
    it.each(['round-robin', 'least-connections', 'power-of-two', 'random'])('by %s', (policy) => {
      const policied = { 'read-lb.policy': policy };
      expect(errorRatio(policied)).toBeGreaterThan(0.1);
      expect(errorRatio({ ...policied, 'read-lb->feed-service.retries': retries })).toBe(0);
      // An ejection that never comes: instances are watched.
      const watched = { ...policied, 'read-lb.ejection': { consecutiveErrors: 1_000_000 } };
      expect(errorRatio({ ...watched, 'read-lb->feed-service.retries': retries })).toBe(0);
      expect(errorRatio({ ...watched, 'read-lb.redispatches': 1 })).toBe(0);
    });
    it('without a balancer', () => {
      const direct = (edge: object) =>
        runOf({
          durationSeconds: 30,
          remove: ['read-lb'],
          edges: [{ source: 'api-gateway', target: 'feed-service', ...edge }],
          set: { ...quiet, ...three },
          timeline: [zone],
        }).flows['feed-read']!.errorRatio;
      expect(direct({})).toBeGreaterThan(0.1);
      expect(direct({ config: { retries } })).toBe(0);
    });
    it('and the one instance that there is gets all attempts', () => {
      const sole = under([], {
        'feed-service.instances': 1,
        'feed-service.threads': 1,
        'feed-service.requestDemand': { distribution: 'constant', ms: 12 },
        'read-lb->feed-service.timeoutMs': 5,
        'read-lb->feed-service.retries': { max: 2, backoffMs: 1 },
      });
      expect(sole.flows['feed-read']!.counts.failed).toBeGreaterThan(100);
    });
  });
  it('with none left the balancer answers at once what before took until the time-out', () => {
    const cut = {
      id: 'fault',
      kind: 'network-partition',
      atSeconds: 10,
      durationSeconds: 10,
      target: 'read-lb->feed-service',
      mode: 'drop',
    };
    const { errors } = under([cut], { 'read-lb.healthCheck': checks }).flows['feed-read']!;
    // The third check of each instance fails between 12.5 and 13.5 s, at 100 feed reads a second. The
    // second one that passes brings an instance back, up to two seconds after the cut is mended.
    expect(errors.timeout).toBeGreaterThan(240);
    expect(errors.timeout).toBeLessThan(360);
    expect(errors.unavailable).toBeGreaterThan(640);
    expect(errors.unavailable).toBeLessThan(960);
  });
  it('errors in a row eject a slow instance', () => {
    const slow = {
      id: 'fault',
      kind: 'slow-node',
      atSeconds: 5,
      durationSeconds: 20,
      target: 'feed-service',
      instance: 1,
      factor: 10_000,
    };
    const timeouts = (set: object): number => under([slow], set).flows['feed-read']!.errors.timeout;
    // One in six of 100 a second, each after 1.2 s; five of them take 0.3 s.
    expect(timeouts({})).toBeGreaterThan(300);
    expect(timeouts({ 'read-lb.ejection': { baseSeconds: 30 } })).toBeLessThan(30);
  });
});
