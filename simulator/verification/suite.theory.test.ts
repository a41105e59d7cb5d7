import { describe, expect, it } from 'vitest';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { compile, createRun } from '../index.ts';
import { estimate, shortSuite, theoryCases } from './index.ts';

/** The short form of `npm run verify`. */
const { replications, confidence, baseSeed } = shortSuite;
const cases = theoryCases();

describe('the engine agrees with theory', () => {
  it.each(cases.map((item) => [item.id, item] as const))('%s', (_id, { short, figures }) => {
    const model = compile(short);
    const records = Array.from({ length: replications }, (_, i) => {
      const run = createRun(model, { seed: replicationSeed(baseSeed, i), requests: 'timed' });
      run.advance({});
      return run.record();
    });
    for (const { metric, exact, interval, covered } of estimate(
      { scenario: short, figures },
      records,
      confidence,
    ))
      expect(covered, `${metric}: ${interval.join(' to ')} does not hold ${exact}`).toBe(true);
  });

  it('states how rarely a correct program fails', () => {
    const figures = cases.reduce((sum, item) => sum + item.figures.length, 0);
    expect(figures).toBeGreaterThan(80);
    expect(figures * (1 - confidence)).toBeLessThan(0.012);
  });
});
