import { describe, expect, it } from 'vitest';
import { ALL_PASSES, compile, type CompileOptions } from '../compile/compile.ts';
import { summarize } from '../statistics/index.ts';
import { chain, line, web } from './designs.fixture.ts';
import { recordOf, resultOf } from './engine.fixture.ts';
import { Run } from './run.ts';

const NO_PASSES: CompileOptions = { leafCalls: false, recursion: false, tailCalls: false, leads: false };

describe.each([
  ['a service with cache, database, time-outs, retries and a breaker', web],
  ['two queues in a row', line],
  ['a chain of gateways', chain],
])('%s', (_name, scenario) => {
  const result = resultOf(scenario);
  const { digest } = result;

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
    const { errors } = result.flows['work']!;
    expect(errors.timeout).toBeGreaterThan(100);
    if (scenario === web) expect(errors.unavailable).toBeGreaterThan(100);
    if (scenario === chain) expect(errors.rejected).toBeGreaterThan(10);
  });

  it('differs with the seed, and not without', () => {
    expect(resultOf(scenario, undefined, 2).digest).not.toBe(digest);
    expect(summarize(scenario, [recordOf(scenario)]).digest).toBe(digest);
  });

  it('splits the mean latency of traced requests into categories without a rest', () => {
    for (const flow of Object.values(result.flows)) {
      expect(flow.timeSamples).toBe(flow.latencyMs.count);
      const sum = Object.values(flow.timeMs!).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(flow.latencyMs.mean!, 6);
    }
  });
});
