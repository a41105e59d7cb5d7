import { getBezierPath, Position } from '@xyflow/react';
import type { Point } from '../document/index.ts';

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
export function wirePath(from: Box, to: Box): string {
  const overlap = Math.min(from.x + from.width, to.x + to.width) - Math.max(from.x, to.x);
  const stacked = overlap > Math.min(from.width, to.width) * stackedShare;
  const [sourcePosition, targetPosition] = sidesOf(from, to, stacked);
  const source = sideOf(from, sourcePosition, to);
  const target = sideOf(to, targetPosition, from);
  const turnsOnce = isUpright(sourcePosition) && !isUpright(targetPosition);
  if (turnsOnce) return roundTheCorner(source, target);
  const [path] = getBezierPath({
    sourceX: source.x,
    sourceY: source.y,
    sourcePosition,
    targetX: target.x,
    targetY: target.y,
    targetPosition,
    curvature: 0.3,
  });
  return path;
}

function isUpright(side: Position): boolean {
  return side === Position.Top || side === Position.Bottom;
}

const cornerRadius = 56;

/** Straight up or down, one round corner, and straight on. */
function roundTheCorner(source: Point, target: Point): string {
  const radius = Math.min(cornerRadius, Math.abs(target.x - source.x), Math.abs(target.y - source.y));
  const turnY = target.y - Math.sign(target.y - source.y) * radius;
  const turnX = source.x + Math.sign(target.x - source.x) * radius;
  return `M${source.x},${source.y} L${source.x},${turnY} Q${source.x},${target.y} ${turnX},${target.y} L${target.x},${target.y}`;
}

/** A wire back to an earlier column and this far down or up goes round what stands between. */
const farAway = 300;

function sidesOf(from: Box, to: Box, stacked: boolean): readonly [source: Position, target: Position] {
  const down = to.y > from.y;
  const vertical = down ? Position.Bottom : Position.Top;
  if (stacked) return [vertical, down ? Position.Top : Position.Bottom];
  if (to.x > from.x) return [Position.Right, Position.Left];
  if (Math.abs(to.y - from.y) > farAway) return [vertical, Position.Right];
  return [Position.Left, Position.Right];
}

/** Wires to different neighbours leave a side at different heights, towards where they go. */
const spread = 0.22;

function sideOf(box: Box, side: Position, other: Box): Point {
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
