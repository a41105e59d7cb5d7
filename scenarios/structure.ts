import { connect, isSynchronous, listed } from './connections.ts';
import type { Draft, DraftNode } from './draft.ts';
import { reportUnknown } from './apply-changes.ts';
import { findKind } from './kinds/index.ts';
import { below, type Report } from './report.ts';
import type { Node } from './scenario.ts';

/** The rules of wiring, over a whole design. `complete` holds the nodes whose configuration is valid. */
export function checkStructure(draft: Draft, complete: ReadonlyMap<string, Node>, report: Report): void {
  checkEdges(draft, report);
  checkCallCycles(draft, report);
  checkNeighbours(draft, report);
  checkClients(draft, complete, report);
}

function checkEdges(draft: Draft, report: Report): void {
  for (const { id, source, target, place } of draft.edges.values()) {
    const ends = [
      { name: source, member: 'source' },
      { name: target, member: 'target' },
    ];
    const missing = ends.filter(({ name }) => !draft.nodes.has(name));
    for (const { name, member } of missing) {
      if (!draft.brokenIds.has(name)) reportUnknown(draft, name, below(place, [member]), report);
    }
    if (missing.length > 0) continue;
    if (source === target) {
      report.error(
        place,
        'FL-self-edge',
        `The edge \`${id}\` points from "${source}" to itself.`,
        'Remove it, or give it another end.',
      );
      continue;
    }
    const connection = connect(draft.nodes.get(source)!.kind, draft.nodes.get(target)!.kind);
    if (!connection.allowed) {
      report.error(
        place,
        connection.code,
        `The edge \`${id}\` makes no sense: ${connection.reason}`,
        'Remove it, or wire it as the reason says.',
      );
    }
  }
}

/** Neighbours of each node, by the direction of the work. */
function neighbours(draft: Draft, side: 'source' | 'target'): Map<string, DraftNode[]> {
  const found = new Map<string, DraftNode[]>();
  for (const edge of draft.edges.values()) {
    const [from, to] = side === 'target' ? [edge.source, edge.target] : [edge.target, edge.source];
    const node = draft.nodes.get(to);
    if (node === undefined) continue;
    const list = found.get(from);
    if (list === undefined) found.set(from, [node]);
    else list.push(node);
  }
  return found;
}

/**
 * A cycle of synchronous calls never answers. Each cycle that shares no node with another is named;
 * Kahn's algorithm leaves what is on a cycle or behind one, and a walk through that must close.
 */
function checkCallCycles(draft: Draft, report: Report): void {
  const calls = new Map<string, string[]>([...draft.nodes.keys()].map((id) => [id, []]));
  for (const { source, target } of draft.edges.values()) {
    const [from, to] = [draft.nodes.get(source), draft.nodes.get(target)];
    if (from === undefined || to === undefined || source === target) continue;
    if (connect(from.kind, to.kind).allowed && isSynchronous(from.kind, to.kind))
      calls.get(source)!.push(target);
  }
  for (let cycle = findCycle(calls); cycle !== null; cycle = findCycle(calls)) {
    const path = [...cycle, cycle[0]!].join(' -> ');
    report.error(
      { path: 'design.edges', base: null },
      'FL-call-cycle',
      `Synchronous calls form a cycle, so that no call would ever end: ${path}.`,
      'Remove one of these edges, or put a queue between two of them.',
    );
    for (const id of cycle) calls.delete(id);
  }
}

/** Ids along one cycle, or null. Peels off what no one calls, then what calls no one, then walks. */
function findCycle(calls: ReadonlyMap<string, readonly string[]>): string[] | null {
  const left = peel(calls);
  const start = left.keys().next().value;
  if (start === undefined) return null;
  const order = new Map<string, number>();
  const walk: string[] = [];
  for (let at = start; ; at = left.get(at)![0]!) {
    const seen = order.get(at);
    if (seen !== undefined) return walk.slice(seen);
    order.set(at, walk.length);
    walk.push(at);
  }
}

