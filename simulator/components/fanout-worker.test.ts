import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

const everyoneHas = (followers: number) => ({
  'population.followers.mean': followers,
  'population.followers.max': followers,
});
const uploadsOnly = {
  'read-client.feedRead': null,
  'upload-client.like': null,
  'upload-client.comment': null,
  'upload-client.photoUpload': { process: 'constant', ratePerSecond: 1 },
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
  'image-worker.workers': 64,
};
const fetchMs = 0.25;
const pageMs = 5;
const pushMs = 0.1;

/** Ends between two uploads, when no fan-out is under way. */
function run(parts: Parts = {}) {
  return runOf({ durationSeconds: 20.8, ...parts, set: { ...uploadsOnly, ...parts.set } });
}
const fanout = (set: Readonly<Record<string, unknown>>) => run({ set }).flows['fanout']!;

describe('a fan-out', () => {
  it('to 500 followers takes the published 50 ms, and a page of followers', () => {
    expect(fanout(everyoneHas(500)).latencyMs.max).toBeCloseTo(fetchMs + pageMs + 500 * pushMs, 3);
  });
  it('reads as many pages as it needs', () => {
    const paged = (followers: number) =>
      fanout({ ...everyoneHas(followers), 'fanout-worker.pageSize': 100 }).latencyMs.max! -
      fetchMs -
      followers * pushMs;
    expect(paged(100)).toBeCloseTo(pageMs, 3);
    expect(paged(101)).toBeCloseTo(2 * pageMs, 3);
    expect(paged(500)).toBeCloseTo(5 * pageMs, 3);
  });
  it('with pushes in flight together takes the time of one for each batch, and the queue at the shards', () => {
    const { latencyMs } = fanout({ ...everyoneHas(500), 'fanout-worker.pipelineDepth': 100 });
    expect(latencyMs.mean! - fetchMs - pageMs).toBeGreaterThanOrEqual(5 * pushMs);
    // A hundred commands on twelve shards: hardly ever more than 25 on one.
    expect(latencyMs.mean! - fetchMs - pageMs).toBeLessThan(5 * (pushMs + 25 * 0.005));
  });
  it('pushes to each follower once, however they are batched', () => {
    for (const pipelineDepth of [1, 7, 64]) {
      const { flows } = run({
        set: {
          ...everyoneHas(50),
          'fanout-worker.pipelineDepth': pipelineDepth,
          'fanout-worker.pageSize': 20,
        },
      });
      expect(flows['fanout-lag']!.counts.completed).toBe(50 * flows['fanout']!.counts.completed);
    }
  });
  it('counts the lag of each follower from the publish to the push', () => {
    const lag = run({ set: everyoneHas(500) }).flows['fanout-lag']!;
    expect(lag.latencyMs.max).toBeCloseTo(fetchMs + pageMs + 500 * pushMs, 3);
    expect(lag.latencyMs.mean).toBeCloseTo(fetchMs + pageMs + 250.5 * pushMs, 3);
  });
});

describe('the whale threshold', () => {
  it('keeps an author who has as many followers out of the fan-out', () => {
    const { flows, components } = run({ set: everyoneHas(10_000) });
    expect(flows['fanout']!.latencyMs.max).toBeCloseTo(fetchMs, 3);
    expect(components['feed-cache']!.throughputPerSecond).toBe(0);
    // Pulled posts are there for the next read.
    expect(flows['fanout-lag']!.latencyMs.max).toBe(0);
    expect(flows['fanout-lag']!.counts.completed).toBeGreaterThanOrEqual(flows['fanout']!.counts.completed);
  });
  it('lets one with a follower less through', () => {
    const uploads = { 'upload-client.photoUpload': { process: 'constant', ratePerSecond: 0.5 } };
    const { flows } = run({ set: { ...everyoneHas(9999), ...uploads } });
    expect(flows['fanout']!.latencyMs.max).toBeCloseTo(fetchMs + 2 * pageMs + 9999 * pushMs, 2);
  });
  it('set to null pushes everything, and nobody pulls', () => {
    const set = {
      ...everyoneHas(12_000),
      'fanout-worker.whaleThreshold': null,
      'read-client.feedRead': { process: 'constant', ratePerSecond: 100 },
      'population.whalesPerReader': [0, 0, 1],
    };
    const { flows, components } = run({ set });
    expect(flows['fanout']!.latencyMs.max).toBeGreaterThan(12_000 * pushMs);
    expect(components['post-db']!.hottestKey ?? null).toBeNull();
  });
});

