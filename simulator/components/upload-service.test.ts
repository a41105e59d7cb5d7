import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

const steady = { 'upload-stream.publishDelay': { distribution: 'constant', ms: 3.05 } };
const way = 0.5 + 3 + 0.5 + 0.1 + 0.5;
const presign = way + 0.5 + 1;
const write = 10;
const publish = 3.7;
const create = way + 0.5 + write;

function flowsOf(parts: Parts = {}) {
  return runOf({ durationSeconds: 10, ...parts, set: { ...steady, ...parts.set } }).flows;
}

describe('an unloaded upload takes the published times', () => {
  it('presign and create, as the user waits for them; the transfer of the photo apart', () => {
    const flows = flowsOf();
    expect(flows['photo-upload']!.latencyMs.max).toBeCloseTo(presign + create + publish, 3);
    // 2 MB at 20 Mbit/s, and 150 ms at the store.
    expect(flows['media-transfer']!.latencyMs.max).toBeCloseTo(800 + 150, 3);
    expect(flows['photo-upload']!.counts.failed).toBe(0);
  });
  it('without waiting for the stream', () => {
    const flows = flowsOf({ set: { 'upload-service.acks': 'none' } });
    expect(flows['photo-upload']!.latencyMs.max).toBeCloseTo(presign + create, 3);
    expect(flows['fanout']!.counts.arrivals).toBeGreaterThan(40);
  });
  it('a like and a comment', () => {
    const flows = flowsOf();
    expect(flows['like']!.latencyMs.max).toBeCloseTo(create, 3);
    expect(flows['comment']!.latencyMs.max).toBeCloseTo(create, 3);
  });
});

describe('without an UploadStream', () => {
  const remove = ['upload-stream', 'image-worker', 'fanout-worker'];
  const edges = [{ source: 'upload-service', target: 'object-storage' }];

  it('images are made within the request', () => {
    const flows = flowsOf({ remove, edges, set: { 'upload-stream.publishDelay': undefined } });
    expect(flows['photo-upload']!.latencyMs.max).toBeCloseTo(presign + create + 50 + 290 + 150, 3);
  });
  it('and without a way to the store there are no images', () => {
    const flows = flowsOf({ remove });
    expect(flows['photo-upload']!.latencyMs.max).toBeCloseTo(presign + create, 3);
  });
});

it('a photo has nowhere to go without ObjectStorage, and is posted at once', () => {
  const flows = flowsOf({ remove: ['object-storage', 'image-worker', 'cdn'] });
  expect(flows['photo-upload']!.latencyMs.max).toBeCloseTo(presign + create + publish, 3);
  expect(flows['media-transfer']!.counts.arrivals).toBe(0);
});

it('a photo that does not get through in time ends its upload', () => {
  const flows = flowsOf({ set: { 'upload-client->object-storage.timeoutMs': 100 } });
  expect(flows['media-transfer']!.errors.timeout).toBeGreaterThan(40);
  expect(flows['photo-upload']!.errors.timeout).toBeGreaterThan(40);
  expect(flows['photo-upload']!.counts.completed).toBe(0);
});

it('like events load the brokers and are no backlog', () => {
  const load = (likeEvents: boolean) =>
    runOf({
      durationSeconds: 10,
      set: { 'upload-service.likeEvents': likeEvents, 'upload-client.photoUpload': null },
    }).components['upload-stream']!;
  expect(load(true).throughputPerSecond).toBeCloseTo(50, 0);
  expect(load(true).backlog!.max).toBe(0);
  expect(load(false).throughputPerSecond).toBe(0);
});

it('only so many likes of a user pass in an hour', () => {
  const { flows } = runOf({
    durationSeconds: 20,
    set: {
      'population.users': 10,
      'population.followers.max': 10,
      'population.followers.mean': 5,
      'api-gateway.likesPerUserPerHour': 20,
    },
  });
  // Ten users send about a hundred likes each.
  expect(flows['like']!.counts.completed + flows['like']!.counts.inFlightAtEnd).toBe(200);
  expect(flows['like']!.rateLimited).toBeGreaterThan(750);
  expect(flows['like']!.errorRatio).toBe(0);
});

it('a photo that comes with its post is stored, and made into variants without being read back', () => {
  const flows = flowsOf({
    remove: ['upload-stream', 'image-worker', 'fanout-worker'],
    edges: [{ source: 'upload-service', target: 'object-storage' }],
    set: { 'upload-client.uploads': 'proxied' },
  });
  expect(flows['photo-upload']!.latencyMs.max).toBeCloseTo(way + 0.5 + 150 + 290 + 150 + write, 3);
  expect(flows['media-transfer']!.latencyMs.max).toBeCloseTo(800, 3);
});
