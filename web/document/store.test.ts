import { beforeEach, expect, it } from 'vitest';
import { addNode, moveNodes } from './edits.ts';
import { openBuiltin } from './open-file.ts';
import { select, useSelection } from './selection.ts';
import { edit, isEdited, open, redo, setForm, undo, useDocument } from './store.ts';

const mm1 = openBuiltin('mm1');
if (!mm1.ok) throw new Error('mm1 does not open');
const { draft } = mm1;
const node = { id: 'service', kind: 'Service', config: {}, position: { x: 0, y: 0 } };
const origin = { from: 'builtin', id: 'mm1' } as const;
const ids = (): string[] => useDocument.getState().draft.design.nodes.map(({ id }) => id);

beforeEach(() => open({ draft, origin, form: 'full' }));

it('undoes and redoes one edit at a time', () => {
  edit((old) => addNode(old, node));
  edit((old) => moveNodes(old, new Map([['service', { x: 9, y: 9 }]])));
  undo();
  expect(useDocument.getState().draft.design.nodes.at(-1)?.position).toEqual({ x: 0, y: 0 });
  undo();
  expect(ids()).not.toContain('service');
  redo();
  expect(ids()).toContain('service');
});

it('does not undo beyond what was opened, nor selection, nor edits that changed nothing', () => {
  edit((old) => moveNodes(old, new Map()));
  select({ nodes: ['server'] });
  undo();
  expect(useDocument.getState().draft).toBe(draft);
  expect(useSelection.getState().nodes).toEqual(['server']);
  expect(useDocument.temporal.getState().pastStates).toHaveLength(0);
});

it('knows whether the work differs from what was opened', () => {
  expect(isEdited(useDocument.getState())).toBe(false);
  edit((old) => addNode(old, node));
  expect(isEdited(useDocument.getState())).toBe(true);
  undo();
  expect(isEdited(useDocument.getState())).toBe(false);
});

it('keeps the choice of the short form when another scenario has one too, and only then', () => {
  setForm('short');
  open({ draft, origin });
  expect(useDocument.getState().form).toBe('short');
  const { short: _short, ...without } = draft;
  open({ draft: without, origin });
  expect(useDocument.getState().form).toBe('full');
});
