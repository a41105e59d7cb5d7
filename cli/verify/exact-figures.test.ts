import { describe, expect, it } from 'vitest';
import { loadScenario } from '../input.ts';
import { exactFigures } from './exact-figures.ts';

describe('exact figures of the theory scenarios', () => {
  it.each([
    // 1 / (1000 - 800) s and ln(100) times that.
    ['mm1', 5, 23.0259],
    // Erlang C of 8 erlangs on 10 servers is 0.40918: 10 ms + 0.40918 / 200 s.
    ['mmc', 12.0459, 49.46],
    // 1/400 s + 1/200 s; the root of 2 e^(-200 t) - e^(-400 t) = 0.01.
    ['tandem', 7.5, 26.4788],
  ])('%s: mean %d ms, p99 %d ms', (id, mean, p99) => {
    const { scenario } = loadScenario(id, { short: false });
    const figures = Object.fromEntries(exactFigures(scenario).map(({ name, exactMs }) => [name, exactMs]));
    expect(figures['mean']).toBeCloseTo(mean, 3);
    expect(figures['p99']).toBeCloseTo(p99, 2);
  });
});
