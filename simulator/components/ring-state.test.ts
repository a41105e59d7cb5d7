import { describe, expect, it } from 'vitest';
import { runOf, type Parts } from './instagram.fixture.ts';

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
/** Comments are quorum writes, post details two LOCAL_ONE reads; nothing else touches the database. */
const quiet = {
  'read-client.feedRead': null,
  'read-client.postDetail': constantRate(50),
  'upload-client.photoUpload': null,
  'upload-client.like': null,
  'upload-client.comment': constantRate(50),
  'population.whalesPerReader': [1],
  'post-db.readDelay': { distribution: 'constant', ms: 3 },
  // One instance of everything else, in zone 0: what is lost of zones 1 and 2 is the database's.
  'api-gateway.instances': 1,
  'feed-service.instances': 1,
  'upload-service.instances': 1,
};
/** Gossip as it was when the figures were measured: intervals over a second do not count for the mean. */
const measuredGossip = { 'post-db.phiConvictThreshold': 5, 'post-db.heartbeatIntervalMs': 700 };

const zoneLoss = (zone: number, more: object = {}) => ({
  id: `zone-${zone}`,
  kind: 'zone-loss',
  zone,
  atSeconds: 5,
  durationSeconds: null,
  ...more,
});
const on = (timeline: readonly object[], set: object = {}, parts: Parts = {}) =>
  runOf({ durationSeconds: 30, timeline, ...parts, set: { ...quiet, ...measuredGossip, ...set } });

describe('one of three zones is gone', () => {
  it('no write fails, and reads go elsewhere after the speculative retry', () => {
    const { phases } = on([zoneLoss(2)]);
    const { comment, 'post-detail': detail } = phases['after:zone-2']!.flows;
    expect(comment!.errors.timeout + comment!.errors.unavailable).toBe(0);
    expect(detail!.errorRatio).toBe(0);
    // Both reads of a post detail may have asked the lost replica first.
    const before = phases['before']!.flows['post-detail']!.latencyMs.max!;
    expect(detail!.latencyMs.max! - before).toBeCloseTo(2 * 20, 1);
    // After the conviction nobody asks it any more.
    expect(phases['before']!.flows['comment']!.latencyMs.max).toBeCloseTo(comment!.latencyMs.max!, 3);
  });
});

describe('two of three zones are gone', () => {
  it('quorum writes time out until the conviction, then are unavailable at once; reads of one go on', () => {
    const conviction = 5 * Math.LN10 * 0.7;
    const { flows } = on([zoneLoss(1), zoneLoss(2)]);
    const { comment, 'post-detail': detail } = flows;
    expect(detail!.errorRatio).toBe(0);
    expect(comment!.errors.timeout / 50).toBeCloseTo(conviction, 0);
    expect(comment!.errors.unavailable / 50).toBeCloseTo(25 - conviction, 0);
    // Measured: write time-outs until gossip convicted, about 8 s.
    expect(comment!.errors.timeout / 50 / 8).toBeGreaterThan(0.8);
    expect(comment!.errors.timeout / 50 / 8).toBeLessThan(1.2);
  });

  it('and writes with LOCAL_ONE go on', () => {
    const { flows } = on([zoneLoss(1), zoneLoss(2)], { 'upload-service.writeConsistency': 'local-one' });
    expect(flows['comment']!.errorRatio).toBe(0);
  });

  it('after the outage nodes start, then quorums write again', () => {
    const { flows } = on([zoneLoss(1, { durationSeconds: 10 }), zoneLoss(2, { durationSeconds: 10 })]);
    const downSeconds = (flows['comment']!.errors.timeout + flows['comment']!.errors.unavailable) / 50;
    // Measured: 7.5 to 12.5 s from the start of the processes.
    expect(downSeconds - 10).toBeGreaterThan(7.5);
    expect(downSeconds - 10).toBeLessThan(12.5);
  });
});

it('all zones gone: nothing is read or written', () => {
  const { phases } = on([zoneLoss(0), zoneLoss(1), zoneLoss(2)]);
  const { 'post-detail': detail } = phases['after:zone-0']!.flows;
  expect(detail!.completedPerSecond).toBe(0);
});

it('hints are as many writes as the replica missed', () => {
  const finished = (timeline: readonly object[]) =>
    on(
      timeline,
      { 'read-client.postDetail': constantRate(1), 'post-db.rejoinSeconds': 0 },
      { durationSeconds: 30 },
    ).components['post-db']!.throughputPerSecond * 30;
  const calm = finished([]);
  // Away for 6 s, replayed over 12 s at half the rate of new writes: all 300 that it missed.
  const recovered = finished([zoneLoss(2, { durationSeconds: 6 })]);
  expect(Math.abs(recovered - calm)).toBeLessThan(5 * Math.sqrt(600 * 0.25) + 10);
  const lost = finished([zoneLoss(2, { durationSeconds: 24.9 })]);
  expect(calm - lost).toBeGreaterThan(50 * 24);
});

it('a full disk refuses writes, and reads go on', () => {
  const { phases } = on([
    { id: 'full', kind: 'disk-full', target: 'post-db', atSeconds: 5, durationSeconds: 10 },
  ]);
  const { comment, 'post-detail': detail } = phases['during:full']!.flows;
  expect(comment!.counts.completed).toBeLessThan(5);
  expect(comment!.errors.unavailable).toBeGreaterThan(490);
  expect(detail!.errorRatio).toBe(0);
  expect(phases['after:full']!.flows['comment']!.errorRatio).toBe(0);
});
