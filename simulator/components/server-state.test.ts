import { expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const zoneLoss = (zone: number) => ({
  id: 'loss',
  kind: 'zone-loss',
  zone,
  atSeconds: 10,
  durationSeconds: 40,
});
/** One instance of everything else, in zone 0: what is lost of zones 1 and 2 is the database's. */
const on = (zone: number, readReplicas: number, set: object = {}) =>
  runOf({
    durationSeconds: 60,
    timeline: [zoneLoss(zone)],
    set: {
      'post-db.engine': 'postgresql',
      'post-db.postgresql.readReplicas': readReplicas,
      'post-db.postgresql.detectionSeconds': 5,
      'post-db.postgresql.failoverSeconds': 20,
      'read-client.feedRead': null,
      'read-client.postDetail': constantRate(50),
      'upload-client.photoUpload': null,
      'upload-client.like': null,
      'upload-client.comment': constantRate(50),
      'population.whalesPerReader': [1],
      'api-gateway.instances': 1,
      'feed-service.instances': 1,
      'upload-service.instances': 1,
      ...set,
    },
  }).phases;

it('a lost read replica costs the reads that were to go there, until that is noticed', () => {
  const { 'during:loss': during, 'after:loss': after } = on(1, 2);
  expect(during!.flows['comment']!.errorRatio).toBe(0);
  // Three of four post details ask it once or twice, for 5 s; 250 of them, five standard errors.
  const { errors } = during!.flows['post-detail']!;
  expect(Math.abs(errors.timeout - 250 * 0.75)).toBeLessThan(5 * Math.sqrt(250 * 0.75 * 0.25) + 2);
  expect(errors.unavailable).toBe(0);
  expect(after!.flows['post-detail']!.errorRatio).toBeLessThan(0.01);
});

it('without its primary nothing is written until a replica is promoted', () => {
  // The primary and everything of one instance lie in zone 0: the services are moved out of it by their number.
  const many = { 'api-gateway.instances': 3, 'feed-service.instances': 3, 'upload-service.instances': 3 };
  const balanced = {
    'read-lb.healthCheck': { intervalMs: 100, timeoutMs: 100, fall: 1, rise: 1 },
    'upload-lb.healthCheck': { intervalMs: 100, timeoutMs: 100, fall: 1, rise: 1 },
  };
  const { 'during:loss': during } = on(0, 2, { ...many, ...balanced });
  const { comment } = during!.flows;
  // The gateway has nobody in front of it that would know: a third of all requests ends there.
  const arrived = (50 * 2) / 3;
  expect(comment!.errors.timeout).toBeGreaterThan(arrived * 5 * 0.8);
  expect(comment!.errors.timeout).toBeLessThan(arrived * 5 * 1.2);
  const down = 20 * arrived + 40 * (50 / 3);
  expect(comment!.errors.timeout + comment!.errors.unavailable).toBeGreaterThan(down * 0.9);
  expect(comment!.errors.timeout + comment!.errors.unavailable).toBeLessThan(down * 1.1);
});
