import { describe, expect, it } from 'vitest';
import { resultOf } from '../engine/engine.fixture.ts';
import { web } from '../engine/designs.fixture.ts';
import { compile, createRun, summarize, type RunRecord } from '../index.ts';
import { latencyClock, parseTraceChoice, traceOf, usualTraces, waterfallOf } from './index.ts';

describe('what to show', () => {
  it.each([
    ['p50', { by: 'percentile', name: 'p50', q: 0.5 }],
    ['p99.9', { by: 'percentile', name: 'p99.9', q: 0.999 }],
    ['p999', { by: 'percentile', name: 'p99.9', q: 0.999 }],
    ['max', { by: 'max', name: 'max' }],
    ['timeout', { by: 'failure', name: 'timeout' }],
    ['rateLimited', { by: 'failure', name: 'rateLimited' }],
  ])('%s is read', (name, choice) => {
    expect(parseTraceChoice(name)).toEqual(choice);
  });

  it.each(['', 'p', 'p100', 'p-1', 'p9e1', 'p99.', '99', 'P99', 'abandoned', 'mean', 'constructor'])(
    '"%s" is refused',
    (name) => {
      expect(parseTraceChoice(name)).toBeNull();
    },
  );
});

describe('traces of a run', () => {
  const recordFor = (seed: number): RunRecord => {
    const run = createRun(compile(web), { seed, requests: 'exemplified' });
    run.advance();
    return run.record();
  };
  const records = [recordFor(1), recordFor(2)];
  const result = summarize(web, records);

  it('leave the figures as they are', () => {
    expect(summarize(web, [records[0]!]).digest).toBe(resultOf(web).digest);
  });

  it('are of requests within 3 % of the percentile', () => {
    const { latencyMs } = result.flows['work']!;
    for (const [name, figureMs] of [
      ['p50', latencyMs.p50!],
      ['p90', latencyMs.p90!],
      ['p99', latencyMs.p99!],
      ['p99.9', latencyMs.p999!],
    ] as const) {
      const trace = traceOf(records, 'work', parseTraceChoice(name)!)!;
      expect(trace.figureMs).toBeCloseTo(figureMs, 9);
      expect(Math.abs(trace.latencyNs / 1e6 / figureMs - 1)).toBeLessThan(0.03);
    }
  });

  it('have the slowest request, and one for each reason of a failure that there was', () => {
    const slowest = traceOf(records, 'work', { by: 'max', name: 'max' })!;
    expect(slowest.latencyNs / 1e6).toBeGreaterThan(result.flows['work']!.latencyMs.p99!);
    expect(slowest.figureMs).toBe(result.flows['work']!.latencyMs.max);
    const { errors } = result.flows['work']!;
    const failed = usualTraces(records).filter(({ outcome }) => outcome !== null);
    expect(failed.map(({ outcome }) => outcome)).toEqual(
      Object.keys(errors).filter((code) => errors[code as 'timeout'] > 0),
    );
    for (const { outcome, chosenFor, spans } of failed) {
      expect(chosenFor).toBe(outcome);
      expect(spans[0]!.outcome).toBe(outcome);
    }
  });

  it('come from both replications', () => {
    expect(new Set(usualTraces(records).map(({ seed }) => seed))).toEqual(new Set([1, 2]));
  });

  it('are not there of a run that only counts', () => {
    const run = createRun(compile(web), { seed: 1 });
    run.advance();
    expect(usualTraces([run.record()])).toEqual([]);
  });

  it('are of requests that ended after the warm-up', () => {
    const scenario = { ...web, run: { ...web.run, warmupSeconds: 15 } };
    const run = createRun(compile(scenario), { seed: 1, requests: 'exemplified' });
    run.advance();
    for (const { startedAtSeconds, spans } of usualTraces([run.record()]))
      expect(startedAtSeconds + spans[0]!.toNs / 1e9).toBeGreaterThanOrEqual(15);
  });
});

describe('a run that only times its requests', () => {
  it('has every figure but where the time went, to the last bit', () => {
    const run = createRun(compile(web), { seed: 1, requests: 'timed' });
    run.advance();
    const timed = summarize(web, [run.record()]);
    const counted = resultOf(web);
    expect(timed.flows['work']!.latencyMs).toEqual(counted.flows['work']!.latencyMs);
    expect(timed.flows['work']!.errors).toEqual(counted.flows['work']!.errors);
    expect(timed.components).toEqual(counted.components);
    expect(counted.flows['work']!.timeMs).not.toBeNull();
    expect(timed.flows['work']!.timeMs).toBeNull();
  });
});

describe('a waterfall', () => {
  const span = { critical: true, apart: false, outcome: null, branch: null, unlisted: 0 };
  const trace = {
    flow: 'upload',
    chosenFor: 'max',
    figureMs: 0.00006,
    seed: 1,
    startedAtSeconds: 0,
    latencyNs: 60,
    outcome: null,
    spans: [
      { ...span, parent: null, component: 'client', call: 'upload', category: null, fromNs: 0, toNs: 100 },
      { ...span, parent: 0, component: 'server', call: 'read', category: null, fromNs: 0, toNs: 20 },
      { ...span, parent: 1, component: 'server', call: null, category: 'service', fromNs: 0, toNs: 20 },
      {
        ...span,
        parent: 0,
        component: 'client',
        call: 'transfer',
        category: null,
        critical: false,
        apart: true,
        fromNs: 20,
        toNs: 60,
      },
      { ...span, parent: 0, component: 'client', call: null, category: 'queue', fromNs: 60, toNs: 100 },
    ],
  } as const;

  it('has a line a call, with the time that it spent itself', () => {
    expect(
      waterfallOf(trace).map(({ span: { call }, depth, own }) => [call, depth, own.map((s) => s.category)]),
    ).toEqual([
      ['upload', 0, ['queue']],
      ['read', 1, ['service']],
      ['transfer', 1, []],
    ]);
  });

  it('has a clock that stands still while a part counts as a request of another flow', () => {
    expect([0, 20, 30, 60, 100].map(latencyClock(trace))).toEqual([0, 20, 20, 20, 60]);
  });
});
