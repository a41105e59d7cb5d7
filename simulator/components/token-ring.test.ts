import { expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const quiet = {
  'upload-client.photoUpload': null,
  'upload-client.like': null,
  'upload-client.comment': constantRate(1),
  'read-client.feedRead': constantRate(1),
  'read-client.postDetail': constantRate(500),
  'population.whalesPerReader': [1],
  'post-db.partitions': 4,
  'post-db.keyWritesPerSecond': null,
};

it('added ranges take their share of everything, and a hot key stays whole', () => {
  const { phases } = runOf({
    durationSeconds: 40,
    set: quiet,
    timeline: [
      {
        id: 'join',
        kind: 'set',
        atSeconds: 10,
        path: 'post-db.addedPartitions',
        value: 4,
        durationSeconds: 30,
      },
      { id: 'viral', kind: 'viral-post', atSeconds: 1, likesPerSecond: 300, halfLifeSeconds: 1e5 },
    ],
  });
  const rates = phases['during:join']!.components['post-db']!.shards!.map((s) => s.throughputPerSecond);
  const hot = Math.max(...rates);
  const others = rates.filter((rate) => rate !== hot);
  expect(rates).toHaveLength(8);
  // 1,000 reads over eight ranges; Poisson by range over 30 s, five standard errors.
  for (const rate of others) expect(Math.abs(rate - 1000 / 8)).toBeLessThan(5 * Math.sqrt(125 / 30) + 3);
  // A like is a read and three writes, all of one range.
  expect(Math.abs(hot - 125 - 4 * 300)).toBeLessThan(4 * 5 * Math.sqrt(300 / 30) + 20);
});

it('while ranges are streamed the others take longer', () => {
  const result = runOf({
    durationSeconds: 20,
    set: { ...quiet, 'post-db.streamingFactor': 2 },
    timeline: [
      {
        id: 'stream',
        kind: 'set',
        atSeconds: 10,
        path: 'post-db.joiningPartitions',
        value: 4,
        durationSeconds: 10,
      },
    ],
  });
  const { before, 'during:stream': during } = result.phases;
  const ratio = during!.components['post-db']!.utilization! / before!.components['post-db']!.utilization!;
  expect(ratio).toBeCloseTo(2, 1);
});

it('a compaction takes places of one replica after the other', () => {
  const run = (set: object) =>
    runOf({
      durationSeconds: 25,
      set: { ...quiet, 'post-db.concurrency': 4, 'read-client.postDetail': constantRate(1), ...set },
    }).components['post-db']!;
  // Twelve replicas, one every 2 s, for a second each, with all four places.
  const compacting = run({ 'post-db.compaction': { periodSeconds: 24, seconds: 1, places: 4 } });
  expect(compacting.utilization! - run({}).utilization!).toBeCloseTo(1 / 25, 2);
  for (const shard of compacting.shards!) expect(shard.utilization).toBeGreaterThan(0.95 / 25);
});
