import { create } from 'zustand';
import { connect, pointsAgainstWork } from '../../scenarios/index.ts';
import { useDocument } from '../document/index.ts';

/** Whether a wire makes sense: what it would do, or why not, in one sentence. */
export type Judgement =
  | { readonly ok: true; readonly text: string; readonly turned: boolean }
  | { readonly ok: false; readonly text: string };

/** A stream's wire drawn against the work is accepted and turned round. */
export function judge(sourceKind: string, targetKind: string): Judgement {
  const forward = connect(sourceKind, targetKind);
  if (forward.allowed) return { ok: true, text: forward.purpose, turned: false };
  if (pointsAgainstWork(sourceKind, targetKind)) {
    const back = connect(targetKind, sourceKind);
    if (back.allowed) return { ok: true, text: back.purpose, turned: true };
  }
  return { ok: false, text: forward.reason };
}

/** The wire being drawn: where it starts, and what each other node says to it. */
interface WireDraft {
  readonly from: string | null;
  readonly judgements: Readonly<Record<string, Judgement>>;
}

const none: WireDraft = { from: null, judgements: {} };

export const useWireDraft = create<WireDraft>(() => none);

/** While a wire is drawn, nodes that it may end at stay clear and the others step back. */
export function beginWire(from: string): void {
  const { nodes } = useDocument.getState().draft.design;
  const source = nodes.find((node) => node.id === from);
  if (!source) return;
  const judgements = Object.fromEntries(
    nodes.filter((node) => node.id !== from).map((node) => [node.id, judge(source.kind, node.kind)]),
  );
  useWireDraft.setState({ from, judgements });
}

export function endWire(): void {
  useWireDraft.setState(none);
}
