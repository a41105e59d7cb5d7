import { findKind } from '../../scenarios/index.ts';
import {
  addEdge,
  addNode,
  cardHeight,
  cardWidth,
  edit,
  freeNodeId,
  select,
  useDocument,
  type JsonObject,
  type Point,
} from '../document/index.ts';
import { fieldModel, initialValue } from '../form/index.ts';
import { announce } from '../ui/index.ts';
import { judge } from './wire-draft.ts';

const gridStep = 8;

/** Puts a new component on the canvas, near `at` where there is room, and selects it. */
export function placeNode(kind: string, at: Point): void {
  const definition = findKind(kind);
  if (!definition) return;
  const { draft } = useDocument.getState();
  const id = freeNodeId(draft, kind);
  const position = freePlace(
    { x: snap(at.x - cardWidth / 2), y: snap(at.y - cardHeight / 2) },
    draft.design.nodes.map((node) => node.position),
  );
  edit((current) => addNode(current, { id, kind, config: defaultConfig(kind), position }));
  select({ nodes: [id] });
  announce(`${definition.title} added as ${id}.`);
}

/** A kind's configuration with nothing said about it. */
function defaultConfig(kind: string): JsonObject {
  const schema = findKind(kind)?.config;
  if (!schema) return {};
  const complete = schema.safeParse({});
  return (complete.success ? complete.data : initialValue(fieldModel(schema))) as JsonObject;
}

/** Draws a wire if the kinds allow it; says the reason if they do not. */
export function placeWire(source: string, target: string): void {
  const { nodes, edges } = useDocument.getState().draft.design;
  const from = nodes.find((node) => node.id === source);
  const to = nodes.find((node) => node.id === target);
  if (!from || !to || source === target) return;
  const judgement = judge(from.kind, to.kind);
  if (!judgement.ok) {
    announce(judgement.text, 'error');
    return;
  }
  const ends = judgement.turned ? { source: target, target: source } : { source, target };
  if (edges.some((edge) => edge.source === ends.source && edge.target === ends.target)) {
    announce(`${ends.source} is wired to ${ends.target} already.`);
    return;
  }
  edit((draft) => addEdge(draft, { ...ends, config: {} }));
  announce(
    judgement.turned
      ? `Work travels the other way here, so the wire was turned round: ${ends.source} ${judgement.text}.`
      : `${ends.source} ${judgement.text}.`,
  );
}

function snap(value: number): number {
  return Math.round(value / gridStep) * gridStep;
}

function freePlace(wanted: Point, taken: readonly Point[]): Point {
  let place = wanted;
  const clash = (point: Point): boolean =>
    taken.some(
      (other) => Math.abs(other.x - point.x) < cardWidth && Math.abs(other.y - point.y) < cardHeight,
    );
  while (clash(place)) place = { x: place.x + gridStep * 3, y: place.y + cardHeight + gridStep * 2 };
  return place;
}
