import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

const uploads = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const uploadsOnly = {
  'read-client.feedRead': null,
  'upload-client.like': null,
  'upload-client.comment': null,
  // Nobody's feed is written to, which would be most of the work.
  'fanout-worker.whaleThreshold': 1,
};

function run(parts: Parts = {}) {
  return runOf({ durationSeconds: 30, ...parts, set: { ...uploadsOnly, ...parts.set } });
}

// To the worker, read 50, eight variants of 36.25, write 150, update the post 10.
const imageMs = 0.25 + 50 + 290 + 150 + 10;

it('a photo takes the published half second', () => {
  const { flows } = run({ set: { 'upload-client.photoUpload': uploads(1) } });
  expect(flows['image-processing']!.latencyMs.max).toBeCloseTo(imageMs, 2);
});

it('takes less time with a core for each variant, and more where the content check is the longer part', () => {
  const longest = (set: object) =>
    run({ set: { 'upload-client.photoUpload': uploads(1), 'image-worker.variants': 'parallel', ...set } })
      .flows['image-processing']!.latencyMs.max;
  const rest = imageMs - 290;
  expect(longest({})).toBeCloseTo(rest + 36.25, 2);
  const moderationTime = { distribution: 'constant', ms: 120 };
  expect(longest({ 'image-worker.moderationTime': moderationTime })).toBeCloseTo(rest + 120, 2);
});

it('holds quarantined photos back', () => {
  const { flows, components } = run({
    set: { 'upload-client.photoUpload': uploads(20), 'image-worker.quarantineRatio': 0.25 },
  });
  const done = flows['image-processing']!.counts.completed;
  const held = (components['image-worker']!['quarantinedPerSecond'] as number) * 30;
  // Binomial with n = 590: five standard errors.
  expect(Math.abs(held - 0.25 * done)).toBeLessThan(5 * Math.sqrt(0.25 * 0.75 * done));
  const puts = (components['object-storage']!['putsPerSecond'] as number) * 30;
  expect(Math.abs(puts - 20 * 30 - 8 * (done - held))).toBeLessThan(8 * 20);
});

it('makes each size in each format', () => {
  const puts = (set: object) =>
    run({ set: { 'upload-client.photoUpload': uploads(2), ...set } }).components['object-storage']![
      'putsPerSecond'
    ] as number;
  // The upload itself is one more.
  expect(puts({}) / 2).toBeCloseTo(9, -0.5);
  expect(puts({ 'image-worker.sizes': 2, 'image-worker.formats': 1 }) / 2).toBeCloseTo(3, -0.5);
});

