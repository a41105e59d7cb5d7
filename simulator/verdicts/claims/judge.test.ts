import { describe, expect, it } from 'vitest';
import { exactly, type Claim, type Turn } from './claim.ts';
import type { Result } from '../../result.ts';
import { experimentDocument, figureIn, type Experiment } from './experiment.ts';
import { holdsFor, judgeClaim } from './judge.ts';
import { claims, notJudged } from './index.ts';

const nothing = () => exactly(0);

function claim(changes: Partial<Claim>): Claim {
  return {
    id: 'workers',
    claim: 'Ten workers are enough',
    scenario: 'arithmetic',
    unit: 'ratio',
    expected: { atMost: 1 },
    runs: [],
    observe: () => exactly(0.8),
    why: 'Eight are busy.',
    ...changes,
  };
}

const turn: Omit<Turn, 'stated'> = {
  parameter: 'workers',
  flipsAt: 8,
  unit: 'workers',
  sides: () => [
    { at: 6, observed: 1.3 },
    { at: 9, observed: 0.9 },
  ],
};

describe('a judgement', () => {
  it.each([
    [{ atMost: 1 }, 1, true],
    [{ atMost: 1 }, 1.01, false],
    [{ atLeast: 2 }, 1.99, false],
    [{ between: [1, 2] as const }, 2, true],
    [{ between: [1, 2] as const }, 2.01, false],
    [{ atMost: 1 }, null, false],
  ])('%j, found %d: %s', (bounds, value, holds) => {
    expect(holdsFor(bounds, value)).toBe(holds);
  });

  it('holds or fails by its figure', () => {
    expect(judgeClaim(claim({}), nothing).verdict).toBe('holds');
    expect(judgeClaim(claim({ observe: () => exactly(1.2) }), nothing).verdict).toBe('fails');
  });

  it('depends on a parameter that the design leaves open, and not on one that it states', () => {
    const open = judgeClaim(claim({ turn: { ...turn, stated: 'open' } }), nothing);
    expect(open).toMatchObject({ verdict: 'depends', parameter: 'workers', flipsAt: 8 });
    expect(open.sides.map(({ verdict }) => verdict)).toEqual(['fails', 'holds']);
    expect(judgeClaim(claim({ turn: { ...turn, stated: 'seed' } }), nothing).verdict).toBe('holds');
  });

  it('is refused when both sides of the flip say the same, or lie on one side of it', () => {
    const same = () =>
      [
        { at: 6, observed: 0.5 },
        { at: 9, observed: 0.9 },
      ] as const;
    expect(() => judgeClaim(claim({ turn: { ...turn, stated: 'open', sides: same } }), nothing)).toThrow(
      /holds with workers at 6/,
    );
    expect(() => judgeClaim(claim({ turn: { ...turn, stated: 'open', flipsAt: 10 } }), nothing)).toThrow(
      /does not lie between/,
    );
  });
});

describe('a second judgement', () => {
  it('has a figure and a verdict of its own', () => {
    const again = { runs: [], observe: () => exactly(1.2), why: 'It pulls all.' };
    const judged = judgeClaim(claim({ again }), nothing);
    expect(judged.verdict).toBe('holds');
    expect(judged.again).toEqual({ observed: 1.2, ci95: null, verdict: 'fails', why: 'It pulls all.' });
  });

  it('is not there where its options change nothing', () => {
    expect(judgeClaim(claim({}), nothing).again).toBeNull();
  });
});

describe('a figure of a result', () => {
  const result = {
    scenario: 's',
    flows: { work: { latencyMs: { p99: 6 }, errorRatio: 0 } },
    series: { stepSeconds: 2, moving: [0, 3, null, 1, 0] },
  } as unknown as Result;

  it.each([
    [{ metric: 'flows.work.latencyMs.p99' }, 6],
    [{ metric: 'flows.work.latencyMs.p99', over: 'flows.work.errorRatio' }, null],
    [{ series: 'moving', lastAbove: 0 }, 6],
    [{ series: 'moving', lastAbove: 2 }, 2],
    [{ series: 'moving', lastAbove: 3 }, 0],
  ])('%j is %d', (source, value) => {
    expect(figureIn(result, source)).toBe(value);
  });

  it('has to exist', () => {
    expect(() => figureIn(result, { series: 'nothing', lastAbove: 0 })).toThrow(/no series nothing/);
  });
});

describe('the scenario of an experiment', () => {
  const experiment: Experiment = {
    id: 'e',
    question: 'What if?',
    scenario: 'base',
    form: 'short',
    remove: ['cdn'],
    set: { 'db.replicas': 5 },
    run: { warmupSeconds: 1 },
    figures: {},
  };
  const builtin = {
    timeline: [{ id: 'post' }],
    short: {
      set: {
        'db.partitions': 4,
        'cdn.edges': 2,
        'cdn->db.timeoutMs': 5,
        'expectations.x.atMost': 1,
        'timeline.post.atSeconds': 3,
      },
      run: { durationSeconds: 20, warmupSeconds: 2 },
    },
  };

  it('is the short form with the changes over it, and nothing about what is left out', () => {
    const document = experimentDocument(experiment, builtin);
    expect(document['design']).toEqual({
      extends: 'base',
      remove: ['cdn'],
      set: { 'db.partitions': 4, 'timeline.post.atSeconds': 3, 'db.replicas': 5 },
    });
    expect(document['run']).toEqual({ durationSeconds: 20, warmupSeconds: 1 });
    expect(document['timeline']).toEqual(builtin.timeline);
  });

  it('has its own events in place of the built-in’s', () => {
    const document = experimentDocument({ ...experiment, timeline: [] }, builtin);
    expect(document['timeline']).toEqual([]);
    expect(document['design']).toMatchObject({ set: { 'db.partitions': 4, 'db.replicas': 5 } });
  });
});

describe('the list of claims', () => {
  it('has every id once', () => {
    const ids = [...claims, ...notJudged].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
