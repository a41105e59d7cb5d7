import { describe, expect, it } from 'vitest';
import { runOf } from '../components/instagram.fixture.ts';
import { resultOf, scenarioOf } from '../engine/engine.fixture.ts';

/** Requests at given times through small designs with constant times: every latency is known by hand. */
const constant = (ms: number) => ({ distribution: 'constant', ms });
const client = (timesMs: readonly number[], operation = 'read') => ({
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', operation, arrivals: { process: 'trace', timesMs } },
});
const service = (config: object) => ({ id: 'server', kind: 'Service', config });

function work(
  nodes: readonly { id: string; kind: string; config?: object }[],
  timeline: readonly object[],
  edge: object = {},
) {
  const result = resultOf(
    scenarioOf({
      nodes,
      edges: [{ source: 'client', target: 'server', config: edge }],
      durationSeconds: 10,
      timeline,
    }),
  );
  return { result, flow: result.flows['work']! };
}

const fault = (kind: string, members: object = {}) => ({
  id: 'fault',
  kind,
  atSeconds: 1,
  durationSeconds: 1,
  ...members,
});

describe('a slow node', () => {
  const slow = (members: object = {}) => fault('slow-node', { target: 'server', factor: 3, ...members });

  it('serves for as long as the factor says, while it lasts', () => {
    const { flow } = work(
      [client([500, 1500, 2500]), service({ servers: 1, serviceTime: constant(10) })],
      [slow()],
    );
    expect(flow.latencyMs).toMatchObject({ count: 3, max: 30 });
    expect(flow.latencyMs.mean).toBeCloseTo(50 / 3, 9);
    expect(flow.timeMs!.service).toBeCloseTo(50 / 3, 9);
  });

  it('serves whoever still waits for a thread when it is over as fast as ever', () => {
    const store = { id: 'store', kind: 'Database', config: { readTime: constant(0) } };
    const result = resultOf(
      scenarioOf({
        nodes: [client([1900, 1901, 1902, 1903]), service({ servers: 1, serviceTime: constant(10) }), store],
        edges: [
          { source: 'client', target: 'server' },
          { source: 'server', target: 'store' },
        ],
        timeline: [slow({ factor: 11 })],
      }),
    );
    // From 1900 to 2010 ms, then 10 ms each.
    expect(result.flows['work']!.latencyMs).toMatchObject({ count: 4, max: 2040 - 1903 });
  });

  it('multiplies with another that is slow at the same time, and lasts to the end without a duration', () => {
    const { flow } = work(
      [client([1500, 2500]), service({ servers: 1, serviceTime: constant(10) })],
      [slow(), { ...slow({ factor: 5, durationSeconds: null }), id: 'worse' }],
    );
    expect(flow.latencyMs.mean).toBeCloseTo((150 + 50) / 2, 9);
  });

  it('is one of the workers: its messages take longer, those of the other do not', () => {
    const result = resultOf(
      scenarioOf({
        nodes: [
          client(Array.from({ length: 100 }, (_, i) => 1000 + 9 * i)),
          { id: 'queue', kind: 'Queue', config: { partitions: 2, appendTime: constant(0) } },
          { id: 'worker', kind: 'Worker', config: { workers: 2, serviceTime: constant(1) } },
        ],
        edges: [
          { source: 'client', target: 'queue' },
          { source: 'queue', target: 'worker' },
        ],
        timeline: [slow({ target: 'worker', instance: 1, factor: 8 })],
      }),
    );
    const { latencyMs } = result.flows['worker']!;
    expect(latencyMs).toMatchObject({ count: 100, max: 8 });
    // Each message is on one of the two: 1 ms or 8 ms, half of them each, give or take four deviations.
    expect(latencyMs.mean).toBeGreaterThan(1 + 7 * (0.5 - 4 * 0.05));
    expect(latencyMs.mean).toBeLessThan(1 + 7 * (0.5 + 4 * 0.05));
  });

  it('is one of the instances of a service: every second request in turn', () => {
    const design = {
      'feed-service.instances': 2,
      'feed-service.requestDemand': constant(1),
      'read-lb.policy': 'round-robin',
    };
    const parts = { set: design, durationSeconds: 4 };
    const ordinary = runOf(parts).flows['post-detail']!;
    const members = { target: 'feed-service', instance: 1, factor: 6, atSeconds: 0, durationSeconds: null };
    const hit = runOf({ ...parts, timeline: [fault('slow-node', members)] }).flows['post-detail']!;
    expect(hit.latencyMs.count).toBe(ordinary.latencyMs.count);
    // Feed reads take turns too, so that about half of the post details meet the slow one: 5 ms more.
    const share = (hit.latencyMs.mean! - ordinary.latencyMs.mean!) / 5;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });

  it('slows all replicas of the only range of a store just as another configuration would', () => {
    const set = {
      'post-db.partitions': 1,
      'post-db.readDemand': constant(0.5),
      'post-db.readDelay': constant(2),
    };
    const parts = { set, remove: ['upload-client'], durationSeconds: 3 };
    const members = { target: 'post-db', factor: 4, atSeconds: 0, durationSeconds: null };
    const slowed = runOf({ ...parts, timeline: [fault('slow-node', members)] });
    const set4 = { ...set, 'post-db.readDemand': constant(2), 'post-db.readDelay': constant(8) };
    const configured = runOf({ ...parts, set: set4 });
    expect(slowed.flows['post-detail']!.latencyMs).toEqual(configured.flows['post-detail']!.latencyMs);
    expect(slowed.components['post-db']!.utilization).toBe(configured.components['post-db']!.utilization);
    // One replica of three takes a third of the reads.
    const one = runOf({ ...parts, timeline: [fault('slow-node', { ...members, replica: 2 })] });
    const ordinary = runOf(parts).components['post-db']!.utilization!;
    const share = (one.components['post-db']!.utilization! - ordinary) / (3 * ordinary);
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.42);
  });
});

