import { metricAt, studentTQuantile, summarize, type RunRecord } from '../statistics/index.ts';
import type { Interval } from '../result.ts';
import type { ExactFigure, TheoryCase } from './case.ts';

/** What replications say about one figure. */
export interface Estimate extends ExactFigure {
  /** A percentile from all replications together, since that of one is biased; anything else their mean. */
  readonly point: number;
  /** Student's t over replications, around the point, widened by the tolerance of the theory. */
  readonly interval: Interval;
  readonly covered: boolean;
}

/**
 * @param confidence Of each interval, e.g. 0.95.
 * @throws Error when a figure is missing or null
 */
export function estimate(
  { scenario, figures }: Pick<TheoryCase, 'scenario' | 'figures'>,
  records: readonly RunRecord[],
  confidence: number,
): Estimate[] {
  const all = summarize(scenario, records);
  const each = records.map((record) => summarize(scenario, [record]));
  const t = studentTQuantile(0.5 + 0.5 * confidence, records.length - 1);
  return figures.map((figure) => {
    const read = (result: unknown): number => {
      const value = metricAt(result, figure.metric);
      if (value === null || value === undefined)
        throw new Error(`${scenario.id}: ${figure.metric} has no value`);
      return value;
    };
    const values = each.map(read);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (values.length - 1);
    const half = t * Math.sqrt(variance / values.length) + (figure.tolerance ?? 0);
    const point = /\.p\d+$/.test(figure.metric) ? read(all) : mean;
    const covered = Math.abs(point - figure.exact) <= half;
    return { ...figure, point, interval: [point - half, point + half], covered };
  });
}
