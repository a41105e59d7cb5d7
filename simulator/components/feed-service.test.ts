import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

/** No whales, no misses, no spread: every feed read takes the same time. */
const plain: Readonly<Record<string, unknown>> = {
  'population.whalesPerReader': [1],
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
  'feed-cache.hitRatio': 1,
  'upload-client.photoUpload': null,
};
// Client and back 0.5, gateway 3, hops to balancer and service 0.5 each, balancer 0.1.
const way = 0.5 + 3 + 0.5 + 0.1 + 0.5;
const computing = 0.5 + 0.05 + 0.001;
const hit = 2;
const vector = 0.5;
const query = 5;

function feedRead(set: Readonly<Record<string, unknown>> = {}, parts: Omit<Parts, 'set'> = {}) {
  return runOf({ durationSeconds: 5, ...parts, set: { ...plain, ...set } }).flows['feed-read']!;
}

/** Every success took this long. */
function expectAlways(ms: number, flow: ReturnType<typeof feedRead>): void {
  expect(flow.errorRatio).toBe(0);
  expect(flow.latencyMs.mean).toBeCloseTo(ms, 3);
  expect(flow.latencyMs.max).toBeCloseTo(ms, 3);
}

describe('an unloaded feed read takes the published times', () => {
  const whole = way + computing + hit + vector + query;

  it('with a hit, no whales, ranking and one count query', () => {
    expectAlways(whole, feedRead());
  });
  it('with a miss: one query more', () => {
    expectAlways(whole + query, feedRead({ 'feed-cache.hitRatio': 0 }));
  });
  it('with a miss that reads the follow list and three authors, together or one after the other', () => {
    const miss = { 'feed-cache.hitRatio': 0, 'feed-service.pullQueries': 4 };
    expectAlways(whole + 2 * query, feedRead(miss));
    expectAlways(whole + 4 * query, feedRead({ ...miss, 'feed-service.pullParallelism': 1 }));
    expectAlways(whole + 3 * query, feedRead({ ...miss, 'feed-service.pullParallelism': 2 }));
  });
  it('with a miss that reads everyone the reader follows', () => {
    const all = {
      'feed-cache.hitRatio': 0,
      'feed-service.pullQueries': null,
      'population.followees.mean': 7,
    };
    expectAlways(whole + 2 * query, feedRead(all));
  });
  it('with three whales, one after the other or at once', () => {
    const whales = { 'population.whalesPerReader': [0, 0, 0, 1] };
    expectAlways(whole + 3 * query, feedRead(whales));
    expectAlways(whole + query, feedRead({ ...whales, 'feed-service.whalePulls': 'parallel' }));
  });
  it('chronologically: neither look-up nor ranking', () => {
    expectAlways(whole - vector - 0.001, feedRead({ 'feed-service.rankingModel': 'chronological' }));
  });
  it('of a new user: a look-up that finds nothing', () => {
    expectAlways(whole - 0.001, feedRead({ 'feed-service.coldStartRatio': 1 }));
  });
  it('with no counts, or twenty at once', () => {
    expectAlways(whole - query, feedRead({ 'feed-service.countQueries': 0 }));
    expectAlways(whole, feedRead({ 'feed-service.countQueries': 20 }));
  });
  it('with names of authors, read at the same time as the counts', () => {
    expectAlways(whole, feedRead({ 'feed-service.authorQueries': 20 }));
    const authorsOnly = { 'feed-service.countQueries': 0, 'feed-service.authorQueries': 1 };
    expectAlways(whole, feedRead(authorsOnly));
  });
  it('by the candidate model, whatever it costs', () => {
    const candidate = { 'feed-service.candidateDemand': { distribution: 'constant', ms: 7 } };
    expectAlways(whole + 7 - 0.001, feedRead({ ...candidate, 'feed-service.rankingSplit': 1 }));
    expectAlways(
      whole - vector - 0.001,
      feedRead({ 'feed-service.rankingSplit': 1, 'feed-service.candidateModel': 'chronological' }),
    );
  });
  it('without a FeedCache: rebuilt each time, and nothing to rank with', () => {
    expectAlways(whole - hit - vector - 0.001 + query, feedRead({}, { remove: ['feed-cache'] }));
  });
});

