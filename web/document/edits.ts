import type { Draft, DraftEdge, DraftEntry, DraftNode, JsonObject, Overrides, Point } from './draft.ts';
import { edgeId } from './draft.ts';

/**
 * Every change that a user can make, as a pure function from draft to draft. A change that leaves
 * the draft as it was returns the same object, so that undo does not collect empty steps.
 */

/** `feed-service`, `feed-service-2`, ...: the kind in kebab-case, the first that is free. */
export function freeNodeId(draft: Draft, kind: string): string {
  const stem = kind
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
  return firstFree(
    stem,
    draft.design.nodes.map((node) => node.id),
  );
}

export function freeEntryId(draft: Draft, kind: string): string {
  return firstFree(
    kind,
    draft.timeline.map((entry) => entry.id),
  );
}

function firstFree(stem: string, taken: readonly string[]): string {
  if (!taken.includes(stem)) return stem;
  let number = 2;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

export function addNode(draft: Draft, node: DraftNode): Draft {
  return withDesign(draft, [...draft.design.nodes, node], draft.design.edges);
}

export function addEdge(draft: Draft, edge: DraftEdge): Draft {
  if (draft.design.edges.some((other) => edgeId(other) === edgeId(edge))) return draft;
  return withDesign(draft, draft.design.nodes, [...draft.design.edges, edge]);
}

export function moveNodes(draft: Draft, positions: ReadonlyMap<string, Point>): Draft {
  let moved = false;
  const nodes = draft.design.nodes.map((node) => {
    const position = positions.get(node.id);
    if (!position || (position.x === node.position.x && position.y === node.position.y)) return node;
    moved = true;
    return { ...node, position };
  });
  return moved ? withDesign(draft, nodes, draft.design.edges) : draft;
}

/**
 * Takes nodes and edges away, and with them everything that speaks of them: their edges, timeline
 * entries that target them, expectations about them, and changes of the short and reference forms.
 */
export function removeElements(
  draft: Draft,
  nodeIds: ReadonlySet<string>,
  edgeIds: ReadonlySet<string>,
): Draft {
  const gone = (id: string): boolean =>
    nodeIds.has(id) ||
    edgeIds.has(id) ||
    (id.includes('->') && id.split('->').some((end) => nodeIds.has(end)));
  const nodes = draft.design.nodes.filter((node) => !nodeIds.has(node.id));
  const edges = draft.design.edges.filter((edge) => !gone(edgeId(edge)));
  if (nodes.length === draft.design.nodes.length && edges.length === draft.design.edges.length) return draft;

  const timeline = draft.timeline.filter((entry) => {
    if (typeof entry.target === 'string' && gone(entry.target)) return false;
    return !(typeof entry.path === 'string' && gone(firstSegment(entry.path)));
  });
  const entriesGone = new Set(
    draft.timeline.filter((entry) => !timeline.includes(entry)).map((entry) => entry.id),
  );
  const expectations = draft.expectations.filter((expectation) => {
    const [head, id] = typeof expectation.metric === 'string' ? expectation.metric.split('.') : [];
    return !(head === 'components' && id !== undefined && gone(id)) && hasItsPhase(expectation, timeline);
  });
  const expectationsGone = new Set(
    draft.expectations.filter((expectation) => !expectations.includes(expectation)).map(idOf),
  );
  const withoutGone = (overrides: Overrides): Overrides =>
    withoutReferences(overrides, { gone, entries: entriesGone, expectations: expectationsGone });
  return {
    ...withDesign(draft, nodes, edges),
    timeline,
    expectations,
    ...(draft.short ? { short: withoutGone(draft.short) } : {}),
    ...(draft.reference ? { reference: withoutGone(draft.reference) } : {}),
  };
}

interface Gone {
  /** Whether a node or edge id is gone. */
  gone(id: string): boolean;
  readonly entries: ReadonlySet<string>;
  readonly expectations: ReadonlySet<string>;
}

function withoutReferences(overrides: Overrides, { gone, entries, expectations }: Gone): Overrides {
  const staysSet = (path: string): boolean => {
    const [first = '', second = ''] = path.split('.');
    if (first === 'timeline') return !entries.has(second);
    if (first === 'expectations') return !expectations.has(second);
    return !gone(first);
  };
  return {
    ...overrides,
    ...(overrides.set
      ? { set: Object.fromEntries(Object.entries(overrides.set).filter(([path]) => staysSet(path))) }
      : {}),
    ...(overrides.remove ? { remove: overrides.remove.filter((id) => !gone(id)) } : {}),
  };
}

function idOf(expectation: JsonObject): string {
  return String(expectation.id);
}

function firstSegment(path: string): string {
  return path.split('.')[0] ?? path;
}

export function setNodeConfig(draft: Draft, id: string, config: JsonObject): Draft {
  const nodes = draft.design.nodes.map((node) => (node.id === id ? { ...node, config } : node));
  return withDesign(draft, nodes, draft.design.edges);
}

export function setEdgeConfig(draft: Draft, id: string, config: JsonObject): Draft {
  const edges = draft.design.edges.map((edge) => (edgeId(edge) === id ? { ...edge, config } : edge));
  return withDesign(draft, draft.design.nodes, edges);
}

export function addEntry(draft: Draft, entry: DraftEntry): Draft {
  return { ...draft, timeline: inOrder([...draft.timeline, entry]) };
}

/** Puts an event in the place of another; a new id is carried to everything that speaks of the old one. */
export function setEntry(draft: Draft, id: string, entry: DraftEntry): Draft {
  const changed = { ...draft, timeline: inOrder(draft.timeline.map((old) => (old.id === id ? entry : old))) };
  return entry.id === id ? changed : renameEntry(changed, id, entry.id);
}

function renameEntry(draft: Draft, from: string, to: string): Draft {
  const renamed = (path: string): string =>
    path
      .replace(new RegExp(`^(during|after):${from}$`), `$1:${to}`)
      .replace(new RegExp(`^(timeline|recoveryMs)\\.${from}(?=\\.|$)`), `$1.${to}`);
  const inExpectations = (expectations: Draft['expectations']): Draft['expectations'] =>
    expectations.map((expectation) => ({
      ...expectation,
      ...(typeof expectation.metric === 'string' ? { metric: renamed(expectation.metric) } : {}),
      ...(typeof expectation.phase === 'string' ? { phase: renamed(expectation.phase) } : {}),
    }));
  const inOverrides = (overrides: Overrides): Overrides => ({
    ...overrides,
    ...('expectations' in overrides
      ? { expectations: inExpectations(overrides.expectations as Draft['expectations']) }
      : {}),
    ...(overrides.set
      ? {
          set: Object.fromEntries(
            Object.entries(overrides.set).map(([path, value]) => [renamed(path), value]),
          ),
        }
      : {}),
  });
  return {
    ...draft,
    expectations: inExpectations(draft.expectations),
    ...(draft.short ? { short: inOverrides(draft.short) } : {}),
    ...(draft.reference ? { reference: inOverrides(draft.reference) } : {}),
  };
}

export function removeEntry(draft: Draft, id: string): Draft {
  const timeline = draft.timeline.filter((entry) => entry.id !== id);
  const expectations = draft.expectations.filter(
    (expectation) =>
      hasItsPhase(expectation, timeline) && !String(expectation.metric).startsWith(`recoveryMs.${id}.`),
  );
  const gone: Gone = {
    gone: () => false,
    entries: new Set([id]),
    expectations: new Set(
      draft.expectations.filter((expectation) => !expectations.includes(expectation)).map(idOf),
    ),
  };
  return {
    ...draft,
    timeline,
    expectations,
    ...(draft.short ? { short: withoutReferences(draft.short, gone) } : {}),
    ...(draft.reference ? { reference: withoutReferences(draft.reference, gone) } : {}),
  };
}

/** Phases are named after events: without its event, or without any, an expectation has no window. */
function hasItsPhase({ phase }: JsonObject, timeline: readonly DraftEntry[]): boolean {
  if (typeof phase !== 'string') return true;
  const event = phase.split(':')[1];
  return event === undefined ? timeline.length > 0 : timeline.some((entry) => entry.id === event);
}

/** Takes expectations away, and what the other forms change of them. */
export function removeExpectations(draft: Draft, ids: ReadonlySet<string>): Draft {
  const gone: Gone = { gone: () => false, entries: new Set(), expectations: ids };
  return {
    ...draft,
    expectations: draft.expectations.filter((expectation) => !ids.has(idOf(expectation))),
    ...(draft.short ? { short: withoutReferences(draft.short, gone) } : {}),
    ...(draft.reference ? { reference: withoutReferences(draft.reference, gone) } : {}),
  };
}

function inOrder(entries: readonly DraftEntry[]): readonly DraftEntry[] {
  return [...entries].sort((a, b) => a.atSeconds - b.atSeconds);
}

export function setMember<Key extends 'title' | 'description' | 'population' | 'run'>(
  draft: Draft,
  key: Key,
  value: Draft[Key],
): Draft {
  return { ...draft, [key]: value };
}

function withDesign(draft: Draft, nodes: readonly DraftNode[], edges: readonly DraftEdge[]): Draft {
  return { ...draft, design: { nodes, edges } };
}