describe('a network partition', () => {
  const nodes = [client([500, 1500, 2500]), service({ servers: 1, serviceTime: constant(10) })];
  const latency = constant(1);
  const cut = (members: object = {}) => fault('network-partition', { target: 'client->server', ...members });

  it('lets calls hang until their time-out', () => {
    const { flow, result } = work(nodes, [cut()], { latency, timeoutMs: 50 });
    expect(flow.errors.timeout).toBe(1);
    expect(flow.failedLatencyMs).toMatchObject({ count: 1, max: 50 });
    expect(flow.latencyMs).toMatchObject({ count: 2, max: 12 });
    expect(result.components['server']!.throughputPerSecond).toBe(0.2);
  });

  it('lets calls without a time-out through when it heals', () => {
    const { flow } = work(nodes, [cut()], { latency });
    expect(flow.latencyMs).toMatchObject({ count: 3, max: 512 });
  });

  it('refuses them after a round trip, retries included, when it refuses', () => {
    const retries = { max: 2, backoffMs: 5, jitter: 0 };
    const { flow } = work(nodes, [cut({ mode: 'refuse' })], { latency, timeoutMs: 50, retries });
    expect(flow.errors.unavailable).toBe(1);
    expect(flow.failedLatencyMs).toMatchObject({ count: 1, max: 2 + 5 + 2 + 10 + 2 });
  });

  it('keeps messages in the stream until it heals', () => {
    const result = resultOf(
      scenarioOf({
        nodes: [
          client([500, 1500, 2500]),
          { id: 'queue', kind: 'Queue', config: { appendTime: constant(0) } },
          { id: 'worker', kind: 'Worker', config: { serviceTime: constant(1) } },
        ],
        edges: [
          { source: 'client', target: 'queue' },
          { source: 'queue', target: 'worker' },
        ],
        timeline: [cut({ target: 'queue->worker' })],
      }),
    );
    expect(result.flows['work']!.latencyMs).toMatchObject({ count: 3, max: 0 });
    expect(result.flows['worker']!.latencyMs).toMatchObject({ count: 3, max: 501 });
  });
});

