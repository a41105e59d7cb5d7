import { describe, expect, it } from 'vitest';
import { resultOf, scenarioOf } from './engine.fixture.ts';

/** Requests at given times through small designs with constant times: every latency is known by hand. */
const constant = (ms: number) => ({ distribution: 'constant', ms });
const trace = (timesMs: readonly number[]) => ({ process: 'trace', timesMs });
const client = (timesMs: readonly number[]) => ({
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', arrivals: trace(timesMs) },
});
type ServiceConfig = Readonly<Record<string, unknown>>;
const service = (id: string, config: ServiceConfig) => ({ id, kind: 'Service', config });

function work(
  nodes: readonly { id: string; kind: string; config?: object }[],
  edges: readonly { source: string; target: string; config?: object }[],
  timeline: readonly object[] = [],
) {
  const result = resultOf(scenarioOf({ nodes, edges, durationSeconds: 10, timeline }));
  return { result, flow: result.flows['work']!, components: result.components };
}

describe('a queue', () => {
  it('serves in order of arrival: 10, 19, 28 ms for three jobs of 10 ms that come 1 ms apart', () => {
    const { flow, components } = work(
      [client([1, 2, 3]), service('server', { servers: 1, serviceTime: constant(10) })],
      [{ source: 'client', target: 'server' }],
    );
    expect(flow.latencyMs).toMatchObject({ count: 3, mean: 19, max: 28 });
    expect(flow.timeMs).toMatchObject({ queue: 9, service: 10 });
    expect(components['server']).toMatchObject({ utilization: 30 / 10_000, meanQueueLength: 27 / 10_000 });
  });

  it('rejects who finds every waiting place taken', () => {
    const { flow } = work(
      [client([1, 2, 3, 4]), service('server', { servers: 1, queueCapacity: 1, serviceTime: constant(10) })],
      [{ source: 'client', target: 'server' }],
    );
    expect(flow.errors.rejected).toBe(2);
    expect(flow.latencyMs).toMatchObject({ count: 2, max: 19 });
    expect(flow.failedLatencyMs).toMatchObject({ count: 2, max: 0 });
  });

  it('lets the lower class number go first, without taking a job out of service', () => {
    const clients = (id: string, flow: string, priority: number, timesMs: number[]) => ({
      id,
      kind: 'Client',
      config: { flow, priority, arrivals: trace(timesMs) },
    });
    const { result } = work(
      [
        clients('low', 'low', 1, [1, 2]),
        clients('high', 'high', 0, [3]),
        service('server', { servers: 1, discipline: 'priority', serviceTime: constant(10) }),
      ],
      [
        { source: 'low', target: 'server' },
        { source: 'high', target: 'server' },
      ],
    );
    expect(result.flows['high']!.latencyMs.mean).toBe(18);
    expect(result.flows['low']!.latencyMs.max).toBe(29);
  });

  it('shares its processor: two jobs of 10 ms that come 5 ms apart end at 16 and 21 ms', () => {
    const { flow, components } = work(
      [
        client([1, 6]),
        service('server', { servers: 1, discipline: 'processor-sharing', serviceTime: constant(10) }),
      ],
      [{ source: 'client', target: 'server' }],
    );
    expect(flow.latencyMs).toMatchObject({ count: 2, mean: 15, max: 15 });
    expect(components['server']!.utilization).toBeCloseTo(20 / 10_000, 12);
  });
});

