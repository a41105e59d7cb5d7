import { memo } from 'react';
import { BaseEdge, useInternalNode, type EdgeProps, type InternalNode } from '@xyflow/react';
import { cardHeight, cardWidth } from '../document/index.ts';
import type { WireEdge } from './flow-model.ts';
import { wirePath } from './wire-path.ts';

/** An edge: the way that work travels between two cards. */
export const Wire = memo(function Wire({ id, source, target, selected, data }: EdgeProps<WireEdge>) {
  const from = useInternalNode(source);
  const to = useInternalNode(target);
  if (!from || !to) return null;
  const path = wirePath(boxOf(from), boxOf(to));
  return (
    <g className="wire" data-selected={selected || undefined} data-fault={data?.fault ? true : undefined}>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={16}
        markerEnd={`url(#wire-end${selected ? '-selected' : ''})`}
      />
    </g>
  );
});

function boxOf(node: InternalNode) {
  const { x, y } = node.internals.positionAbsolute;
  return { x, y, width: node.measured.width ?? cardWidth, height: node.measured.height ?? cardHeight };
}

/** Arrow heads in the theme's colours; referred to by every wire. */
export function WireMarkers() {
  return (
    <svg className="wire-markers" aria-hidden="true">
      <defs>
        {['', '-selected'].map((variant) => (
          <marker
            key={variant}
            id={`wire-end${variant}`}
            className={`wire-end${variant}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M1 1 7 4 1 7z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
