import { scenarioOf } from './engine.fixture.ts';

const poisson = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });
const exponential = (meanMs: number) => ({ distribution: 'exponential', meanMs });

/** A web service with a cache and a database in parallel, time-outs, retries and a breaker. */
export const web = scenarioOf({
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

export const line = scenarioOf({
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
export const chain = scenarioOf({
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
