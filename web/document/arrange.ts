import { graphlib, layout } from '@dagrejs/dagre';
import { kinds } from '../../scenarios/index.ts';
import type { Draft, Point } from './draft.ts';

/** Size of a node card, px; cards are all alike so that the grid stays aligned. */
export const cardWidth = 196;
export const cardHeight = 74;
const columnGap = 76;
const rowGap = 46;

/**
 * Positions for every node, work flowing from left to right: the layered drawing of Sugiyama,
 * Tagawa and Toda (1981) as dagre does it. Kinds that belong to a layer of the published design
 * (traffic, services, stores, pipeline, delivery) keep that order of columns.
 */
export function arrange(design: Draft['design']): ReadonlyMap<string, Point> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: rowGap, ranksep: columnGap, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of design.nodes) graph.setNode(node.id, { width: cardWidth, height: cardHeight });
  const rank = new Map(design.nodes.map((node) => [node.id, layerRank(node.kind)]));
  for (const { source, target } of design.edges) {
    if (!graph.hasNode(source) || !graph.hasNode(target)) continue;
    const from = rank.get(source) ?? -1;
    const to = rank.get(target) ?? -1;
    // An edge back to an earlier layer (a worker writing to a store) must not pull its target along.
    const backwards = from >= 0 && to >= 0 && to < from;
    if (backwards) graph.setEdge(target, source);
    else graph.setEdge(source, target);
  }
  layout(graph);
  return new Map(
    design.nodes.map((node) => {
      const { x, y } = graph.node(node.id) as Point;
      return [node.id, { x: Math.round(x - cardWidth / 2), y: Math.round(y - cardHeight / 2) }];
    }),
  );
}

export const layers = ['traffic', 'services', 'stores', 'pipeline', 'delivery'] as const;
export type Layer = (typeof layers)[number];

function layerRank(kind: string): number {
  const layer = kinds[kind]?.layer;
  return layers.findIndex((name) => name === layer);
}