/** What remains after nodes without a remaining callee are taken away, again and again. */
function peel(calls: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const callers = new Map<string, string[]>();
  const open = new Map<string, number>();
  const free: string[] = [];
  for (const [id, targets] of calls) {
    const there = targets.filter((target) => calls.has(target));
    open.set(id, there.length);
    if (there.length === 0) free.push(id);
    for (const target of there) {
      const list = callers.get(target);
      if (list === undefined) callers.set(target, [id]);
      else list.push(id);
    }
  }
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    open.delete(id);
    for (const caller of callers.get(id) ?? []) {
      const count = open.get(caller);
      if (count === undefined) continue;
      open.set(caller, count - 1);
      if (count === 1) free.push(caller);
    }
  }
  return new Map([...open.keys()].map((id) => [id, calls.get(id)!.filter((target) => open.has(target))]));
}

function checkNeighbours(draft: Draft, report: Report): void {
  const targets = neighbours(draft, 'target');
  const sources = neighbours(draft, 'source');
  for (const node of draft.nodes.values()) {
    const definition = findKind(node.kind);
    if (definition === undefined) continue;
    for (const { side, kinds, without } of definition.needs ?? []) {
      const there = (side === 'target' ? targets : sources).get(node.id) ?? [];
      if (there.some((neighbour) => kinds.includes(neighbour.kind))) continue;
      if (hasBrokenNeighbour(draft, node.id, side)) continue;
      const edge = side === 'target' ? `from "${node.id}" to it` : `from it to "${node.id}"`;
      report.error(
        node.place,
        'FL-missing-neighbour',
        `${node.kind} "${node.id}" ${without}.`,
        `Add a ${listed(kinds)}, and an edge ${edge}.`,
      );
    }
    const count = targets.get(node.id)?.length ?? 0;
    if (definition.maximumTargets !== undefined && count > definition.maximumTargets) {
      report.error(
        node.place,
        'FL-too-many-targets',
        `${node.kind} "${node.id}" has ${count} targets, and can use ${definition.maximumTargets}.`,
        'Remove the other edges.',
      );
    }
  }
}

/** The neighbour may well be the one that is needed; its own problem is reported already. */
function hasBrokenNeighbour(draft: Draft, id: string, side: 'source' | 'target'): boolean {
  if (draft.brokenIds.size === 0) return false;
  for (const edge of draft.edges.values()) {
    const [from, to] = side === 'target' ? [edge.source, edge.target] : [edge.target, edge.source];
    if (from === id && draft.brokenIds.has(to)) return true;
  }
  return false;
}

/** Something must make requests, and a flow must belong to one client, because results are by flow. */
function checkClients(draft: Draft, complete: ReadonlyMap<string, Node>, report: Report): void {
  const clients = [...draft.nodes.values()].filter((node) => findKind(node.kind)?.role === 'client');
  if (clients.length === 0 && draft.brokenIds.size === 0) {
    report.error(
      { path: 'design.nodes', base: null },
      'FL-no-client',
      'Nothing in the design makes requests.',
      'Add a Client, a ReadClient or an UploadClient, and an edge from it.',
    );
  }
  const owners = new Map<string, string>();
  for (const node of draft.nodes.values()) {
    for (const flow of findKind(node.kind)?.backgroundFlows?.(node.id) ?? []) owners.set(flow, node.id);
  }
  for (const client of clients) {
    for (const flow of flowsOf(complete.get(client.id))) {
      const owner = owners.get(flow);
      if (owner === undefined) owners.set(flow, client.id);
      else {
        report.error(
          client.place,
          'FL-duplicate-id',
          `The nodes "${owner}" and "${client.id}" both have a flow "${flow}", and results are by flow.`,
          // Only a generic client names its flow.
          [draft.nodes.get(owner)?.kind, client.kind].includes('Client')
            ? 'Rename one of them, or let one client make all of the flow.'
            : 'Let one of them make all of the flow.',
        );
      }
    }
  }
}

/** Flows that a complete client node makes; none for other kinds. */
export function flowsOf(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  return findKind(node.kind)?.flows?.(node.config) ?? [];
}