describe('pipelines by shard', () => {
  const pipelined = (shardPipelines: string, followers: number, more: object = {}) =>
    run({
      set: { ...everyoneHas(followers), 'fanout-worker.shardPipelines': shardPipelines, ...more },
    }).flows;

  it('push to each follower once', () => {
    for (const mode of ['sequential', 'parallel']) {
      const chunkSize = { 'fanout-worker.chunkSize': 16, 'fanout-worker.pageSize': 40 };
      const flows = pipelined(mode, 50, chunkSize);
      expect(flows['fanout-lag']!.counts.completed).toBe(50 * flows['fanout']!.counts.completed);
    }
  });
  it('take a round trip a shard and the commands, one after the other', () => {
    const { latencyMs } = pipelined('sequential', 600)['fanout']!;
    expect(latencyMs.mean).toBeCloseTo(fetchMs + pageMs + 12 * 0.095 + 600 * 0.005, 3);
  });
  it('all at once, take one round trip and the commands of the busiest shard', () => {
    const { latencyMs } = pipelined('parallel', 600)['fanout']!;
    const commandsMs = latencyMs.mean! - fetchMs - pageMs - 0.095;
    expect(commandsMs).toBeGreaterThan(50 * 0.005);
    // 600 on twelve shards: hardly ever more than 90 on one.
    expect(commandsMs).toBeLessThan(90 * 0.005);
  });
  it('wait for a shard that is away, and push to the others once', () => {
    const loss = { id: 'loss', kind: 'redis-node-loss', target: 'feed-cache', atSeconds: 4 };
    const { flows, components } = run({
      set: { ...everyoneHas(600), 'fanout-worker.shardPipelines': 'parallel' },
      timeline: [{ ...loss, durationSeconds: 6, replica: 'none' }],
    });
    expect(flows['fanout']!.latencyMs.max).toBeGreaterThan(4900);
    expect(flows['fanout']!.latencyMs.max).toBeLessThan(6200);
    expect(flows['fanout-lag']!.counts.completed).toBe(600 * flows['fanout']!.counts.completed);
    expect(components['feed-cache']!.throughputPerSecond! * 20.8).toBeLessThan(
      1.01 * flows['fanout-lag']!.counts.completed + 500,
    );
  });
});

it('pushes no more than it may', () => {
  const { flows } = run({ set: { ...everyoneHas(500), 'fanout-worker.maximumPushes': 40 } });
  expect(flows['fanout-lag']!.counts.completed).toBe(40 * flows['fanout']!.counts.completed);
});

it('believes a flag that is up to an hour old: followers who grow by 1 % an hour are pushed to too long', () => {
  // 1 % above the threshold: above it since an hour at most, whatever the age of the flag.
  const set = {
    ...everyoneHas(10_050),
    'fanout-worker.followerGrowthPerHour': 0.01,
    'fanout-worker.pipelineDepth': 500,
    'upload-client.photoUpload': { process: 'constant', ratePerSecond: 5 },
  };
  const { flows, components } = run({ set });
  const done = flows['fanout']!.counts.completed;
  const stale = (components['fanout-worker']!['staleFlagsPerSecond'] as number) * 20.8;
  // A flag older than log(1.005) / log(1.01) of an hour says what is no longer so.
  const share = 1 - Math.log(1.005) / Math.log(1.01);
  expect(Math.abs(stale - share * done)).toBeLessThan(5 * Math.sqrt(0.25 * done) + 2);
  // Those are pushed, and pulled as well.
  expect(flows['fanout-lag']!.counts.completed).toBeGreaterThan(stale * 10_000);
});

