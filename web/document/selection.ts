import { create } from 'zustand';

/** What is selected; kept apart from the draft, so that undo never moves it. */
interface Selection {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  /** A timeline entry; selecting one deselects the canvas, and the other way round. */
  readonly entry: string | null;
}

const nothing: Selection = { nodes: [], edges: [], entry: null };

export const useSelection = create<Selection>(() => nothing);

export function select(selection: Partial<Selection>): void {
  useSelection.setState({ ...nothing, ...selection });
}

/** The one thing whose settings are shown, if exactly one thing is selected. */
export function focusOf(
  selection: Selection,
): { readonly type: 'node' | 'edge' | 'entry'; readonly id: string } | null {
  const { nodes, edges, entry } = selection;
  if (entry !== null) return { type: 'entry', id: entry };
  if (nodes.length === 1) return { type: 'node', id: nodes[0]! };
  if (nodes.length === 0 && edges.length === 1) return { type: 'edge', id: edges[0]! };
  return null;
}
