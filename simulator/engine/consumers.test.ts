import { expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import { scenarioOf } from './engine.fixture.ts';
import { Run } from './run.ts';

it('a log has no more workers than it has room for, whatever its group asks for', () => {
  const scenario = scenarioOf({
    nodes: [
      { id: 'client', kind: 'Client', config: { arrivals: { process: 'poisson', ratePerSecond: 400 } } },
      { id: 'log', kind: 'Queue', config: { partitions: 4 } },
      { id: 'workers', kind: 'Worker', config: { workers: 3 } },
    ],
    edges: [
      { source: 'client', target: 'log' },
      { source: 'log', target: 'workers' },
    ],
    durationSeconds: 2,
  });
  const run = new Run(compile(scenario), 7);
  run.advance({ untilSeconds: 1 });
  const { consumers } = run['machine'].context;
  consumers.resize(0, 1);
  expect(consumers.count(0)).toBe(1);
  consumers.resize(0, 1000);
  expect(consumers.count(0)).toBe(3);
  run.advance();
  expect(run.done).toBe(true);
});
