import { describe, expect, it } from 'vitest';
import { findBuiltin, parseScenario } from '../../scenarios/index.ts';
import { draftText, edgeId, type Draft } from './draft.ts';
import {
  addEdge,
  addEntry,
  addNode,
  freeNodeId,
  moveNodes,
  removeElements,
  removeEntry,
  setEntry,
  setNodeConfig,
} from './edits.ts';
import { openBuiltin } from './open-file.ts';

function opened(id: string): Draft {
  const result = openBuiltin(id);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.draft;
}

const whale = opened('whale-post');

describe('edits of a draft', () => {
  it('leaves the draft that it was given alone', () => {
    const before = JSON.stringify(whale);
    removeElements(whale, new Set(['feed-cache']), new Set());
    setNodeConfig(whale, 'post-db', {});
    addEntry(whale, { id: 'x', kind: 'set', atSeconds: 1 });
    expect(JSON.stringify(whale)).toBe(before);
  });

  it('names new nodes by their kind, the first name that is free', () => {
    expect(freeNodeId(whale, 'PostDB')).toBe('post-db-2');
    expect(freeNodeId(whale, 'CDN')).toBe('cdn-2');
    expect(freeNodeId(whale, 'ReadLB')).toBe('read-lb-2');
    expect(freeNodeId(whale, 'Service')).toBe('service');
  });

  it('gives back the same draft when nothing changes, so that undo has no empty steps', () => {
    const [edge] = whale.design.edges;
    expect(addEdge(whale, edge!)).toBe(whale);
    expect(removeElements(whale, new Set(['nobody']), new Set())).toBe(whale);
    const node = whale.design.nodes[0]!;
    expect(moveNodes(whale, new Map([[node.id, { ...node.position }]]))).toBe(whale);
  });

  it('takes wires and every mention of a node away with it, in all forms', () => {
    const without = removeElements(whale, new Set(['feed-cache']), new Set());
    expect(without.design.edges.some((edge) => edgeId(edge).includes('feed-cache'))).toBe(false);
    expect(JSON.stringify(without.short)).not.toContain('feed-cache');
    const parse = (form?: 'short'): unknown =>
      parseScenario(draftText(without), { find: findBuiltin, ...(form ? { form } : {}) });
    expect(() => parse()).not.toThrow();
    expect(() => parse('short')).not.toThrow();
  });

  it('takes expectations about a node, and the changes that short makes to them', () => {
    const without = removeElements(whale, new Set(['post-db']), new Set());
    expect(without.expectations.some(({ metric }) => String(metric).includes('post-db'))).toBe(false);
    expect(Object.keys(without.short?.set ?? {})).not.toContain('expectations.key-served.between');
    expect(Object.keys(whale.short?.set ?? {})).toContain('expectations.key-served.between');
  });

  it('takes phases and changes of an event away with it', () => {
    const without = removeEntry(whale, 'celebrity-post');
    expect(without.timeline).toEqual([]);
    expect(without.expectations.some(({ phase }) => phase !== undefined)).toBe(false);
    expect(() => parseScenario(draftText(without), { find: findBuiltin, form: 'short' })).not.toThrow();
  });

  it('carries a new id of an event to everything that speaks of it', () => {
    const [entry] = whale.timeline;
    const renamed = setEntry(whale, 'celebrity-post', { ...entry!, id: 'premiere' });
    expect(JSON.stringify(renamed)).not.toContain('celebrity-post');
    expect(renamed.expectations.map(({ phase }) => phase)).toContain('during:premiere');
    expect(() => parseScenario(draftText(renamed), { find: findBuiltin, form: 'short' })).not.toThrow();
  });

  it('keeps events in the order of time', () => {
    const more = addEntry(whale, { id: 'early', kind: 'set', atSeconds: 1 });
    expect(more.timeline.map((entry) => entry.id)).toEqual(['early', 'celebrity-post']);
  });

  it('adds a node without touching the others', () => {
    const more = addNode(whale, { id: 'service', kind: 'Service', config: {}, position: { x: 0, y: 0 } });
    expect(more.design.nodes.slice(0, -1)).toEqual(whale.design.nodes);
  });
});

describe('opening', () => {
  it('writes out what a file extends, and means the same', () => {
    const file = JSON.stringify(findBuiltin('whale-post'));
    for (const form of [undefined, 'short'] as const) {
      const options = { find: findBuiltin, ...(form ? { form } : {}) };
      expect(parseScenario(draftText(whale), options).scenario).toEqual(
        parseScenario(file, options).scenario,
      );
    }
  });

  it('gives every node a place, and no two the same', () => {
    const mm1 = opened('mm1');
    const places = mm1.design.nodes.map(({ position }) => `${position.x} ${position.y}`);
    expect(new Set(places).size).toBe(mm1.design.nodes.length);
  });
});
