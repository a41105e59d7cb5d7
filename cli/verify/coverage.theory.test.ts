import { describe, expect, it } from 'vitest';
import { loadScenario } from '../input.ts';
import { binomialAtMost } from './binomial.ts';
import { measureCoverage } from './coverage.ts';
import { closedForms, exactFigures } from './exact-figures.ts';
import { baseSeeds, confidence } from './seeds.ts';

/**
 * The short form of `npm run verify`: the first ten base seeds, six replications of the scenarios for a
 * hundred seconds after their warm-up, a thousand times what the slowest of the queues needs to forget.
 * A figure has to be covered in 7 of 10. By the binomial distribution a correct program fails that with
 * probability 0.1 % a figure, 0.6 % at most for all six; a program whose intervals cover half the time
 * fails with 83 % a figure.
 */
const seeds = baseSeeds.slice(0, 10);
const leastCovered = 7;
const brief = { durationSeconds: 110, warmupSeconds: 10 };

describe('95 % intervals over replications cover theory', () => {
  it('states its false-alarm rate', () => {
    expect(binomialAtMost(leastCovered - 1, seeds.length, confidence)).toBeLessThan(0.00104);
    expect(binomialAtMost(leastCovered - 1, seeds.length, 0.5)).toBeGreaterThan(0.82);
  });

  it.each(Object.keys(closedForms))(
    '%s',
    async (id) => {
      const { scenario: full } = loadScenario(id, { short: false });
      const scenario = { ...full, run: { ...full.run, ...brief } };
      const coverage = await measureCoverage(scenario, exactFigures(scenario), {
        baseSeeds: seeds,
        replications: 6,
        onProgress: () => undefined,
      });
      expect(coverage.map(({ figure }) => figure)).toEqual(['mean', 'p99']);
      for (const { figure, covered } of coverage)
        expect(covered, `${id} ${figure}`).toBeGreaterThanOrEqual(leastCovered);
    },
    300_000,
  );
});
