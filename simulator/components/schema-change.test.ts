import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

const perSecond = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const quiet = {
  'read-client.feedRead': null,
  'read-client.postDetail': perSecond(20),
  'upload-client.photoUpload': null,
  'upload-client.like': perSecond(100),
  'upload-client.comment': perSecond(100),
};
const alter = (more: object = {}) => ({
  id: 'alter',
  kind: 'set',
  path: 'post-db.schema.version',
  value: 2,
  atSeconds: 5,
  ...more,
});
const run = (parts: Parts) =>
  runOf({ durationSeconds: 15, timeline: [alter()], ...parts, set: { ...quiet, ...parts.set } });
const worst = (result: ReturnType<typeof run>, flow: string): readonly number[] =>
  (result.series[`flows.${flow}.latencyMs.p99`] as readonly (number | null)[]).map((ms) => ms ?? 0);

describe('on PostgreSQL', () => {
  const engine = { 'post-db.engine': 'postgresql' };
  it('a new column makes those wait who come while it waits for an open transaction', () => {
    const result = run({ set: { ...engine, 'post-db.schema.longestTransactionSeconds': 0.4 } });
    const { latencyMs, errorRatio } = result.flows['comment']!;
    expect(errorRatio).toBe(0);
    const longest = latencyMs.max! - latencyMs.p50!;
    expect(longest).toBeGreaterThan(390);
    expect(longest).toBeLessThan(406);
    // Reads are the primary's too.
    expect(result.flows['post-detail']!.latencyMs.max!).toBeGreaterThan(300);
    worst(result, 'comment').forEach((ms, second) => {
      if (second !== 5) expect(ms).toBeLessThan(latencyMs.p50! + 1);
    });
  });
  it('of a replica it takes the lock only, and not the wait before', () => {
    const set = {
      ...engine,
      'post-db.postgresql.readReplicas': 2,
      'post-db.schema.longestTransactionSeconds': 0.4,
    };
    const details = (more: object) => run({ set: { ...set, ...more } }).flows['post-detail']!.latencyMs.max!;
    expect(details({})).toBeLessThan(50);
    expect(details({ 'post-db.schema.lockMs': 300 })).toBeGreaterThan(250);
  });
  it('a rewrite stops everything for as long as it takes', () => {
    const rewrite = { 'post-db.schema.change': 'rewrite', 'post-db.schema.tableBytes': 3 * 67_108_864 };
    const result = run({ set: { ...engine, ...rewrite } });
    const done = result.series['flows.comment.completedPerSecond'] as readonly number[];
    expect(done.slice(0, 5).every((rate) => rate > 90)).toBe(true);
    // From 5 s on, a tenth of a second for open transactions and three for the table.
    expect(done.slice(6, 8)).toEqual([0, 0]);
    expect(done.slice(9).every((rate) => rate > 90)).toBe(true);
    expect(result.flows['comment']!.errors.timeout).toBeGreaterThan(100);
  });
  it('and it happens again when it is undone', () => {
    const result = run({
      timeline: [alter({ durationSeconds: 5 })],
      set: { ...engine, 'post-db.schema.longestTransactionSeconds': 0.4 },
    });
    expect(worst(result, 'comment').flatMap((ms, second) => (ms > 100 ? [second] : []))).toEqual([5, 10]);
  });
});

describe('on Cassandra', () => {
  it('a new column is nothing that a request would notice', () => {
    const { flows } = run({ set: {} });
    const { flows: without } = run({ timeline: [] });
    for (const flow of ['comment', 'like', 'post-detail'])
      expect(flows[flow]!.latencyMs).toEqual(without[flow]!.latencyMs);
  });
  it('a rewrite makes replicas slower until each has rewritten its ranges', () => {
    const rewrite = {
      'post-db.schema.change': 'rewrite',
      // Four seconds of each of the 64 ranges.
      'post-db.schema.tableBytes': 64 * 4 * 67_108_864 + 1,
      'post-db.streamingFactor': 3,
      'post-db.writeDelay': { distribution: 'constant', ms: 8 },
    };
    const p99 = worst(run({ set: rewrite }), 'comment');
    // A demand of 1.5 ms becomes one of 4.5 ms.
    for (const second of [6, 7, 8]) expect(p99[second]! - p99[3]!).toBeCloseTo(3, 1);
    for (const second of [10, 11, 14]) expect(p99[second]).toBeCloseTo(p99[3]!, 1);
  });
  it('a second one has to wait until all nodes have heard of the first', () => {
    const second = (atSeconds: number) => alter({ id: 'again', value: 3, atSeconds });
    expect(() => run({ timeline: [alter(), second(8)] })).toThrow(/before all nodes agree/);
    expect(run({ timeline: [alter(), second(12)] }).flows['comment']!.errorRatio).toBe(0);
  });
});
