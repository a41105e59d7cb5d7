import { describe, expect, it } from 'vitest';
import { resultOf, scenarioOf } from './engine.fixture.ts';

/**
 * Attempts that independently fail with probability p make 1 + p + ... + p^max attempts a request, and
 * layers that each retry multiply (Brooker, Timeouts, retries and backoff with jitter, Amazon Builders'
 * Library). An exponential service on more servers than are ever wanted takes longer than its time-out
 * with p = e^(-timeout / mean). Intervals are five standard errors: a false alarm in two million.
 */
const ratePerSecond = 1000;
const seconds = 40;
const timeoutMs = 10;
const p = 0.5;
const meanMs = timeoutMs / Math.LN2;
const retries = (max: number) => ({ max, backoffMs: 1, jitter: 1 });
const service = (id: string, serviceTime: object) => ({
  id,
  kind: 'Service',
  config: { servers: 1_000_000, serviceTime },
});
const client = {
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', arrivals: { process: 'poisson', ratePerSecond } },
};
const amplification = (failure: number, max: number): number => (1 - failure ** (max + 1)) / (1 - failure);

/** Attempts a request at the last service. */
function attempts(result: ReturnType<typeof resultOf>): number {
  const { arrivals } = result.flows['work']!.counts;
  return (result.components['last']!.throughputPerSecond! * seconds) / arrivals;
}

describe('retries', () => {
  it('multiply the load by 1 + p + p^2 + ...', () => {
    const result = resultOf(
      scenarioOf({
        nodes: [client, service('last', { distribution: 'exponential', meanMs })],
        edges: [{ source: 'client', target: 'last', config: { timeoutMs, retries: retries(2) } }],
        durationSeconds: seconds,
      }),
    );
    // 40,000 requests: the standard error of their mean attempts (0.83 each) is 0.0042; five of them.
    expect(Math.abs(attempts(result) - amplification(p, 2))).toBeLessThan(0.021);
    // What still fails failed three times: standard error 0.0017.
    expect(Math.abs(result.flows['work']!.errorRatio! - p ** 3)).toBeLessThan(0.0083);
  });
  it('multiply with those of the layer above', () => {
    const result = resultOf(
      scenarioOf({
        nodes: [
          client,
          service('middle', { distribution: 'constant', ms: 0.01 }),
          service('last', { distribution: 'exponential', meanMs }),
        ],
        edges: [
          { source: 'client', target: 'middle', config: { retries: retries(2) } },
          { source: 'middle', target: 'last', config: { timeoutMs, retries: retries(2) } },
        ],
        durationSeconds: seconds,
      }),
    );
    // A request of the client has at most nine attempts, 1.97 in the mean, deviation under 1.3.
    const theory = amplification(p, 2) * amplification(p ** 3, 2);
    expect(Math.abs(attempts(result) - theory)).toBeLessThan((5 * 1.3) / 200);
  });
  it('stay within their budget, however much fails', () => {
    const edge = { timeoutMs, retries: { ...retries(2), budgetRatio: 0.1 } };
    const result = resultOf(
      scenarioOf({
        nodes: [client, service('last', { distribution: 'constant', ms: 20 })],
        edges: [{ source: 'client', target: 'last', config: edge }],
        durationSeconds: seconds,
      }),
    );
    expect(result.flows['work']!.errorRatio).toBe(1);
    expect(attempts(result)).toBeGreaterThan(1.09);
    expect(attempts(result)).toBeLessThanOrEqual(1.1);
  });
});

it('a breaker cuts the calls of a target that fails to its trials', () => {
  const circuitBreaker = {
    failureRatio: 0.5,
    windowSeconds: 2,
    minimumCalls: 100,
    openMs: 2000,
    halfOpenCalls: 10,
  };
  const result = resultOf(
    scenarioOf({
      nodes: [client, service('last', { distribution: 'constant', ms: 20 })],
      edges: [{ source: 'client', target: 'last', config: { timeoutMs, circuitBreaker } }],
      durationSeconds: seconds,
    }),
  );
  // 100 calls and those in flight for 10 ms; then 10 trials every 2.01 s.
  const calls = result.components['last']!.throughputPerSecond! * seconds;
  expect(calls).toBeGreaterThan(250);
  expect(calls).toBeLessThan(350);
  expect(result.flows['work']!.errors.unavailable).toBeGreaterThan(39_000);
});
