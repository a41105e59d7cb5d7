import { describe, expect, it } from 'vitest';
import { drawChart, type Chart } from './chart.ts';

const chart: Chart = {
  title: 'Latency <p99>',
  yTitle: 'p99, ms',
  scale: 'linear',
  stepSeconds: 1,
  lines: [{ name: 'reads', values: [1, 2, null, 4] }],
  phases: [{ name: 'during:x', fromSeconds: 1, toSeconds: 2 }],
};

describe('a chart', () => {
  it('names its axes, lines and phases, and lets no text become markup', () => {
    const svg = drawChart(chart);
    for (const text of ['simulated time, s', 'p99, ms', 'reads', 'during:x', 'Latency &#60;p99&#62;'])
      expect(svg).toContain(text);
  });

  it('leaves a gap where there is no value', () => {
    expect(/<path d="(M[^"]*L[^"]*M[^"L]*)"/.exec(drawChart(chart))).not.toBeNull();
  });

  it('stays small however long the run is', () => {
    const values = Array.from({ length: 5000 }, (_, i) => i * 17.123);
    const lines = Array.from({ length: 8 }, (_, i) => ({ name: `line ${String(i)}`, values }));
    expect(drawChart({ ...chart, lines }).length).toBeLessThan(30_000);
  });

  it.each(['linear', 'logarithmic'] as const)('has %s axes without any value', (scale) => {
    expect(drawChart({ ...chart, scale, lines: [{ name: 'none', values: [null] }] })).not.toContain('NaN');
  });
});
