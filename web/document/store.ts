import { create } from 'zustand';
import { temporal } from 'zundo';
import type { Draft } from './draft.ts';

/** Where the scenario came from; what came from outside is not trusted to be cheap to run. */
export type Origin =
  | { readonly from: 'builtin'; readonly id: string }
  | { readonly from: 'file'; readonly name: string }
  | { readonly from: 'link' };

export interface DocumentState {
  readonly draft: Draft;
  /** The draft as it was opened: the work differs from it or not. */
  readonly opened: Draft;
  readonly origin: Origin;
  /** Which form of it is run: as drawn, or with its `short` changes applied. */
  readonly form: 'full' | 'short';
}

const blank: Draft = {
  format: 'fanout-lab/scenario',
  version: 1,
  id: 'untitled',
  title: 'Untitled',
  description: '',
  design: { nodes: [], edges: [] },
  population: {},
  timeline: [],
  run: {},
  expectations: [],
};

const undoSteps = 200;

/** The scenario on the canvas. Undo covers the draft alone: not selection, viewport or run. */
export const useDocument = create<DocumentState>()(
  temporal(
    (): DocumentState => ({
      draft: blank,
      opened: blank,
      origin: { from: 'builtin', id: 'untitled' },
      form: 'full',
    }),
    {
      partialize: ({ draft }) => ({ draft }),
      equality: (past, current) => past.draft === current.draft,
      limit: undoSteps,
    },
  ),
);

/** Changes the draft by one undoable step. */
export function edit(change: (draft: Draft) => Draft): void {
  const { draft } = useDocument.getState();
  const next = change(draft);
  if (next !== draft) useDocument.setState({ draft: next });
}

/** Puts another scenario on the canvas; there is nothing to undo in it yet. One without a short form runs in full. */
export function open({
  draft,
  origin,
  opened = draft,
  form = useDocument.getState().form,
}: Pick<DocumentState, 'draft' | 'origin'> & Partial<DocumentState>): void {
  useDocument.setState({ draft, opened, origin, form: draft.short ? form : 'full' });
  useDocument.temporal.getState().clear();
}

export function setForm(form: DocumentState['form']): void {
  useDocument.setState({ form });
}

export function undo(): void {
  useDocument.temporal.getState().undo();
}

export function redo(): void {
  useDocument.temporal.getState().redo();
}

export function isEdited({ draft, opened }: DocumentState): boolean {
  return draft !== opened;
}
