import { expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });

/** All views go to the origin: a hundred a second for each feed read of 20 a second. */
const storageOf = (prefixes: number, getsPerPrefixPerSecond: number | null, durationSeconds = 20) => {
  const { components, flows } = runOf({
    durationSeconds,
    set: {
      'read-client.feedRead': constantRate(20),
      'read-client.clientCacheHitRatio': 0,
      'upload-client.photoUpload': null,
      'cdn.edgeHitRatio': 0,
      'cdn.regionalHitRatio': 0,
      'object-storage.prefixes': prefixes,
      'object-storage.getsPerPrefixPerSecond': getsPerPrefixPerSecond,
    },
  });
  const perSecond = (name: string) => components['object-storage']![name] as number;
  return { gets: perSecond('getsPerSecond'), views: flows['image-view']! };
};

it('a prefix answers what it may, and one second’s worth that it saved up before', () => {
  const { gets, views } = storageOf(1, 40);
  // 40 a second for 20 s, and the 40 of a full bucket; the first view comes a little after the start.
  expect(gets * 20).toBeGreaterThan(40 * 21 - 10);
  expect(gets * 20).toBeLessThanOrEqual(40 * 21);
  expect(views.errors.rejected).toBeGreaterThan(1000);
});

it('limits are each prefix’s own: as many prefixes answer as many times as much', () => {
  const { gets, views } = storageOf(4, 40);
  // 160 a second are allowed and 100 asked for, 25 of each prefix in the mean.
  expect(views.errors.rejected).toBe(0);
  expect(gets).toBeCloseTo(100, -1);
});

it('without a limit answers everything', () => {
  expect(storageOf(1, null).views.errors.rejected).toBe(0);
});

it('a photo costs one read and eight writes more than its upload', () => {
  const { components } = runOf({
    durationSeconds: 20,
    set: { 'read-client.imagesPerFeedRead': 0, 'upload-client.photoUpload': constantRate(5) },
  });
  const storage = components['object-storage']!;
  // The last second or two of photos are still in work.
  expect((storage['getsPerSecond'] as number) / 5).toBeCloseTo(1, 0);
  expect((storage['putsPerSecond'] as number) / 5).toBeGreaterThan(8);
  expect((storage['putsPerSecond'] as number) / 5).toBeLessThanOrEqual(9);
});
