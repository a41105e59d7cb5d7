import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds, type ConfigOf } from '../../scenarios/index.ts';
import { indexDepth, pageMissRatio } from './btree.ts';
import { runOf, type Parts } from './instagram.fixture.ts';

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const off = { 'upload-client.photoUpload': null, 'upload-client.like': null };
const quiet = {
  ...off,
  'upload-client.comment': constantRate(1),
  'population.whalesPerReader': [1],
  'feed-cache.hitRatio': 1,
};
/** Callers that wait for ever, so that what is served is not thrown away. */
const patient = {
  'feed-service->post-db.timeoutMs': null,
  'read-lb->feed-service.timeoutMs': null,
  'api-gateway->read-lb.timeoutMs': null,
  'read-client->api-gateway.timeoutMs': null,
  'upload-service->post-db.timeoutMs': null,
  'upload-lb->upload-service.timeoutMs': null,
  'api-gateway->upload-lb.timeoutMs': null,
  'upload-client->api-gateway.timeoutMs': null,
};
const on = (set: object, parts: Parts = {}) =>
  runOf({ durationSeconds: 20, ...parts, set: { 'post-db.engine': 'postgresql', ...quiet, ...set } });

describe('an index', () => {
  it('has as many levels as powers of the entries a page that hold all rows', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.integer({ min: 2, max: 1000 }),
        (rows, entries) => {
          const depth = BigInt(indexDepth(Number(rows), entries));
          expect(BigInt(entries) ** depth >= rows).toBe(true);
          expect(depth === 1n || BigInt(entries) ** (depth - 1n) < rows).toBe(true);
        },
      ),
    );
  });

  it('makes every read longer by the pages of its further levels', () => {
    const detail = (rows: number) =>
      on({ 'post-db.postgresql.rows': rows, 'post-db.postgresql.pageDemandMs': 1 }).flows['post-detail']!
        .latencyMs;
    // 263 entries a page: two levels hold 69,169 rows, four 4.8 billion. Two reads a post detail.
    expect(detail(1_000_000_000).max! - detail(69_169).max!).toBeCloseTo(2 * 2, 3);
  });
});

describe('memory', () => {
  const defaults = (kinds['PostDB']!.config.parse({}) as ConfigOf<'PostDB'>).postgresql;
  it('holds the pages of the hot rows, or the share of them that fits', () => {
    // 10 % of 1,000 rows of 200 bytes, and of 2 index entries of 8,192 / 256 bytes.
    const config = { ...defaults, rows: 1000, rowBytes: 200, indexes: 2, entriesPerPage: 256, hotRatio: 0.1 };
    expect(pageMissRatio({ ...config, cacheBytes: 26_400 })).toBe(0);
    expect(pageMissRatio({ ...config, cacheBytes: 6_600 })).toBeCloseTo(0.75, 12);
  });

  it('that is too small sends every query to the disk for its share of the pages', () => {
    const rate = 200;
    const { components, flows } = on({
      'read-client.feedRead': constantRate(rate),
      'read-client.postDetail': constantRate(1),
      'feed-cache.hitRatio': 0,
      'feed-service.pullQueries': null,
      'feed-service.countQueries': 0,
      'population.followees.mean': 9,
      'post-db.postgresql.rows': 1000,
      'post-db.postgresql.entriesPerPage': 256,
      'post-db.postgresql.cacheBytes': 6600,
      'post-db.postgresql.diskQueueDepth': 1000,
    });
    // The follow list and nine authors, leaf and row each: 20 pages, binomial; 20 s, five standard errors.
    const feedReads = flows['feed-read']!.counts.completed;
    const details = flows['post-detail']!.counts.completed;
    const pages = 20 * feedReads + 2 * 2 * details;
    const read = (components['post-db'] as { diskReadsPerSecond?: number }).diskReadsPerSecond! * 20;
    expect(feedReads).toBeGreaterThan(rate * 19);
    expect(Math.abs(read - 0.75 * pages)).toBeLessThan(5 * Math.sqrt(pages * 0.75 * 0.25) + 20 * 2);
    // Pages of one feed are read one after the other: 15 on average, of 1 ms each, on top of the rest.
    expect(flows['feed-read']!.latencyMs.mean!).toBeGreaterThan(15 + 5);
  });
});

