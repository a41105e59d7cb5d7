import { connect, pointsAgainstWork } from './connections.ts';
import type { Draft, DraftEdge, DraftItem, DraftNode } from './draft.ts';
import { completeEdge, completeNode, completePopulation, completeRun, completeEvent } from './complete.ts';
import { check } from './explain.ts';
import { edgeFrame, nodeFrame, type Changes } from './format/envelope.ts';
import { copyJson, isObject, isReservedKey, quote, type JsonObject } from './json-path.ts';
import { findKind, kinds } from './kinds/index.ts';
import { below, type Place, type Report } from './report.ts';
import { parseSetPath, PathError, reservedRoots, setAt } from './set-path.ts';

/** Most nodes and edges of a design. */
const maximumNodes = 1000;
const maximumEdges = 10_000;

/**
 * Changes a draft in the order of the format: remove, add, set. Members of the wrong shape are left
 * out here; the frame's schema has reported them.
 */
export function applyChanges(
  draft: Draft,
  changes: { readonly [Member in keyof Changes]?: unknown },
  places: { readonly path: Place; readonly add: Place },
  report: Report,
): void {
  const { remove, add, set } = changes;
  if (Array.isArray(remove)) removeAll(draft, remove, below(places.path, ['remove']), report);
  if (isObject(add)) {
    if (Array.isArray(add['nodes'])) addNodes(draft, add['nodes'], below(places.add, ['nodes']), report);
    if (Array.isArray(add['edges'])) addEdges(draft, add['edges'], below(places.add, ['edges']), report);
  }
  if (isObject(set)) applySetKeys(draft, set, below(places.path, ['set']), report);
}

function removeAll(draft: Draft, names: readonly unknown[], place: Place, report: Report): void {
  for (const [i, name] of names.entries()) {
    if (typeof name !== 'string') continue;
    const edge = findEdge(draft, name);
    if (edge !== undefined) draft.edges.delete(edge);
    else if (draft.nodes.delete(name)) {
      for (const [id, { source, target }] of draft.edges) {
        if (source === name || target === name) draft.edges.delete(id);
      }
    } else reportUnknown(draft, name, below(place, [i]), report);
  }
}

function addNodes(draft: Draft, nodes: readonly unknown[], place: Place, report: Report): void {
  if (draft.nodes.size + nodes.length > maximumNodes) {
    report.error(
      place,
      'FL-too-many',
      `The design has more than ${maximumNodes} nodes.`,
      'Raise the servers of a node instead.',
    );
    for (const item of nodes) markBroken(draft, item);
    return;
  }
  for (const [i, item] of nodes.entries()) addNode(draft, item, below(place, [i]), report);
}

function addNode(draft: Draft, item: unknown, place: Place, report: Report): void {
  const checked = check(nodeFrame, item);
  if (!checked.ok) {
    report.findings(place, checked.findings);
    markBroken(draft, item);
    return;
  }
  const { id, kind, config, position } = checked.value;
  if (reservedRoots.includes(id)) {
    report.error(
      below(place, ['id']),
      'FL-bad-id',
      `No node may be called "${id}": paths that begin with it mean something else.`,
      'Choose another id.',
    );
  }
  if (draft.nodes.has(id)) {
    report.error(
      below(place, ['id']),
      'FL-duplicate-id',
      `Two nodes have the id "${id}".`,
      'Give each its own id.',
    );
    return;
  }
  if (findKind(kind) === undefined) {
    const names = Object.keys(kinds);
    report.error(
      below(place, ['kind']),
      'FL-unknown-kind',
      `There is no kind ${quote(kind)}.${report.didYouMean(kind, names)}`,
      `Use one of: ${names.join(', ')}.`,
    );
    draft.brokenIds.add(id);
    return;
  }
  const node: DraftNode = {
    id,
    kind,
    config: copyJson(config ?? {}),
    ...(position === undefined ? {} : { position }),
    place,
  };
  draft.nodes.set(id, node);
  draft.setOrigin([id], below(place, ['config']));
}

function markBroken(draft: Draft, item: unknown): void {
  if (isObject(item) && typeof item['id'] === 'string') draft.brokenIds.add(item['id']);
}

function addEdges(draft: Draft, edges: readonly unknown[], place: Place, report: Report): void {
  if (draft.edges.size + edges.length > maximumEdges) {
    report.error(place, 'FL-too-many', `The design has more than ${maximumEdges} edges.`, 'Remove some.');
    return;
  }
  for (const [i, item] of edges.entries()) addEdge(draft, item, below(place, [i]), report);
}

function addEdge(draft: Draft, item: unknown, place: Place, report: Report): void {
  const checked = check(edgeFrame, item);
  if (!checked.ok) {
    report.findings(place, checked.findings);
    return;
  }
  let { source, target } = checked.value;
  const [from, to] = [draft.nodes.get(source), draft.nodes.get(target)];
  if (from !== undefined && to !== undefined && pointsAgainstWork(from.kind, to.kind)) {
    [source, target] = [target, source];
    noteTurned(source, target, place, report);
  }
  putEdge(draft, { source, target, config: copyJson(checked.value.config ?? {}), place }, report);
}

function noteTurned(source: string, target: string, place: Place, report: Report): void {
  report.note(
    place,
    'FL-edge-turned',
    `The edge from "${target}" to "${source}" is read as \`${source}->${target}\`: edges point the way work travels.`,
    `Write \`"source": "${source}", "target": "${target}"\`.`,
  );
}

/**
 * A consumer may also publish, so that an edge from it to a stream makes sense both ways. Where it is
 * the consumer's only edge with a stream, it can only be meant the other way round.
 */
