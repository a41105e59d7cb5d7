import { describe, expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const readsOnly = {
  'upload-client.like': null,
  'upload-client.comment': { process: 'constant', ratePerSecond: 1 },
  'upload-client.photoUpload': null,
  'read-client.clientCacheHitRatio': 0,
};
const views = (set: object, rest: object = {}) =>
  runOf({ durationSeconds: 20, set: { ...readsOnly, ...set }, ...rest });
const latencyOf = (set: object, remove: readonly string[] = []) =>
  views(set, {
    remove,
    edges: remove.length > 0 ? [{ source: 'read-client', target: 'object-storage' }] : [],
  }).flows['image-view']!.latencyMs;

describe('an image takes the published time of the tier that has it', () => {
  it('edge', () => {
    expect(latencyOf({ 'cdn.edgeHitRatio': 1 }).max).toBeCloseTo(5, 3);
  });
  it('regional cache', () => {
    expect(latencyOf({ 'cdn.edgeHitRatio': 0, 'cdn.regionalHitRatio': 1 }).max).toBeCloseTo(5 + 15, 3);
  });
  it('origin', () => {
    expect(latencyOf({ 'cdn.edgeHitRatio': 0, 'cdn.regionalHitRatio': 0 }).max).toBeCloseTo(5 + 15 + 50, 3);
  });
  it('origin alone, where there is no CDN', () => {
    expect(latencyOf({}, ['cdn']).max).toBeCloseTo(50, 3);
  });
});

it('tiers hit by their ratios, 97 % together; the browser has its share before', () => {
  const { components, flows } = views({ 'read-client.clientCacheHitRatio': 0.655 }, { durationSeconds: 100 });
  const cdn = components['cdn']!;
  const views5 = 100 * 5 * 0.345;
  // Five standard errors of the 17,250 views.
  expect(Math.abs(flows['image-view']!.offeredPerSecond - views5)).toBeLessThan(
    5 * Math.sqrt((500 * 0.345 * 0.655) / 100),
  );
  expect(Math.abs(cdn.hitRatio! - 0.97)).toBeLessThan(5 * Math.sqrt((0.97 * 0.03) / 17_250));
  expect(Math.abs((cdn['edgeHitsPerSecond'] as number) / cdn.throughputPerSecond - 0.85)).toBeLessThan(
    5 * Math.sqrt((0.85 * 0.15) / 17_250),
  );
});

describe('the image of a whale’s post', () => {
  const post = {
    id: 'post',
    atSeconds: 2,
    kind: 'whale-post',
    followers: 500_000_000,
    readBoost: 0,
    halfLifeSeconds: 1000,
  };
  const keyed = (set: object) =>
    views(
      {
        'cdn.edgeHitRatio': 1,
        'cdn.edges': 10,
        'cdn.regionals': 2,
        'read-client.feedRead': { process: 'constant', ratePerSecond: 1000 },
        ...set,
      },
      { timeline: [post] },
    );
  const fetches = (set: object) => (keyed(set).components['cdn']!['originFetchesPerSecond'] as number) * 20;

  it('starts cold in every tier, and is fetched once by each cache when views coalesce', () => {
    expect(fetches({})).toBeCloseTo(2, 6);
    const { flows } = keyed({});
    expect(flows['image-view']!.latencyMs.max).toBeCloseTo(70, 0);
    expect(flows['image-view']!.latencyMs.p50).toBeCloseTo(5, 1);
  });

  it('is fetched again and again until the first fetch is there when they do not', () => {
    // For some 65 ms, a thousand a second: those at one of the ten edges that are cold.
    expect(fetches({ 'cdn.coalesce': false })).toBeGreaterThan(20);
  });

  it('makes those who wait for another’s fetch wait no longer than it takes', () => {
    const waiting = keyed({}).components['cdn']!.waitMs;
    expect(waiting.mean).toBeGreaterThanOrEqual(0);
    const { flows } = keyed({ 'cdn.edges': 1, 'cdn.regionals': 1 });
    expect(flows['image-view']!.latencyMs.max).toBeCloseTo(70, 0);
  });
});

it('an origin that throttles fails what both tiers miss', () => {
  const { flows } = views({
    'cdn.edgeHitRatio': 0,
    'cdn.regionalHitRatio': 0,
    'object-storage.getsPerPrefixPerSecond': 1,
  });
  expect(flows['image-view']!.errors.rejected).toBeGreaterThan(5000);
});
