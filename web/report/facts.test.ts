import { describe, expect, it } from 'vitest';
import type { ComponentFigures, FlowFigures, PhaseFigures, Result } from '../../simulator/index.ts';
import { factsOf } from './facts.ts';

function flow(p99: number, errorRatio = 0): FlowFigures {
  return {
    errorRatio,
    latencyMs: { count: 10_000, p99 },
    errors: { timeout: 1, rejected: errorRatio > 0 ? 9 : 0, unavailable: 0, notFound: 0 },
  } as unknown as FlowFigures;
}

function component(
  utilization: number,
  hottestKey?: readonly [offered: number, served: number],
): ComponentFigures {
  return {
    utilization,
    ...(hottestKey
      ? {
          hottestKey: { key: 'k', offeredReadsPerSecond: hottestKey[0], servedReadsPerSecond: hottestKey[1] },
        }
      : {}),
  } as unknown as ComponentFigures;
}

type Window = Pick<PhaseFigures, 'flows' | 'components'>;

/** Twenty seconds with an event at 10 s; series as given, a value a second. */
function result(
  before: Window,
  during: Window,
  series: Readonly<Record<string, readonly number[]>> = {},
  more: Partial<Result> = {},
): Result {
  return {
    simulatedSeconds: 20,
    flows: during.flows,
    components: during.components,
    phases: {
      before: { fromSeconds: 0, toSeconds: 10, ...before },
      'during:post': { fromSeconds: 10, toSeconds: 20, ...during },
    },
    recoveryMs: {},
    series: { stepSeconds: 1, ...series },
    stopped: null,
    verdicts: [],
    ...more,
  } as unknown as Result;
}

const steps = (before: number, after: number): readonly number[] =>
  Array.from({ length: 20 }, (_value, at) => (at < 10 ? before : after));
const texts = (found: Result): readonly string[] => factsOf(found).map((fact) => fact.text);

const calm: Window = {
  flows: { feed: flow(50), like: flow(15) },
  components: { db: component(0.6, [1500, 1500]) },
};

describe('what happened', () => {
  it('is said in the order of cause and effect', () => {
    const hit: Window = {
      flows: { feed: flow(900, 0.1), like: flow(15) },
      components: { db: component(0.95, [30_000, 3000]) },
    };
    const facts = factsOf(
      result(calm, hit, {
        'components.db.hottestKey.offeredReadsPerSecond': steps(1500, 30_000),
        'components.db.hottestKey.servedReadsPerSecond': steps(1500, 3000),
        'components.db.utilization': steps(0.6, 0.95),
        'flows.feed.errorRatio': steps(0, 0.1),
        'flows.feed.latencyMs.p99': steps(50, 900),
      }),
    );
    expect(facts.map(({ text }) => text)).toEqual([
      'One key of db was asked for up to 30K/s reads, 20 times what the hottest had before, and served 3K/s. A key lives in one partition: more partitions do not help it.',
      '10 % of feed failed, most of them rejected by a full queue, a rate limit or load shedding.',
      'db (95 %) was over 90 % busy during post; there its queue decides the latency.',
      'p99 of feed went from 50 ms to 900 ms during post.',
      'Not affected: like.',
    ]);
    expect(facts.slice(0, 4).every(({ atSeconds }) => atSeconds === 10)).toBe(true);
  });

  it('puts what was so from the start behind what the event did', () => {
    const busy: Window = { ...calm, components: { worker: component(1) } };
    const hit: Window = {
      flows: { feed: flow(50, 0.2), like: flow(15) },
      components: { worker: component(1) },
    };
    expect(texts(result(busy, hit, { 'flows.feed.errorRatio': steps(0, 0.2) }))).toEqual([
      '20 % of feed failed, most of them rejected by a full queue, a rate limit or load shedding.',
      'worker (100 %) was over 90 % busy from the start; there its queue decides the latency.',
      'Not affected: like.',
    ]);
  });

  it('does not blame an event for latency that grew before it', () => {
    const growing = Array.from({ length: 20 }, (_value, at) => 100 + at * 100);
    const hit: Window = { ...calm, flows: { feed: flow(2000), like: flow(15) } };
    expect(texts(result(calm, hit, { 'flows.feed.latencyMs.p99': growing }))).toEqual([
      'Not affected: like.',
    ]);
  });

  it('says whether and how fast a flow recovered', () => {
    const hit: Window = { ...calm, flows: { feed: flow(200), like: flow(15) } };
    const after = (ms: number | null): readonly string[] =>
      texts(result(calm, hit, {}, { recoveryMs: { post: { feed: ms } } }));
    expect(after(4000)[0]).toMatch(/It recovered 4 s after the event\.$/);
    expect(after(null)[0]).toMatch(/It did not recover within the run\.$/);
  });

  it('counts what a backlog grew by', () => {
    const backlog = Array.from({ length: 20 }, (_value, at) => at * 100);
    expect(texts(result(calm, calm, { 'components.db.backlog.mean': backlog }))[0]).toBe(
      'db fell behind by 100 messages a second: 1.9K were waiting at the end.',
    );
  });

  it('says first that a run was stopped, and where', () => {
    const stopped = { atSeconds: 12, reason: 'frames', component: 'db' } as const;
    expect(texts(result(calm, calm, {}, { stopped }))[0]).toBe(
      'The run stopped at 12 s: more requests were in flight than it may hold, most of them at db.',
    );
  });

  it('says so when nothing happened', () => {
    const quiet = { ...result(calm, calm), phases: {} };
    expect(texts(quiet)).toEqual([
      'Everything held: no component above 90 %, hardly a failure, no backlog that grows. The slowest p99 is that of feed: 50 ms.',
    ]);
  });
});
