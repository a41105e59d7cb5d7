import { expect, it } from 'vitest';
import { findBuiltin, parseScenario } from '../../scenarios/index.ts';
import type { Result } from '../../simulator/index.ts';
import { draftText, openBuiltin, type Draft } from '../document/index.ts';
import { experimentsOf } from './experiments.ts';

function opened(id: string): Draft {
  const result = openBuiltin(id);
  if (!result.ok) throw new Error(id);
  return result.draft;
}

/** As far as experiments look at a result. */
function resultWith(utilization: Readonly<Record<string, number>>): Result {
  const components = Object.fromEntries(
    Object.entries(utilization).map(([id, value]) => [id, { utilization: value }]),
  );
  return { components } as unknown as Result;
}

it.each(['full', 'short'])('offers experiments on the whale that run in the %s form', (form) => {
  const draft = opened('whale-post');
  const experiments = experimentsOf(draft, resultWith({ 'image-worker': 1 }));
  expect(experiments.map(({ label }) => label)).toEqual([
    'Take feed-cache away',
    'A tenth of the followers for celebrity-post',
    '8 times the workers for image-worker',
  ]);
  for (const experiment of experiments) {
    const text = draftText(experiment.apply(draft));
    expect(text).not.toBe(draftText(draft));
    const options = { find: findBuiltin, ...(form === 'short' ? { form: 'short' as const } : {}) };
    expect(() => parseScenario(text, options), experiment.label).not.toThrow();
  }
});

it('changes a figure in the short form too, where the short form gives it', () => {
  const draft = opened('whale-post');
  const more = experimentsOf(draft, resultWith({ 'image-worker': 1 }))[2]!;
  const before = Number(draft.short?.set?.['image-worker.workers']);
  expect(more.apply(draft).short?.set?.['image-worker.workers']).toBe(before * 8);
});

it('adds a server where a queue is busy, and offers nothing where all is calm', () => {
  const draft = opened('mm1');
  expect(experimentsOf(draft, resultWith({ server: 0.8 })).map(({ label }) => label)).toEqual([
    'One more server for server',
  ]);
  expect(experimentsOf(draft, resultWith({ server: 0.4 }))).toEqual([]);
});