describe('a caller', () => {
  const slow = service('slow', { servers: 1, serviceTime: constant(50) });

  it('holds its server while it calls', () => {
    const { flow, components } = work(
      [client([1, 2]), service('front', { servers: 1, serviceTime: constant(1) }), slow],
      [
        { source: 'client', target: 'front' },
        { source: 'front', target: 'slow', config: { latency: constant(2) } },
      ],
    );
    // 1 + 2 + 50 + 2 = 55 ms each; the second waits 54 ms for the server.
    expect(flow.latencyMs).toMatchObject({ count: 2, max: 109 });
    expect(components['front']!.utilization).toBe(110 / 10_000);
    expect(flow.timeMs).toMatchObject({ queue: 27, service: 51, network: 4 });
  });

  it('gives up at its time-out, and the work below goes on', () => {
    const { flow, components } = work(
      [client([1, 2]), service('front', { servers: 1, serviceTime: constant(1) }), slow],
      [
        { source: 'client', target: 'front' },
        { source: 'front', target: 'slow', config: { timeoutMs: 20 } },
      ],
    );
    expect(flow.errors.timeout).toBe(2);
    // First: 1 + 20. Second: waits 20 for the server, then 1 + 20.
    expect(flow.failedLatencyMs).toMatchObject({ count: 2, max: 41 });
    expect(components['slow']).toMatchObject({ utilization: 100 / 10_000, throughputPerSecond: 0.2 });
  });

  it('counts an answer that comes at the very time-out as an answer', () => {
    const { flow } = work(
      [client([1]), slow],
      [{ source: 'client', target: 'slow', config: { timeoutMs: 50 } }],
    );
    expect(flow.latencyMs.count).toBe(1);
  });

  it('gives up on nested calls at the inner and at the outer time-out', () => {
    const { flow, components } = work(
      [
        client([1]),
        service('front', { servers: 1, serviceTime: constant(1) }),
        service('middle', { servers: 1, serviceTime: constant(1) }),
        slow,
      ],
      [
        { source: 'client', target: 'front', config: { timeoutMs: 10 } },
        { source: 'front', target: 'middle', config: { timeoutMs: 30 } },
        { source: 'middle', target: 'slow', config: { timeoutMs: 40 } },
      ],
    );
    expect(flow.failedLatencyMs).toMatchObject({ count: 1, max: 10 });
    // The front waits 30 ms for the middle, which waits 40 ms for the slow one, which works 50 ms.
    expect(components['front']!.utilization).toBe(31 / 10_000);
    expect(components['middle']!.utilization).toBe(41 / 10_000);
    expect(components['slow']!.utilization).toBe(50 / 10_000);
  });

  it('tries again with exponential back-off, holding its server, and adds real load', () => {
    const { flow, components } = work(
      [client([1]), service('front', { servers: 1, serviceTime: constant(1) }), slow],
      [
        { source: 'client', target: 'front' },
        {
          source: 'front',
          target: 'slow',
          config: { timeoutMs: 20, retries: { max: 2, backoffMs: 100, jitter: 0, budgetRatio: null } },
        },
      ],
    );
    // 1 + 20 + 100 + 20 + 200 + 20 ms.
    expect(flow.failedLatencyMs).toMatchObject({ count: 1, max: 361 });
    expect(components['slow']!.throughputPerSecond).toBe(0.3);
    expect(components['front']!.utilization).toBe(361 / 10_000);
  });

  it('counts what a failed attempt took as retry time of the request that succeeded in the end', () => {
    const { flow } = work(
      [client([1]), slow],
      [
        {
          source: 'client',
          target: 'slow',
          config: { timeoutMs: 60, retries: { max: 1, backoffMs: 30, jitter: 0, budgetRatio: null } },
        },
      ],
    );
    expect(flow.timeMs).toMatchObject({ service: 50, retry: 0 });
    const second = work(
      [client([1, 2]), slow],
      [
        {
          source: 'client',
          target: 'slow',
          config: { timeoutMs: 60, retries: { max: 1, backoffMs: 30, jitter: 0, budgetRatio: null } },
        },
      ],
    ).flow;
    // The second waits for the first until 51, would end at 101, is given up at 62; tries again at 92, finds
    // its own abandoned work in service until 101, and ends at 151: 149 ms, of which 60 + 30 are retry.
    expect(second.latencyMs.max).toBe(149);
    expect(second.timeMs!.retry).toBe(45);
  });

  it('calls all targets at once and waits for the last; fails when one fails, after all have ended', () => {
    const nodes = (queueCapacity: number | null) => [
      client([1]),
      service('front', { servers: 1, serviceTime: constant(1), calls: 'parallel' }),
      service('quick', { servers: 1, serviceTime: constant(5), queueCapacity }),
      slow,
    ];
    const edges = [
      { source: 'client', target: 'front' },
      { source: 'front', target: 'quick', config: { timeoutMs: 3 } },
      { source: 'front', target: 'slow' },
    ];
    const failed = work(nodes(null), edges).flow;
    expect(failed.failedLatencyMs).toMatchObject({ count: 1, max: 51 });
    const { flow } = work(nodes(null), [edges[0]!, { source: 'front', target: 'quick' }, edges[2]!]);
    expect(flow.latencyMs.max).toBe(51);
    expect(flow.timeByComponentMs).toMatchObject({ front: { service: 1 }, slow: { service: 50 } });
    expect(flow.timeByComponentMs).not.toHaveProperty('quick');
  });
});

describe('a circuit breaker', () => {
  it('opens at the failure ratio, refuses while open, and closes after its probes', () => {
    const times = Array.from({ length: 12 }, (_, i) => 1 + i * 100);
    const { flow } = work(
      [client(times), service('server', { servers: 4, serviceTime: constant(50) })],
      [
        {
          source: 'client',
          target: 'server',
          config: {
            timeoutMs: 20,
            circuitBreaker: {
              failureRatio: 0.5,
              windowSeconds: 10,
              minimumCalls: 3,
              openMs: 450,
              halfOpenCalls: 1,
            },
          },
        },
      ],
    );
    // Calls at 1, 101, 201 time out at 221, which opens it until 671: 301 to 601 are refused, 701 probes and
    // fails at 721, open until 1171; 801 to 1101 are refused.
    expect(flow.errors).toMatchObject({ timeout: 4, unavailable: 8 });
  });
});

