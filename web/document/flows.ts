import { findKind } from '../../scenarios/index.ts';
import type { Draft, DraftNode } from './draft.ts';

/** Flows that a node makes, if it is a client; none while its configuration is not one. */
export function flowsMadeBy({ kind, config }: DraftNode): readonly string[] | null {
  const definition = findKind(kind);
  if (!definition?.flows) return null;
  const complete = definition.config.safeParse(config);
  return complete.success ? definition.flows(complete.data) : [];
}

/** Flows with those first that clients make, in the order of the drawing; a design names its main flow first. */
export function mainFlowsFirst(draft: Draft, flows: readonly string[]): readonly string[] {
  const made = draft.design.nodes.flatMap((node) => flowsMadeBy(node) ?? []);
  const rank = (flow: string): number => {
    const at = made.indexOf(flow);
    return at < 0 ? made.length : at;
  };
  return [...flows].sort((a, b) => rank(a) - rank(b));
}
