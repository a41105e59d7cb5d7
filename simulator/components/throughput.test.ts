import { describe, expect, it } from 'vitest';
import { runOf } from './instagram.fixture.ts';

const constant = (ms: number) => ({ distribution: 'constant', ms });
/** Nobody gives up. */
const patient = {
  'read-client->api-gateway.timeoutMs': null,
  'upload-client->api-gateway.timeoutMs': null,
  'read-client->cdn.timeoutMs': null,
  'api-gateway->read-lb.timeoutMs': null,
  'api-gateway->upload-lb.timeoutMs': null,
  'read-lb->feed-service.timeoutMs': null,
  'upload-lb->upload-service.timeoutMs': null,
};
/** Feed reads, presigns and images take five of the twenty seconds that a run lasts. */
const slow = {
  'feed-service.threads': 1000,
  'feed-service.cores': 1000,
  'feed-service.requestDemand': constant(5000),
  'upload-service.presignDelay': constant(5000),
  'cdn.edgeDelay': constant(5000),
};
const still = { 'upload-client.like': null, 'upload-client.comment': null };

describe('throughput counts what is finished', () => {
  const { components, flows, simulatedSeconds } = runOf({ set: { ...patient, ...slow, ...still } });
  const perSecond = (...ids: string[]) =>
    ids.reduce((sum, id) => sum + flows[id]!.counts.completed + flows[id]!.counts.failed, 0) /
    simulatedSeconds;

  it('by clients: each request that has ended', () => {
    expect(flows['feed-read']!.counts.inFlightAtEnd).toBeGreaterThan(490);
    expect(components['read-client']!.throughputPerSecond).toBe(perSecond('feed-read', 'post-detail'));
    expect(components['upload-client']!.throughputPerSecond).toBe(perSecond('photo-upload'));
  });
  it.each([
    ['read-lb', 150],
    ['cdn', 172.5],
  ])('by %s: each request that it has answered', (id, ratePerSecond) => {
    // Those of the first 15 s have ended; images begin with a feed that has arrived.
    const expected = id === 'cdn' ? (ratePerSecond * 10) / 20 : (ratePerSecond * 15) / 20;
    expect(components[id]!.throughputPerSecond).toBeGreaterThan(0.95 * expected);
    expect(components[id]!.throughputPerSecond).toBeLessThan(1.05 * expected);
  });
  it('by a balancer: what failed and what its client gave up too', () => {
    const given = runOf({
      set: { ...patient, ...slow, ...still, 'read-client->api-gateway.timeoutMs': 100 },
    });
    expect(given.flows['feed-read']!.counts.completed).toBe(0);
    expect(given.components['read-lb']!.throughputPerSecond).toBe(components['read-lb']!.throughputPerSecond);
    const refused = runOf({
      set: still,
      timeline: [
        {
          id: 'gone',
          kind: 'network-partition',
          atSeconds: 0,
          durationSeconds: 100,
          target: 'read-lb->feed-service',
          mode: 'refuse',
        },
      ],
    });
    expect(refused.components['read-lb']!.throughputPerSecond).toBeCloseTo(150, 0);
  });
});