describe('a queue with workers', () => {
  const design = (workers: number, partitions: number, batch: number, timeline: object[] = []) =>
    work(
      [
        client([1, 2, 3, 4]),
        { id: 'queue', kind: 'Queue', config: { partitions, capacity: null, appendTime: constant(1) } },
        { id: 'worker', kind: 'Worker', config: { workers, serviceTime: constant(10), batch } },
      ],
      [
        { source: 'client', target: 'queue' },
        { source: 'queue', target: 'worker' },
      ],
      timeline,
    ).result;

  it('answers the producer at once and works through the backlog', () => {
    const result = design(1, 1, 1);
    expect(result.flows['work']!.latencyMs).toMatchObject({ count: 4, max: 1 });
    expect(result.flows['worker']!.latencyMs).toMatchObject({ count: 4, max: 37 });
    expect(result.components['queue']!.backlog).toMatchObject({ max: 4, mean: (10 + 19 + 28 + 37) / 10_000 });
    expect(result.components['worker']!.utilization).toBe(40 / 10_000);
  });

  it('gives one partition to one worker, however many there are', () => {
    expect(design(4, 1, 1).flows['worker']!.latencyMs.max).toBe(37);
    expect(design(4, 4, 1).flows['worker']!.latencyMs.max).toBeLessThan(37);
  });

  it('takes a batch at once', () => {
    // The first alone until 12, then the other three together until 22.
    const { latencyMs } = design(1, 1, 3).flows['worker']!;
    expect(latencyMs).toMatchObject({ count: 4, max: 19 });
    expect(latencyMs.mean).toBe((10 + 19 + 18 + 17) / 4);
  });

  it('fails a batch as a whole', () => {
    const { flows } = work(
      [
        client([1, 2, 3, 4]),
        { id: 'queue', kind: 'Queue', config: { appendTime: constant(1) } },
        { id: 'worker', kind: 'Worker', config: { serviceTime: constant(10), batch: 3 } },
        service('called', { servers: 1, serviceTime: constant(50) }),
      ],
      [
        { source: 'client', target: 'queue' },
        { source: 'queue', target: 'worker' },
        { source: 'worker', target: 'called', config: { timeoutMs: 20 } },
      ],
    ).result;
    expect(flows['worker']!.errors).toMatchObject({ timeout: 4 });
    expect(flows['worker']!.counts).toMatchObject({ arrivals: 4, completed: 0, failed: 4 });
  });

  it('delivers again what a crashed worker had in hand', () => {
    const result = design(1, 1, 1, [
      { id: 'crash', kind: 'workers-crash', target: 'worker', atSeconds: 0.007, durationSeconds: 1 },
    ]);
    // Accepted at 2 ms, lost at 7, taken again at 1007, done at 1017.
    expect(result.flows['worker']!.latencyMs).toMatchObject({ count: 4, max: 1042 });
    expect(result.flows['worker']!.counts).toMatchObject({ arrivals: 4, completed: 4 });
  });
});

describe('the timeline', () => {
  it('changes a configuration at an instant', () => {
    const { flow } = work(
      [client([1, 5001]), service('server', { servers: 1, serviceTime: constant(10) })],
      [{ source: 'client', target: 'server' }],
      [{ id: 'slower', kind: 'set', atSeconds: 5, path: 'server.serviceTime.ms', value: 30 }],
    );
    expect(flow.latencyMs).toMatchObject({ count: 2, mean: 20, max: 30 });
  });

  it('adds servers, to whoever waits, at once', () => {
    const { flow } = work(
      [client([1, 2, 3]), service('server', { servers: 1, serviceTime: constant(100) })],
      [{ source: 'client', target: 'server' }],
      [{ id: 'grow', kind: 'set', atSeconds: 0.05, path: 'server.servers', value: 3 }],
    );
    expect(flow.latencyMs).toMatchObject({ count: 3, max: 148 });
    expect(flow.latencyMs.mean).toBeCloseTo((100 + 148 + 147) / 3, 9);
  });

  it('multiplies the arrivals of a client for a while', () => {
    const arrivals = { process: 'constant', ratePerSecond: 10 };
    const result = resultOf(
      scenarioOf({
        nodes: [
          { id: 'client', kind: 'Client', config: { flow: 'work', arrivals } },
          service('server', { servers: 1, serviceTime: constant(1) }),
        ],
        edges: [{ source: 'client', target: 'server' }],
        durationSeconds: 10,
        timeline: [
          {
            id: 'spike',
            kind: 'traffic-spike',
            target: 'client',
            atSeconds: 4,
            durationSeconds: 2,
            multiplier: 5,
          },
        ],
      }),
    );
    expect(result.phases['during:spike']!.flows['work']!.offeredPerSecond).toBe(50);
    expect(result.phases['before']!.flows['work']!.offeredPerSecond).toBeCloseTo(10, 0);
    expect(result.phases['after:spike']!.flows['work']!.offeredPerSecond).toBeCloseTo(10, 0);
  });
});
