import { describe, expect, it } from 'vitest';
import { kinds } from '../../scenarios/index.ts';
import { randomDesign } from './random-design.ts';
import { tryDesign } from './index.ts';

/** A slice of the 100,000 that `npm run verify -- --only designs` tries. */
const slice = 100;

describe('random designs', () => {
  const trials = Array.from({ length: slice }, (_, seed) => tryDesign(seed));
  it('show no fault of ours', () => {
    expect(trials.filter(({ outcome }) => outcome === 'wrong')).toEqual([]);
  });
  it('may lose all nodes before there are events, which then have nobody for a target', () => {
    expect(tryDesign(3424).outcome).not.toBe('wrong');
  });
  it('may change tens of thousands of levels: their explanation took minutes', () => {
    expect(tryDesign(14431)).toMatchObject({ outcome: 'ran', reason: '' });
  });
  it('run, most of them', () => {
    expect(trials.filter(({ outcome }) => outcome === 'ran').length).toBeGreaterThan(0.75 * slice);
  });
  it('are of every kind, with events', () => {
    const files = Array.from({ length: slice }, (_, seed) => randomDesign(seed));
    const used = new Set(files.flatMap(({ design }) => design.nodes.map(({ kind }) => kind)));
    expect([...used].sort()).toEqual(Object.keys(kinds).sort());
    expect(new Set(files.flatMap(({ timeline }) => timeline.map(({ kind }) => kind))).size).toBeGreaterThan(
      8,
    );
  });
  it('are the same for the same number', () => {
    expect(randomDesign(7)).toEqual(randomDesign(7));
    expect(randomDesign(7)).not.toEqual(randomDesign(8));
  });
});
