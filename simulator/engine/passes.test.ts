import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import { summarize } from '../statistics/index.ts';
import { recordOf, resultOf, scenarioOf } from './engine.fixture.ts';
import { Run } from './run.ts';

const poisson = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });
const exponential = (meanMs: number) => ({ distribution: 'exponential', meanMs });

/** A web service with a cache and a database in parallel, time-outs, retries and a breaker. */
const web = scenarioOf({
  nodes: [
    { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: poisson(900) } },
    {
      id: 'front',
      kind: 'Service',
      config: { servers: 8, serviceTime: exponential(1), calls: 'parallel', holdsServerWhileCalling: true },
    },
    { id: 'cache', kind: 'Cache', config: { servers: 1, serviceTime: exponential(0.4), hitRatio: 0.8 } },
    {
      id: 'store',
      kind: 'Database',
      config: { servers: 3, readTime: exponential(3), writeTime: exponential(4) },
    },
    {
      id: 'share',
      kind: 'Service',
      config: { servers: 2, serviceTime: exponential(1.2), discipline: 'processor-sharing' },
    },
  ],
  edges: [
    {
      source: 'client',
      target: 'front',
      config: { timeoutMs: 30, retries: { max: 2, backoffMs: 1, jitter: 0.5, budgetRatio: 0.2 } },
    },
    {
      source: 'front',
      target: 'cache',
      config: { latency: { distribution: 'constant', ms: 0.25 }, timeoutMs: 12 },
    },
    {
      source: 'cache',
      target: 'store',
      config: { latency: { distribution: 'constant', ms: 0.25 }, timeoutMs: 9 },
    },
    {
      source: 'front',
      target: 'share',
      config: {
        timeoutMs: 15,
        circuitBreaker: {
          failureRatio: 0.3,
          windowSeconds: 1,
          minimumCalls: 50,
          openMs: 100,
          halfOpenCalls: 5,
        },
      },
    },
  ],
  durationSeconds: 20,
});

const line = scenarioOf({
  nodes: [
    { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: poisson(1500) } },
    {
      id: 'first',
      kind: 'Service',
      config: { servers: 4, serviceTime: exponential(2.2), holdsServerWhileCalling: false },
    },
    { id: 'second', kind: 'Service', config: { servers: 1, serviceTime: exponential(0.6) } },
  ],
  edges: [
    {
      source: 'client',
      target: 'first',
      config: { latency: { distribution: 'lognormal', meanMs: 1, cv: 0.5 } },
    },
    { source: 'first', target: 'second', config: { timeoutMs: 8 } },
  ],
  durationSeconds: 20,
});

describe.each([
  ['a service with cache, database, time-outs, retries and a breaker', web],
  ['two queues in a row', line],
])('%s', (_name, scenario) => {
  const digest = resultOf(scenario).digest;

  it('gives the same figures, to the last bit, by events and by next-free times', () => {
    expect(resultOf(scenario, { leafCalls: true, recursion: false }).digest).toBe(digest);
  });

  it('gives the same figures whether a leaf call runs in a frame of its own or not', () => {
    expect(resultOf(scenario, { leafCalls: false, recursion: true }).digest).toBe(digest);
    expect(resultOf(scenario, { leafCalls: false, recursion: false }).digest).toBe(digest);
  });

  it('gives the same figures in slices of any size', () => {
    const run = new Run(compile(scenario), scenario.run.seed);
    let slice = 1;
    while (!run.done) {
      if (slice % 3 === 0) run.advance({ untilSeconds: run.nowSeconds + 0.0137 });
      else run.advance({ events: (slice % 7) * 101 + 1 });
      slice++;
    }
    expect(summarize(scenario, [run.record()]).digest).toBe(digest);
  });

  it('differs with the seed, and not without', () => {
    expect(resultOf(scenario, undefined, 2).digest).not.toBe(digest);
    expect(summarize(scenario, [recordOf(scenario)]).digest).toBe(digest);
  });

  it('splits the mean latency of traced requests into categories without a rest', () => {
    for (const flow of Object.values(resultOf(scenario).flows)) {
      expect(flow.timeSamples).toBe(flow.latencyMs.count);
      const sum = Object.values(flow.timeMs!).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(flow.latencyMs.mean!, 6);
    }
  });
});