describe('the loss of a zone', () => {
  const gone = (zone: number) => fault('zone-loss', { zone });

  it('takes every third server of a pool', () => {
    const { flow } = work(
      [client([1500, 1500.5, 1501, 2500, 2500.5, 2501]), service({ servers: 3, serviceTime: constant(10) })],
      [gone(1)],
    );
    // Two are left: the third of three waits from 1501 until 1510. Afterwards nobody waits.
    expect(flow.latencyMs).toMatchObject({ count: 6, max: 19 });
    expect(flow.latencyMs.mean).toBeCloseTo((5 * 10 + 19) / 6, 9);
  });

  it('leaves a single server unavailable in its own zone, and alone in another', () => {
    const nodes = [client([500, 1500, 2500]), service({ servers: 1, serviceTime: constant(10) })];
    expect(work(nodes, [gone(0)]).flow.errors.unavailable).toBe(1);
    expect(work(nodes, [gone(2)]).flow.errors.unavailable).toBe(0);
  });

  it('answers as unavailable what goes to instances of that zone, where nothing keeps it away', () => {
    const members = { zone: 2, atSeconds: 0, durationSeconds: null };
    const result = runOf({
      set: { 'api-gateway.instances': 6, 'feed-service.instances': 6 },
      durationSeconds: 10,
      timeline: [fault('zone-loss', members)],
    });
    const { counts, errors } = result.flows['post-detail']!;
    const share = errors.unavailable / counts.arrivals;
    // Two of three gateways are left, and two of three services; 500 requests, four deviations.
    expect(Math.abs(share - 5 / 9)).toBeLessThan(4 * Math.sqrt(20 / 81 / 500));
  });

  it('stops the workers of the zone', () => {
    const result = resultOf(
      scenarioOf({
        nodes: [
          client(Array.from({ length: 30 }, () => 1500)),
          { id: 'queue', kind: 'Queue', config: { partitions: 3, appendTime: constant(0) } },
          { id: 'worker', kind: 'Worker', config: { workers: 3, serviceTime: constant(1000) } },
        ],
        edges: [
          { source: 'client', target: 'queue' },
          { source: 'queue', target: 'worker' },
        ],
        durationSeconds: 10,
        timeline: [fault('zone-loss', { durationSeconds: null })],
      }),
    );
    // Two workers for 8.5 s: 8 messages each.
    expect(result.flows['worker']!.latencyMs.count).toBe(16);
  });
});

describe('a full disk', () => {
  const database = {
    id: 'server',
    kind: 'Database',
    config: { readTime: constant(1), writeTime: constant(2) },
  };
  const full = fault('disk-full', { target: 'server' });

  it('refuses writes and goes on to read', () => {
    expect(work([client([500, 1500, 2500], 'write'), database], [full]).flow.errors.unavailable).toBe(1);
    expect(work([client([500, 1500, 2500]), database], [full]).flow.latencyMs.count).toBe(3);
  });
});

describe('a change of configuration', () => {
  const nodes = [client([500, 1500, 2500, 3500]), service({ servers: 1, serviceTime: constant(10) })];
  const set = (id: string, atSeconds: number, durationSeconds: number, value: number) => ({
    id,
    kind: 'set',
    atSeconds,
    durationSeconds,
    path: 'server.serviceTime.ms',
    value,
  });

  it('is undone after its duration, to what another that still lasts makes of it', () => {
    const { flow } = work(nodes, [set('long', 1, 2, 30), set('short', 1.2, 0.7, 70)]);
    // 10 before, 70 while both last, 30 while one lasts, 10 afterwards.
    expect(flow.latencyMs).toMatchObject({ count: 4, mean: (10 + 70 + 30 + 10) / 4, max: 70 });
  });

  it('reaches users who were thinking when it came', () => {
    const users = {
      id: 'client',
      kind: 'Client',
      config: { flow: 'work', arrivals: { process: 'closed', users: 1, thinkTime: constant(990) } },
    };
    const { flow } = work([users, nodes[1]!], [set('slower', 1.5, 100, 20)]);
    // The first request begins at 990 ms, the second at 1990.
    expect(flow.latencyMs).toMatchObject({ count: 9, max: 20 });
    expect(flow.latencyMs.mean).toBeCloseTo((10 + 8 * 20) / 9, 9);
  });
});