it('the candidate model gets its share of readers, and the others notice nothing', () => {
  const { flows, components } = runOf({
    durationSeconds: 20,
    set: {
      ...plain,
      'feed-service.rankingSplit': 0.05,
      'feed-service.candidateDemand': { distribution: 'constant', ms: 7 },
    },
  });
  // 2,000 reads: four standard deviations are 2 a second.
  expect(components['feed-service']!['candidateRankingsPerSecond']).toBeGreaterThan(3);
  expect(components['feed-service']!['candidateRankingsPerSecond']).toBeLessThan(7);
  expect(flows['feed-read']!.latencyMs.p90).toBeCloseTo(way + computing + hit + vector + query, 0);
});

it('a post detail is a query for the post and one for its counts', () => {
  const { flows } = runOf({ set: plain, durationSeconds: 5 });
  expect(flows['post-detail']!.latencyMs.max).toBeCloseTo(way + 0.5 + 2 * query, 3);
});

describe('threads', () => {
  it('are held until the answer, whatever the request waits for', () => {
    const { components } = runOf({
      set: {
        ...plain,
        'feed-service.instances': 1,
        'feed-service.threads': 10,
        'read-client.postDetail': null,
      },
      durationSeconds: 50,
    });
    const held = computing + hit + vector + query;
    expect(components['feed-service']!.utilization).toBeCloseTo((100 * held) / 1000 / 10, 3);
    expect(components['feed-service']!.cpuUtilization).toBeCloseTo((100 * computing) / 1000 / 8, 4);
  });

  it('that are all held make requests wait, and reject them beyond the queue limit of the balancer', () => {
    const one = { 'feed-service.instances': 1, 'feed-service.threads': 1, 'read-client.postDetail': null };
    // 100 a second where one thread does 1000 / 8.051 = 124: the regular arrivals never meet.
    expect(
      runOf({ set: { ...plain, ...one }, durationSeconds: 5 }).components['feed-service']!.waitMs.mean,
    ).toBe(0);
    const rate = { 'read-client.feedRead': { process: 'constant', ratePerSecond: 200 } };
    const crowded = feedRead({ ...one, ...rate, 'read-lb.queueLimit': 3 }, { durationSeconds: 20 });
    expect(crowded.completedPerSecond).toBeCloseTo(1000 / (computing + hit + vector + query), 0);
    expect(crowded.errors.rejected / 20).toBeCloseTo(200 - 124.2, 0);
    expect(crowded.errors.timeout).toBe(0);
  });
});

describe('a FeedCache that does not answer in time', () => {
  const slow = { 'feed-service->feed-cache.timeoutMs': 1 };

  it('is given up, and the feed rebuilt, vector and all else as before', () => {
    // The look-up of 0.5 ms still answers in time.
    expectAlways(way + computing + 1 + query + vector + query, feedRead(slow));
  });
  it('fails the feed read where there is no fallback', () => {
    const flow = feedRead({ ...slow, 'feed-service.fallbackToPull': false });
    expect(flow.errorRatio).toBe(1);
    expect(flow.errors.timeout).toBeGreaterThan(400);
  });
});

it('a feed of one cache is ranked by a vector of another, whose users are told apart', () => {
  const { flows, components } = runOf({
    durationSeconds: 20,
    set: plain,
    nodes: [{ id: 'emptied', kind: 'FeedCache', config: { start: 'cold' } }],
    edges: [{ source: 'feed-service', target: 'emptied' }],
  });
  expect(flows['feed-read']!.errorRatio).toBe(0);
  // A feed and a vector a read: 200 commands a second, and a fill after each miss of the one that began empty.
  expect(components['feed-cache']!.throughputPerSecond).toBeCloseTo(100, -1);
  expect(components['emptied']!.throughputPerSecond).toBeGreaterThan(110);
  expect(components['emptied']!['hitRatio']).toBeLessThan(0.5);
});

it('a miss is filled in unless that is switched off', () => {
  const misses = { ...plain, 'feed-cache.hitRatio': 0 };
  const commands = (set: object) =>
    runOf({ set: { ...misses, ...set }, durationSeconds: 10 }).components['feed-cache']!.throughputPerSecond;
  expect(commands({})).toBeCloseTo(300, -0.5);
  expect(commands({ 'feed-service.fillOnMiss': false })).toBeCloseTo(200, -0.5);
});
