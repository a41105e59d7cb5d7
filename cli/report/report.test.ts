import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../scenarios/index.ts';
import type { ComponentFigures, FlowFigures, PhaseFigures, Result } from '../../simulator/index.ts';
import { loadScenario } from '../input.ts';
import { describeResult } from './index.ts';

const base = loadScenario('mm1', { short: true }).scenario;
const scenario: Scenario = {
  ...base,
  timeline: [
    {
      id: 'spike',
      kind: 'traffic-spike',
      atSeconds: 2,
      durationSeconds: 2,
      target: 'client',
      multiplier: 3,
      flows: null,
    },
  ],
};

const none = { count: 0, mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null };
const flow: FlowFigures = {
  offeredPerSecond: 100,
  completedPerSecond: 99,
  errorRatio: 0.01,
  latencyMs: { ...none, count: 900, mean: 5, p50: 4, p95: 9, p99: 12 },
  latencyCi95Ms: { mean: [4, 6], p50: null, p99: [11, 13] },
  failedLatencyMs: none,
  timeMs: { queue: 3, service: 2, network: 0, retry: 0, thread: 0 },
  timeByComponentMs: { server: { queue: 3, service: 2 }, negligible: { service: 0.001 } },
  timeSamples: 900,
  errors: { timeout: 9, rejected: 0, unavailable: 0, notFound: 0 },
  rateLimited: 4,
  counts: {
    inFlightAtStart: 0,
    arrivals: 1000,
    completed: 990,
    failed: 10,
    rateLimited: 4,
    inFlightAtEnd: 0,
  },
};

function store(offered: number, served: number): ComponentFigures {
  return {
    utilization: 0.5,
    throughputPerSecond: 100,
    meanQueueLength: 1,
    waitMs: { mean: 1, p99: 2 },
    hottestKey: {
      key: 'whale-1',
      offeredReadsPerSecond: offered,
      servedReadsPerSecond: served,
      offeredWritesPerSecond: 0,
      servedWritesPerSecond: 0,
    },
  };
}

function phase(fromSeconds: number, toSeconds: number, offered: number): PhaseFigures {
  return { fromSeconds, toSeconds, flows: { work: flow }, components: { store: store(offered, 30) } };
}

const result: Result = {
  format: 'fanout-lab/result',
  version: 1,
  scenario: 'mm1',
  engine: 'exact',
  seed: 1,
  replications: 1,
  simulatedSeconds: 10,
  events: 12_345,
  wallSeconds: 2,
  digest: 'd1g357',
  flows: { work: flow },
  components: { store: store(20, 20) },
  phases: { before: phase(0, 2, 10), 'during:spike': phase(2, 4, 50), 'after:spike': phase(4, 10, 10) },
  recoveryMs: { spike: { work: 1500, other: 0, third: null } },
  series: {
    stepSeconds: 1,
    'components.store.hottestKey.offeredReadsPerSecond': [10, 10, 40, 50, 10, 10, 10, 90, 10, 10],
    'components.store.hottestKey.servedReadsPerSecond': [10, 10, 30, 30, 10, 10, 10, 30, 10, 10],
  },
  stopped: null,
  verdicts: [],
  expectations: [{ id: 'p99', status: 'fail', observed: 12 }],
};

describe('report of a result', () => {
  const text = describeResult(scenario, result);

  it('says what was run and how fast', () => {
    expect(text).toContain('10.0 s simulated');
    expect(text).toContain('12,345 events in 2.00 s, 5.00 simulated s a second');
    expect(text).toContain('digest d1g357');
  });

  it('names failures by cause, and rate-limited requests apart', () => {
    expect(text).toContain('9 timeout, 4 rate limited');
  });

  it('leaves out components with a negligible share of the time', () => {
    expect(text).toMatch(/^ {4}server +5\.00 +3\.00 +2\.00$/m);
    expect(text).not.toContain('negligible');
  });

  it('looks for the peak of the hottest key in the five seconds after the event', () => {
    expect(text).toContain(
      'Within 5 s of spike the hottest key of store is offered 50.0 reads a second, 5.00 times the 10.0 of before; it serves 30.0.',
    );
  });

  it('says which flows recovered when', () => {
    expect(text).toContain('spike: at once: other');
    expect(text).toContain('spike: work after 1.50 s');
    expect(text).toMatch(/^ {2}spike: .+: third$/m);
    const { before, ...later } = result.phases;
    const told = (phases: Result['phases']): string =>
      describeResult(scenario, { ...result, phases })
        .split('\n')
        .find((line) => line.endsWith(': third'))!;
    const until = (toSeconds: number) => ({ ...later, before: { ...before!, fromSeconds: 0, toSeconds } });
    const after = { ...result.phases['after:spike']!, fromSeconds: 8, toSeconds: 18 };
    expect(told({ ...until(5), 'after:spike': after })).toBe('  spike: not within the run: third');
    expect(told({ ...until(4.9), 'after:spike': after })).toContain('spike: nothing to compare with');
    expect(told({ ...until(5), 'after:spike': { ...after, toSeconds: 17 } })).toContain('spike: not known');
  });

  it('names a form that is smaller than what the texts are about', () => {
    expect(text).not.toContain('form');
    expect(describeResult(scenario, result, 'short')).toContain('short form, exact engine');
  });

  it('shows expectations with what was found', () => {
    expect(text).toMatch(/FAIL {2}p99 +12\.0 +21\.1 to 25\.0/);
  });

  it('leaves out phases without length and says when the run stopped', () => {
    const phases = { ...result.phases, 'after:spike': phase(10, 10, 0) };
    const stopped = { atSeconds: 7, reason: 'frames' as const, component: 'store' };
    const cut = describeResult(scenario, { ...result, phases, stopped });
    expect(cut).not.toContain('after:spike');
    expect(cut).not.toContain('Recovery');
    expect(cut).toContain('STOPPED at 7.00 s');
  });
});
