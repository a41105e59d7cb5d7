import { describe, expect, it } from 'vitest';
import { findBuiltin, parseScenario } from '../../scenarios/index.ts';
import { draftText, type Draft } from './draft.ts';
import { openBuiltin } from './open-file.ts';
import { setShortValue, shortValues } from './short-form.ts';

function opened(id: string): Draft {
  const result = openBuiltin(id);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.draft;
}

const whale = opened('whale-post');
const mm1 = opened('mm1');
const inShort = (draft: Draft) =>
  parseScenario(draftText(draft), { find: findBuiltin, short: true }).scenario;

describe('the short form', () => {
  it('tells what it sets of a node, by the path of the field, and nothing of other nodes', () => {
    expect([...shortValues(whale, 'fanout-worker')]).toEqual([['workers', 1]]);
    expect(shortValues(whale, 'read-client').get('feedRead.ratePerSecond')).toBe(40_625);
    expect(shortValues(whale, 'fanout').size).toBe(0);
    expect(shortValues({ ...whale, short: undefined } as unknown as Draft, 'fanout-worker').size).toBe(0);
  });

  it('tells of the run what is laid over it, and of both places the one that is applied last', () => {
    expect(shortValues(mm1, 'run').get('durationSeconds')).toBe(500);
    const both = { ...mm1, short: { ...mm1.short, set: { 'run.durationSeconds': 400 } } };
    expect(shortValues(both, 'run').get('durationSeconds')).toBe(400);
    expect(inShort(both).run.durationSeconds).toBe(400);
  });

  it('names items of lists as fields do', () => {
    const draft = {
      ...whale,
      short: { set: { 'population.whales.0.followers': 9, 'timeline.post.atSeconds': 3 } },
    };
    expect([...shortValues(draft, 'population')]).toEqual([['whales[0].followers', 9]]);
    expect([...shortValues(draft, 'timeline.post')]).toEqual([['atSeconds', 3]]);
    const changed = setShortValue(draft, 'population', 'whales[0].followers', 10);
    expect(changed.short?.set).toMatchObject({ 'population.whales.0.followers': 10 });
  });

  it('is changed where it gives a value, so that the next run has it', () => {
    const more = inShort(setShortValue(whale, 'fanout-worker', 'workers', 3));
    expect(more.design.nodes.find(({ id }) => id === 'fanout-worker')?.config).toMatchObject({ workers: 3 });
    const longer = setShortValue(mm1, 'run', 'durationSeconds', 600);
    expect(inShort(longer).run.durationSeconds).toBe(600);
    expect(longer.run).toBe(mm1.run);
  });

  it('is not given values that it does not set', () => {
    expect(setShortValue(whale, 'fanout-worker', 'batchSize', 3)).toBe(whale);
  });
});
