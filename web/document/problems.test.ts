import { expect, it } from 'vitest';
import type { Problem } from '../../scenarios/index.ts';
import type { Draft } from './draft.ts';
import { hasErrors, placeProblems } from './problems.ts';

const draft = {
  design: {
    nodes: [{ id: 'a' }, { id: 'b' }],
    edges: [{ source: 'a', target: 'b' }],
  },
  timeline: [{ id: 'post' }],
} as unknown as Draft;

function problem(path: string, severity: Problem['severity'] = 'error'): Problem {
  return { code: 'FL-out-of-range', path, message: 'm', fix: 'f', severity };
}

it('places problems at the node, wire, event or member that they are about', () => {
  const index = placeProblems(draft, [
    problem('design.nodes[1].config.arrivals.ratePerSecond'),
    problem('design.nodes[0]'),
    problem('design.edges[0].config.timeoutMs'),
    problem('timeline[0].atSeconds'),
    problem('run.warmupSeconds'),
    problem('design.nodes[9].config.servers'),
    problem(''),
  ]);
  expect(index.nodes.get('b')?.[0]?.path).toBe('arrivals.ratePerSecond');
  expect(index.nodes.get('a')?.[0]?.path).toBe('');
  expect(index.edges.get('a->b')?.[0]?.path).toBe('timeoutMs');
  expect(index.entries.get('post')?.[0]?.path).toBe('atSeconds');
  expect(index.members.get('run')?.[0]?.path).toBe('warmupSeconds');
  // An element that is not there any more is shown with the whole design, not lost.
  expect(index.members.get('design')).toHaveLength(1);
  expect(index.members.get('')).toHaveLength(1);
  expect(index.all).toHaveLength(7);
});

it('runs with notes, not with errors', () => {
  expect(hasErrors(placeProblems(draft, [problem('run', 'note')]))).toBe(false);
  expect(hasErrors(placeProblems(draft, [problem('run', 'note'), problem('run')]))).toBe(true);
});