describe('more photos than the workers can do', () => {
  const crowd = { 'upload-client.photoUpload': uploads(20), 'image-worker.workers': 4 };

  it('wait in the stream, where backlog and lag grow', () => {
    const { flows, components } = run({ set: crowd });
    // From the first second on, each worker as soon as its partitions have something.
    const done = (4 * 29_000) / imageMs;
    expect(flows['image-processing']!.counts.completed).toBeGreaterThan(0.95 * done);
    expect(flows['image-processing']!.counts.completed).toBeLessThanOrEqual(done);
    const { backlog, lagSeconds } = components['upload-stream']!;
    expect(backlog!.max).toBeGreaterThan(20 * 28 - done);
    expect(lagSeconds!.max).toBeGreaterThan(10);
    expect(components['image-worker']!.utilization).toBeGreaterThan(0.95);
  });

  it('are rejected where the stream may hold no more', () => {
    const set = { ...crowd, 'upload-stream.backlogLimit': 30, 'upload-service.outbox': false };
    const { flows, components } = run({ set });
    // The limit is of one topic; the other is empty but for what its workers have in hand.
    expect(components['upload-stream']!.backlog!.max).toBeGreaterThanOrEqual(30);
    expect(components['upload-stream']!.backlog!.max).toBeLessThan(30 + 16);
    expect(flows['photo-upload']!.errors.rejected).toBeGreaterThan(300);
  });

  it('wait in the outbox where there is one, and fail nobody', () => {
    const { flows, components } = run({ set: { ...crowd, 'upload-stream.backlogLimit': 30 } });
    expect(components['upload-stream']!.backlog!.max).toBeLessThan(30 + 16);
    expect(flows['photo-upload']!.counts.failed).toBe(0);
    const { completed, inFlightAtEnd, arrivals } = flows['image-processing']!.counts;
    expect(completed + inFlightAtEnd).toBe(arrivals);
    expect(inFlightAtEnd).toBeGreaterThan(300);
  });

  it('push out the oldest where the stream drops them', () => {
    const set = { ...crowd, 'upload-stream.backlogLimit': 30, 'upload-stream.whenFull': 'drop-oldest' };
    const { flows, components } = run({ set });
    const { completed, failed, inFlightAtEnd, arrivals } = flows['image-processing']!.counts;
    expect(components['upload-stream']!.backlog!.max).toBeLessThanOrEqual(30 + 16);
    expect(flows['photo-upload']!.counts.failed).toBe(0);
    expect(completed + failed + inFlightAtEnd).toBe(arrivals);
    expect(components['upload-stream']!['lostMessages']).toBe(failed);
    // The queue of 30 before four workers is nine seconds long at most; nobody waits longer.
    expect(flows['image-processing']!.latencyMs.max).toBeLessThan(10_000);
  });

  it('are gone when a worker comes to them after the retention', () => {
    const { flows } = run({ set: { ...crowd, 'upload-stream.retentionSeconds': 5 } });
    const { completed, failed, inFlightAtEnd, arrivals } = flows['image-processing']!.counts;
    expect(completed + failed + inFlightAtEnd).toBe(arrivals);
    expect(flows['image-processing']!.errors.timeout).toBe(failed);
    expect(failed).toBeGreaterThan(100);
    expect(flows['image-processing']!.latencyMs.max).toBeLessThan(5000 + 2 * imageMs);
  });

  it('are not helped by workers beyond the partitions', () => {
    const done = (workers: number, partitions: number) =>
      run({
        set: { ...crowd, 'image-worker.workers': workers, 'upload-stream.partitions': partitions },
      }).flows['image-processing']!.counts.completed;
    expect(done(20, 2)).toBe(done(2, 2));
    expect(done(20, 64)).toBeGreaterThan(4 * done(2, 2));
  });
});

it('workers that crash lose nothing: what they had in hand is done again', () => {
  const { flows, series } = run({
    set: { 'upload-client.photoUpload': uploads(10), 'image-worker.sessionTimeoutSeconds': 3 },
    timeline: [
      { id: 'crash', kind: 'workers-crash', atSeconds: 5.1, durationSeconds: 6, target: 'image-worker' },
    ],
  });
  const images = flows['image-processing']!;
  const done = series['flows.image-processing.completedPerSecond'] as number[];
  expect(done.slice(6, 11)).toEqual([0, 0, 0, 0, 0]);
  expect(images.counts.completed + images.counts.inFlightAtEnd).toBe(images.counts.arrivals);
  expect(images.counts.inFlightAtEnd).toBeLessThan(10);
  expect(images.counts.failed).toBe(0);
  expect(images.latencyMs.max).toBeGreaterThan(6000);
});

it('a store that fails is asked again until the photo is done', () => {
  const { flows } = run({
    durationSeconds: 101.5,
    set: {
      'upload-client.photoUpload': uploads(0.5),
      // One photo in nine has five or more of its eight variants at one prefix, which takes four at once.
      'object-storage.putsPerPrefixPerSecond': 4,
      'object-storage.prefixes': 4,
    },
    remove: ['upload-client->object-storage'],
  });
  const { counts, latencyMs } = flows['image-processing']!;
  expect(counts.failed).toBe(0);
  expect(latencyMs.p50! / imageMs).toBeCloseTo(1, 1);
  expect(latencyMs.max! / imageMs).toBeGreaterThan(1.9);
  expect(counts.completed).toBe(counts.arrivals);
});

it('without an ImageWorker uploads pile up in the stream', () => {
  const { components, flows } = run({
    set: { 'upload-client.photoUpload': uploads(5) },
    remove: ['image-worker'],
  });
  expect(components['upload-stream']!.backlog!.max).toBeGreaterThanOrEqual(140);
  expect(flows['image-processing']!.counts.completed).toBe(0);
});