describe('one server writes', () => {
  const writes = (readReplicas: number) =>
    on(
      {
        'upload-client.comment': constantRate(400),
        'post-db.postgresql.readReplicas': readReplicas,
        'post-db.postgresql.cores': 1,
        'post-db.postgresql.writeDemandMs': 4,
        'post-db.postgresql.pageDemandMs': 0,
        ...patient,
      },
      { durationSeconds: 10 },
    );
  it.each([0, 1, 4])('and %i replicas do not change how much', (readReplicas) => {
    const { flows, components } = writes(readReplicas);
    // A core that takes 4 ms a write does 250 a second of the 400; without replicas the reads take their part.
    const reads = readReplicas === 0 ? 300 * 0.05 : 0;
    expect(flows['comment']!.completedPerSecond).toBeGreaterThan((1000 - reads) / 4 - 4);
    expect(flows['comment']!.completedPerSecond).toBeLessThanOrEqual(250);
    expect(components['post-db']!.shards![0]!.utilization).toBeGreaterThan(0.99);
    if (readReplicas > 0) expect(flows['feed-read']!.latencyMs.max).toBeLessThan(20);
  });

  it('every replica repeats every write', () => {
    const { components } = on({
      'upload-client.comment': constantRate(100),
      'read-client.feedRead': constantRate(1),
      'read-client.postDetail': constantRate(1),
      'post-db.postgresql.readReplicas': 3,
      'post-db.postgresql.replayDemandMs': 4,
      'post-db.postgresql.cores': 1,
    });
    for (const replica of components['post-db']!.shards!.slice(1))
      expect(replica.utilization).toBeCloseTo(0.4, 1);
  });
});

describe('connections', () => {
  it('bound how many slow statements run, whatever the cores', () => {
    const { flows } = on({
      'read-client.feedRead': constantRate(100),
      'read-client.postDetail': null,
      'feed-cache.hitRatio': 0,
      'feed-service.pullQueries': null,
      'feed-service.countQueries': 0,
      'post-db.postgresql.readReplicas': 1,
      'post-db.postgresql.maxConnections': 5,
      'post-db.postgresql.feedDelay': { distribution: 'constant', ms: 99 },
      'post-db.postgresql.queryDemandMs': 1,
      'post-db.postgresql.pageDemandMs': 0,
      ...patient,
    });
    expect(flows['feed-read']!.completedPerSecond).toBeCloseTo(5 / 0.1, 0);
  });

  it('are held by those who wait for a row that many update', () => {
    const post = {
      id: 'post',
      atSeconds: 5,
      kind: 'whale-post',
      followers: 10,
      readBoost: 0,
      halfLifeSeconds: 1000,
      likesPerSecond: 200,
    };
    const { phases } = on(
      {
        'upload-client.comment': constantRate(50),
        'post-db.postgresql.rowLockMs': 10,
        'post-db.postgresql.maxConnections': 40,
      },
      { timeline: [post], durationSeconds: 15 },
    );
    const during = phases['during:post']!;
    // One update every 10 ms; the others hold all 40 connections, and comments wait behind them until they give up.
    // Likes begin when the post is there, about a second after the event.
    expect(during.components['post-db']!.hottestKey!.servedWritesPerSecond).toBeGreaterThan(100 * 0.85);
    expect(during.components['post-db']!.hottestKey!.servedWritesPerSecond).toBeLessThan(100 * 1.05);
    expect(phases['before']!.flows['comment']!.latencyMs.max).toBeLessThan(20);
    expect(during.flows['comment']!.errors.timeout).toBeGreaterThan(50 * 6);
    expect(phases['before']!.flows['comment']!.errorRatio).toBe(0);
  });
});
