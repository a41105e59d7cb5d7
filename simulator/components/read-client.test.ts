import { expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const set = {
  'read-client.postDetail': null,
  'upload-client.photoUpload': null,
  'upload-client.like': null,
  'upload-client.comment': { process: 'constant', ratePerSecond: 1 },
  'population.whalesPerReader': [1],
  'read-client.feedRead': { process: 'constant', ratePerSecond: 200 },
};
const post = {
  id: 'post',
  atSeconds: 10,
  kind: 'whale-post',
  followers: 125_000_000,
  readBoost: 4,
  halfLifeSeconds: 10,
};
const run = (event: object = {}, more: object = {}) =>
  runOf({ durationSeconds: 51, timeline: [{ ...post, ...event }], set: { ...set, ...more } });

it('followers of a whale come back for its post, ever fewer of them', () => {
  const feed = run().series['flows.feed-read.offeredPerSecond'] as number[];
  const mean = (from: number, to: number) =>
    feed.slice(from, to).reduce((sum, x) => sum + x, 0) / (to - from);
  // A quarter of the users follow: 200 more a second at first, half of that after each ten seconds.
  const expected = (from: number, to: number) =>
    200 + (200 * (10 / Math.LN2) * (2 ** -((from - 11) / 10) - 2 ** -((to - 11) / 10))) / (to - from);
  expect(mean(0, 10)).toBeCloseTo(200, -0.5);
  for (const [from, to] of [
    [11, 21],
    [21, 31],
    [31, 51],
  ] as const)
    expect(Math.abs(mean(from, to) - expected(from, to))).toBeLessThan(
      5 * Math.sqrt((expected(from, to) - 200) / (to - from)) + 2,
    );
});

it('each read by a follower pulls once more, whether it came because of the post or not', () => {
  const { components } = run({ readBoost: 0, halfLifeSeconds: 1000 }).phases['during:post']!;
  const { offeredReadsPerSecond, key } = components['post-db']!.hottestKey!;
  expect(key).toBe('post');
  // A quarter of 200 a second over 41 s, of which about one passed before the post was acknowledged.
  expect(Math.abs(offeredReadsPerSecond - 50)).toBeLessThan(5 * Math.sqrt(50 / 41) + 1.3);
});

it('nobody pulls a post that is older than the window', () => {
  const { series } = run({ readBoost: 0, halfLifeSeconds: 1000 }, { 'feed-service.whaleWindowSeconds': 5 });
  const reads = series['components.post-db.hottestKey.offeredReadsPerSecond'] as (number | null)[];
  expect(reads[13]!).toBeGreaterThan(20);
  for (const second of reads.slice(18)) expect(second ?? 0).toBe(0);
});

it('two posts by one account are one key, and one pull', () => {
  const { phases } = runOf({
    durationSeconds: 51,
    set: { ...set, 'population.whales': [{ id: 'star', followers: 250_000_000 }] },
    timeline: [
      { ...post, author: 'star', followers: 250_000_000, readBoost: 0, halfLifeSeconds: 1000 },
      {
        ...post,
        id: 'again',
        atSeconds: 30,
        author: 'star',
        followers: 250_000_000,
        readBoost: 0,
        halfLifeSeconds: 1000,
      },
    ],
  });
  const { hottestKey } = phases['during:again']!.components['post-db']!;
  expect(hottestKey!.key).toBe('star');
  expect(Math.abs(hottestKey!.offeredReadsPerSecond - 100)).toBeLessThan(5 * Math.sqrt(100 / 21));
});
