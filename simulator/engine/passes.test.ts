import { describe, expect, it } from 'vitest';
import { ALL_PASSES, compile, type CompileOptions } from '../compile/compile.ts';
import { summarize } from '../statistics/index.ts';
import { recordOf, resultOf, scenarioOf } from './engine.fixture.ts';
import { Run } from './run.ts';

const NO_PASSES: CompileOptions = { leafCalls: false, recursion: false, tailCalls: false, leads: false };

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
        timeoutMs: 5,
        circuitBreaker: {
          failureRatio: 0.08,
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

/** Gateways that hand on: nothing is done after the call, so that each is a tail call under time-outs of its own. */
const chain = scenarioOf({
  nodes: [
    { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: poisson(1000) } },
    {
      id: 'gateway',
      kind: 'Service',
      config: { servers: 2, serviceTime: exponential(1.5), holdsServerWhileCalling: false },
    },
    {
      id: 'balancer',
      kind: 'Service',
      config: { servers: 1, serviceTime: exponential(0.7), holdsServerWhileCalling: false },
    },
    {
      id: 'service',
      kind: 'Service',
      config: { servers: 12, serviceTime: exponential(2), queueCapacity: 10 },
    },
    {
      id: 'store',
      kind: 'Database',
      config: { servers: 4, readTime: exponential(3), writeTime: exponential(4) },
    },
  ],
  edges: [
    {
      source: 'client',
      target: 'gateway',
      config: { latency: { distribution: 'constant', ms: 0.5 }, timeoutMs: 40 },
    },
    {
      source: 'gateway',
      target: 'balancer',
      config: { latency: { distribution: 'constant', ms: 0.25 }, timeoutMs: 26 },
    },
    {
      source: 'balancer',
      target: 'service',
      config: { latency: { distribution: 'constant', ms: 0.25 }, timeoutMs: 18 },
    },
    {
      source: 'service',
      target: 'store',
      config: { latency: { distribution: 'constant', ms: 0.25 }, timeoutMs: 14 },
    },
  ],
  durationSeconds: 20,
});

describe.each([
  ['a service with cache, database, time-outs, retries and a breaker', web],
  ['two queues in a row', line],
  ['a chain of gateways', chain],
])('%s', (_name, scenario) => {
  const digest = resultOf(scenario).digest;

  it('gives the same figures, to the last bit, by events and by next-free times', () => {
    expect(resultOf(scenario, { ...ALL_PASSES, recursion: false }).digest).toBe(digest);
  });

  it('gives the same figures whether a leaf call runs in a frame of its own or not', () => {
    expect(resultOf(scenario, { ...ALL_PASSES, leafCalls: false }).digest).toBe(digest);
    expect(resultOf(scenario, NO_PASSES).digest).toBe(digest);
  });

  it('gives the same figures whether a call at the end of a procedure goes on in the same frame or not', () => {
    expect(resultOf(scenario, { ...ALL_PASSES, tailCalls: false }).digest).toBe(digest);
    expect(resultOf(scenario, { ...NO_PASSES, tailCalls: true }).digest).toBe(digest);
  });

  it('gives the same figures whether requests are worked out when they are sent or when they arrive', () => {
    expect(resultOf(scenario, { ...ALL_PASSES, leads: false }).digest).toBe(digest);
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

  it('has failures of every kind that its settings can bring about', () => {
    const { errors } = resultOf(scenario).flows['work']!;
    expect(errors.timeout).toBeGreaterThan(100);
    if (scenario === web) expect(errors.unavailable).toBeGreaterThan(100);
    if (scenario === chain) expect(errors.rejected).toBeGreaterThan(10);
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
