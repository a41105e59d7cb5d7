import { memo } from 'react';
import { ViewportPortal } from '@xyflow/react';
import { findKind } from '../../scenarios/index.ts';
import { cardHeight, cardWidth, layers, useDocument, type DraftNode, type Layer } from '../document/index.ts';

const names: Readonly<Record<Layer, string>> = {
  traffic: 'Traffic',
  services: 'Services',
  stores: 'Stores',
  pipeline: 'Pipeline',
  delivery: 'Delivery',
};
const margin = 18;
const headHeight = 40;

interface Lane {
  readonly layer: Layer;
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
}

/** The layers of the published design behind their cards, while the cards stand in columns. */
export const Lanes = memo(function Lanes() {
  const nodes = useDocument((state) => state.draft.design.nodes);
  return (
    <ViewportPortal>
      {lanesOf(nodes).map((lane) => (
        <div
          key={lane.layer}
          className="lane"
          style={{ transform: `translate(${lane.x}px, ${lane.y}px)`, width: lane.width, height: lane.height }}
        >
          {names[lane.layer]}
        </div>
      ))}
    </ViewportPortal>
  );
});

/** One column a layer; none at all when columns would overlap, because then they say nothing. */
export function lanesOf(nodes: readonly DraftNode[]): readonly Lane[] {
  if (nodes.length === 0) return [];
  const top = Math.min(...nodes.map((node) => node.position.y)) - headHeight;
  const bottom = Math.max(...nodes.map((node) => node.position.y)) + cardHeight + margin;
  const lanes = layers.flatMap((layer): readonly Lane[] => {
    const xs = nodes.filter((node) => findKind(node.kind)?.layer === layer).map((node) => node.position.x);
    if (xs.length === 0) return [];
    const x = Math.min(...xs) - margin;
    return [{ layer, x, width: Math.max(...xs) + cardWidth + margin - x, y: top, height: bottom - top }];
  });
  const overlap = lanes.some((lane, index) => {
    const next = lanes[index + 1];
    return next !== undefined && next.x < lane.x + lane.width;
  });
  return overlap || lanes.length < 2 ? [] : lanes;
}
