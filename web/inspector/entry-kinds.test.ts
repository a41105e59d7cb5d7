import { expect, it } from 'vitest';
import { checkScenario, findBuiltin } from '../../scenarios/index.ts';
import { openBuiltin } from '../document/index.ts';
import { entryKinds, newEntry } from './entry-kinds.ts';

const opened = openBuiltin('instagram-v2');
if (!opened.ok) throw new Error('The published design does not open.');
const { draft } = opened;

/** What only the user knows, of the kinds that cannot be complete without. */
const known: Readonly<Record<string, object>> = {
  set: { path: 'feed-cache.hitRatio', value: 0.5 },
};

it.each(entryKinds().map(({ value }) => String(value)))('a new %s fits the published design', (kind) => {
  const entry = { ...newEntry(draft, kind, 5), ...known[kind] };
  const file = {
    format: 'fanout-lab/scenario',
    version: 1,
    id: 'test',
    title: 'Test',
    description: 'Test',
    design: { extends: 'instagram-v2' },
    timeline: [entry],
  };
  expect(checkScenario(file, { find: findBuiltin }).scenario.timeline).toHaveLength(1);
});