export function turnConsumers(draft: Draft, report: Report): void {
  for (const node of draft.nodes.values()) {
    if (findKind(node.kind)?.role !== 'workers') continue;
    const isStream = (id: string) => findKind(draft.nodes.get(id)?.kind ?? '')?.role === 'stream';
    const withStreams = [...draft.edges.values()].filter(
      ({ source, target }) =>
        (source === node.id && isStream(target)) || (target === node.id && isStream(source)),
    );
    const [edge, ...others] = withStreams;
    if (edge === undefined || others.length > 0 || edge.source !== node.id) continue;
    if (!connect(draft.nodes.get(edge.target)!.kind, node.kind).allowed) continue;
    draft.edges.delete(edge.id);
    noteTurned(edge.target, edge.source, edge.place, report);
    putEdge(draft, { ...edge, source: edge.target, target: edge.source }, report);
  }
}

function putEdge(draft: Draft, edge: Omit<DraftEdge, 'id'>, report: Report): void {
  const { source, target, place } = edge;
  const id = `${source}->${target}`;
  if (draft.edges.has(id)) {
    report.error(place, 'FL-duplicate-edge', `There are two edges \`${id}\`.`, 'Remove one.');
    return;
  }
  draft.edges.set(id, { ...edge, id });
  draft.setOrigin([id], below(place, ['config']));
}

/** Applies `set` keys in their order. Values are checked later, with everything else. */
export function applySetKeys(draft: Draft, set: JsonObject, place: Place, report: Report): void {
  const completed = new Set<string>();
  for (const [key, value] of Object.entries(set)) {
    const at = below(place, [key]);
    if (isReservedKey(key)) continue;
    try {
      applySetKey(draft, key, value, at, report, completed);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      report.error(at, error.code, error.message, error.fix);
    }
  }
}

function applySetKey(
  draft: Draft,
  key: string,
  value: unknown,
  place: Place,
  report: Report,
  completed: Set<string>,
): void {
  const [root, ...rest] = parseSetPath(key);
  const first = <T>(name: string, complete: () => T): void => {
    if (completed.has(name)) return;
    completed.add(name);
    complete();
  };
  const put = (target: JsonObject, address: readonly string[], path: readonly string[]) => {
    const made = setAt(target, path, copyJson(value));
    if (made < path.length) draft.setOrigin([...address, ...path.slice(0, made)], place);
    draft.setOrigin([...address, ...path], place);
  };
  if (root === 'run') {
    first(root, () => (draft.run = completeRun(draft.run)));
    put(draft.run, [root], rest);
  } else if (root === 'population') {
    first(root, () => (draft.population = completePopulation(draft.population)));
    put(draft.population, [root], rest);
  } else if (root === 'timeline' || root === 'expectations') {
    const [id, ...path] = rest;
    const item = findItem(draft, root, id!, path, report);
    if (root === 'timeline') first(`timeline.${id!}`, () => (item.entry = completeEvent(item.entry)));
    put(item.entry as JsonObject, [root, id!], path);
  } else if (root.includes('->')) {
    const id = findEdge(draft, root);
    if (id === undefined) {
      reportUnknown(draft, root, place, report);
      return;
    }
    const edge = draft.edges.get(id)!;
    first(id, () => (edge.config = completeEdge(draft, edge)));
    put(edge.config, [id], rest);
  } else {
    const node = draft.nodes.get(root);
    if (node === undefined) {
      if (!draft.brokenIds.has(root)) reportUnknown(draft, root, place, report);
      return;
    }
    first(root, () => (node.config = completeNode(node)));
    put(node.config, [root], rest);
  }
}

/** An event or expectation by its id. */
function findItem(
  draft: Draft,
  root: 'timeline' | 'expectations',
  id: string,
  path: readonly string[],
  report: Report,
): DraftItem {
  const item = draft[root].find(({ entry }) => isObject(entry) && entry['id'] === id);
  if (item !== undefined && path.length > 0) return item;
  const ids = draft[root].map(({ entry }) => (isObject(entry) ? String(entry['id']) : ''));
  const thing = root === 'timeline' ? 'event' : 'expectation';
  if (item === undefined) {
    throw new PathError(
      root === 'timeline' ? 'FL-unknown-event' : 'FL-unknown-path',
      `There is no ${thing} ${quote(id)} in \`${root}\`.${report.didYouMean(id, ids)}`,
      ids.length === 0 ? 'Remove the key.' : `Use one of: ${ids.join(', ')}.`,
    );
  }
  throw new PathError(
    'FL-bad-path',
    `The path does not say what of the ${thing} to set.`,
    `Write \`${root}.${id}.<member>\`.`,
  );
}

/** The id of an edge written `a->b`, also where a stream edge was written against the work. */
export function findEdge(draft: Draft, name: string): string | undefined {
  if (draft.edges.has(name)) return name;
  const [a, b, ...more] = name.split('->');
  if (a === undefined || b === undefined || more.length > 0) return undefined;
  const [from, to] = [draft.nodes.get(a), draft.nodes.get(b)];
  if (from === undefined || to === undefined || !pointsAgainstWork(from.kind, to.kind)) return undefined;
  return draft.edges.has(`${b}->${a}`) ? `${b}->${a}` : undefined;
}

/** Says that neither a node nor an edge has this name. */
export function reportUnknown(draft: Draft, name: string, place: Place, report: Report): void {
  const isEdge = name.includes('->');
  const names = isEdge ? draft.edges.keys() : draft.nodes.keys();
  const thing = isEdge ? 'edge' : 'node';
  report.error(
    place,
    isEdge ? 'FL-unknown-edge' : 'FL-unknown-node',
    `The design has no ${thing} ${quote(name)}.${report.didYouMean(name, names)}`,
    isEdge ? 'Name an edge as `<source>-><target>`.' : 'Name a node of the design by its id.',
  );
}
