import { describe, expect, it } from 'vitest';
import { resultOf, scenarioOf } from '../engine/engine.fixture.ts';

/** A server that ends 100 requests a second, whatever is asked of it, behind a client of one flow. */
const server = (client: object, config: object = {}, edge: object = {}) =>
  resultOf(
    scenarioOf({
      nodes: [
        { id: 'client', kind: 'Client', config: client },
        {
          id: 'server',
          kind: 'Service',
          config: { serviceTime: { distribution: 'constant', ms: 10 }, ...config },
        },
      ],
      edges: [{ source: 'client', target: 'server', config: edge }],
      durationSeconds: 20,
    }),
  );
const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });

describe('the throughput of a client', () => {
  it('is that of the requests that ended, and not of those that it sent', () => {
    const { flows, components } = server({ flow: 'work', arrivals: constantRate(150) });
    expect(flows['work']!.offeredPerSecond).toBeCloseTo(150, 0);
    expect(components['client']!.throughputPerSecond).toBeCloseTo(100, 0);
    expect(components['client']!.throughputPerSecond).toBe(flows['work']!.completedPerSecond);
  });

  it('counts successes and failures', () => {
    const { flows, components, simulatedSeconds } = server(
      { flow: 'work', arrivals: { process: 'poisson', ratePerSecond: 150 } },
      { queueCapacity: 3 },
      { timeoutMs: 35 },
    );
    const { completed, failed } = flows['work']!.counts;
    expect(Math.min(completed, failed)).toBeGreaterThan(100);
    expect(components['client']!.throughputPerSecond).toBe((completed + failed) / simulatedSeconds);
  });

  it('counts a request once, however often it is tried', () => {
    const { flows, components } = server(
      { flow: 'work', arrivals: constantRate(2) },
      {},
      { timeoutMs: 5, retries: { max: 2, backoffMs: 1, jitter: 0, budgetRatio: null } },
    );
    expect(components['server']!.throughputPerSecond).toBeCloseTo(6, 0);
    expect(components['client']!.throughputPerSecond).toBeCloseTo(2, 0);
    expect(flows['work']!.counts.completed).toBe(0);
  });

  it('adds up its flows, of which one may be closed', () => {
    const { flows, components } = server({
      flows: [
        { flow: 'open', arrivals: constantRate(20) },
        {
          flow: 'closed',
          arrivals: { process: 'closed', users: 3, thinkTime: { distribution: 'constant', ms: 90 } },
        },
      ],
    });
    expect(flows['closed']!.completedPerSecond).toBeGreaterThan(20);
    expect(components['client']!.throughputPerSecond).toBeCloseTo(
      flows['open']!.completedPerSecond + flows['closed']!.completedPerSecond,
      9,
    );
  });
});

it('the throughput of a queue is that of the messages that it took in', () => {
  const { flows, components } = resultOf(
    scenarioOf({
      nodes: [
        { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: constantRate(150) } },
        { id: 'queue', kind: 'Queue', config: { capacity: 10 } },
        { id: 'worker', kind: 'Worker', config: { serviceTime: { distribution: 'constant', ms: 10 } } },
      ],
      edges: [
        { source: 'client', target: 'queue' },
        { source: 'queue', target: 'worker' },
      ],
    }),
  );
  expect(flows['work']!.counts.failed).toBeGreaterThan(100);
  expect(components['queue']!.throughputPerSecond).toBe(flows['work']!.completedPerSecond);
});
