import { getBezierPath, Position } from '@xyflow/react';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Beyond this overlap in x two cards stand one above the other, and a wire leaves upwards or down. */
const stackedShare = 0.5;

/**
 * A curve between the sides of two cards that face each other. Work flows left to right, but
 * workers write back to stores: with fixed ports such a wire would loop round both cards.
 */
export function wirePath(from: Box, to: Box): readonly [path: string, labelX: number, labelY: number] {
  const overlap = Math.min(from.x + from.width, to.x + to.width) - Math.max(from.x, to.x);
  const stacked = overlap > Math.min(from.width, to.width) * stackedShare;
  const down = to.y > from.y;
  const right = to.x > from.x;
  const [sourcePosition, targetPosition] = stacked
    ? down
      ? [Position.Bottom, Position.Top]
      : [Position.Top, Position.Bottom]
    : right
      ? [Position.Right, Position.Left]
      : [Position.Left, Position.Right];
  const source = sideOf(from, sourcePosition, to);
  const target = sideOf(to, targetPosition, from);
  const [path, labelX, labelY] = getBezierPath({
    sourceX: source.x,
    sourceY: source.y,
    sourcePosition,
    targetX: target.x,
    targetY: target.y,
    targetPosition,
    curvature: 0.3,
  });
  return [path, labelX, labelY];
}

/** Wires to different neighbours leave a side at different heights, towards where they go. */
const spread = 0.22;

function sideOf(box: Box, side: Position, other: Box): { readonly x: number; readonly y: number } {
  const lean = (own: number, ownSize: number, its: number, itsSize: number): number => {
    const distance = its + itsSize / 2 - (own + ownSize / 2);
    return own + ownSize / 2 + Math.max(-1, Math.min(1, distance / 260)) * ownSize * spread;
  };
  if (side === Position.Left || side === Position.Right) {
    return {
      x: side === Position.Right ? box.x + box.width : box.x,
      y: lean(box.y, box.height, other.y, other.height),
    };
  }
  return {
    x: lean(box.x, box.width, other.x, other.width),
    y: side === Position.Bottom ? box.y + box.height : box.y,
  };
}
