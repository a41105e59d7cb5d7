import type { Edge as FlowEdge, Node as FlowNode } from '@xyflow/react';
import {
  cardHeight,
  cardWidth,
  edgeId,
  flowsMadeBy,
  type Draft,
  type ProblemIndex,
} from '../document/index.ts';

interface CardData {
  readonly [key: string]: unknown;
  readonly kind: string;
  /** The first thing that is wrong with the component; null: nothing. */
  readonly fault: string | null;
  /** Flows that it makes, if it is a client. */
  readonly flows: readonly string[] | null;
}
export type CardNode = FlowNode<CardData, 'card'>;
export type WireEdge = FlowEdge<{ readonly fault: string | null }, 'wire'>;

/** The draft's nodes as React Flow wants them; a node that did not change keeps its object. */
export function cardNodes(
  draft: Draft,
  problems: ProblemIndex,
  selected: ReadonlySet<string>,
  before: readonly CardNode[],
): CardNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  return draft.design.nodes.map((node) => {
    const { id, kind, position } = node;
    const flows = flowsMadeBy(node);
    const fault =
      problems.nodes.get(id)?.find((placed) => placed.problem.severity === 'error')?.problem.message ?? null;
    const previous = old.get(id);
    const isSelected = selected.has(id);
    // A card that is being dragged is where the pointer is; the draft hears of it when it is let go.
    if (previous?.dragging) return previous;
    if (
      previous &&
      previous.data.kind === kind &&
      previous.data.fault === fault &&
      previous.data.flows?.join() === flows?.join() &&
      previous.position.x === position.x &&
      previous.position.y === position.y &&
      (previous.selected ?? false) === isSelected
    ) {
      return previous;
    }
    return {
      ...previous,
      id,
      type: 'card',
      position,
      data: { kind, fault, flows },
      selected: isSelected,
      width: cardWidth,
      height: cardHeight,
      ariaLabel: `${id}${fault === null ? '' : `: ${fault}`}`,
    };
  });
}

export function wireEdges(
  draft: Draft,
  problems: ProblemIndex,
  selected: ReadonlySet<string>,
  before: readonly WireEdge[],
): WireEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  return draft.design.edges.map((edge) => {
    const id = edgeId(edge);
    const fault =
      problems.edges.get(id)?.find((placed) => placed.problem.severity === 'error')?.problem.message ?? null;
    const previous = old.get(id);
    const isSelected = selected.has(id);
    if (previous && previous.data?.fault === fault && (previous.selected ?? false) === isSelected)
      return previous;
    return {
      id,
      type: 'wire',
      source: edge.source,
      target: edge.target,
      data: { fault },
      selected: isSelected,
      ariaLabel: `${edge.source} to ${edge.target}`,
    };
  });
}