it('a push that fails is made again, and the message is committed only when all are made', () => {
  const { flows, components } = run({
    set: { ...everyoneHas(5), 'fanout-worker->feed-cache.timeoutMs': 0.05 },
  });
  expect(flows['fanout']!.counts.completed).toBe(0);
  expect(flows['fanout']!.counts.failed).toBe(0);
  // Sixteen workers, about ten attempts a second each.
  expect(components['feed-cache']!.throughputPerSecond).toBeGreaterThan(50);
});

describe('without a feed cache', () => {
  const uncached = (parts: Parts = {}) => run({ ...parts, remove: ['feed-cache', ...(parts.remove ?? [])] });

  it('a worker takes each post off the stream, pushes it to nobody, and is done at once', () => {
    const { flows, components, simulatedSeconds } = uncached({ set: everyoneHas(500) });
    const posts = flows['photo-upload']!.counts.completed;
    expect(posts).toBeGreaterThan(10);
    expect(flows['fanout']!.counts).toMatchObject({ completed: posts, failed: 0, inFlightAtEnd: 0 });
    expect(flows['fanout']!.latencyMs.max).toBeCloseTo(fetchMs, 3);
    expect(components['fanout-worker']!.throughputPerSecond).toBe(posts / simulatedSeconds);
    expect(flows['fanout-lag']!.counts.completed).toBe(0);
  });
  it('nobody reads the followers: PostDB is asked for what it is asked for without the worker', () => {
    const reads = (remove: readonly string[]) =>
      uncached({ remove }).components['post-db']!.throughputPerSecond;
    expect(reads([])).toBe(reads(['fanout-worker']));
    expect(run().components['post-db']!.throughputPerSecond).toBeGreaterThan(reads([]));
  });
  it('a rate of posts that would swamp the pushing workers leaves no lag behind', () => {
    const set = { 'upload-client.photoUpload': { process: 'constant', ratePerSecond: 1000 } };
    const worstMs = (parts: Parts) =>
      run({ set, durationSeconds: 3, ...parts }).flows['fanout']!.latencyMs.max!;
    expect(worstMs({})).toBeGreaterThan(1000);
    expect(worstMs({ remove: ['feed-cache'] })).toBeLessThan(5);
  });
});

it.each(['off', 'parallel'])(
  'goes on when the way to the cache is open again, with pipelines %s',
  (shardPipelines) => {
    const cut = { id: 'cut', kind: 'network-partition', target: 'fanout-worker->feed-cache', mode: 'refuse' };
    const { flows } = run({
      set: { ...everyoneHas(50), 'fanout-worker.shardPipelines': shardPipelines },
      timeline: [{ ...cut, atSeconds: 4.5, durationSeconds: 5 }],
    });
    const { arrivals, completed } = flows['fanout']!.counts;
    expect(completed).toBe(arrivals);
    expect(flows['fanout']!.latencyMs.max).toBeGreaterThan(3500);
    expect(flows['fanout']!.latencyMs.max).toBeLessThan(5000);
  },
);

it('a worker that crashes half way has it done again from the start', () => {
  const { flows } = run({
    set: {
      ...everyoneHas(9000),
      'upload-client.photoUpload': { process: 'trace', timesMs: [1000] },
      'fanout-worker.sessionTimeoutSeconds': 2,
    },
    // Published some two seconds after its start, the post is pushed for nine tenths of a second.
    timeline: [
      { id: 'crash', kind: 'workers-crash', target: 'fanout-worker', atSeconds: 2.5, durationSeconds: 1 },
    ],
  });
  const pushes = flows['fanout-lag']!.counts.completed;
  expect(flows['fanout']!.counts).toMatchObject({ arrivals: 1, completed: 1 });
  expect(pushes).toBeGreaterThan(9000 + 1000);
  expect(pushes).toBeLessThan(9000 + 9000);
});

it('followers are drawn from the population', () => {
  const { flows } = run({
    set: { 'upload-client.photoUpload': { process: 'constant', ratePerSecond: 20 } },
    durationSeconds: 60,
  });
  const pushes = flows['fanout-lag']!.counts.completed / flows['fanout']!.counts.completed;
  // Mean 497 pushes a post, standard deviation about 940 below the threshold: five standard errors of 1,200 posts.
  expect(Math.abs(pushes - 497)).toBeLessThan((5 * 940) / Math.sqrt(1150));
});
