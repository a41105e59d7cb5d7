import { exp, findRoot } from '../../scenarios/sampling/index.ts';

/**
 * The k-th fastest of n independent exponential answers. Source: Renyi (1953): the gaps between order
 * statistics are exponential with the rates n, n - 1, ... times that of one answer.
 */
export interface Quorum {
  readonly answers: number;
  readonly of: number;
  readonly mean: number;
}

/** Mean. */
export function quorumMean({ answers, of, mean }: Quorum): number {
  let sum = 0;
  for (let i = 0; i < answers; i++) sum += mean / (of - i);
  return sum;
}

/** p-quantile: P(at least k of n answered by t) = sum over i >= k of C(n, i) F^i (1 - F)^(n - i). */
export function quorumQuantile(p: number, { answers, of, mean }: Quorum): number {
  const distribution = (t: number): number => {
    const late = exp(-t / mean);
    let sum = 0;
    for (let i = answers; i <= of; i++) {
      let term = 1;
      for (let j = 0; j < i; j++) term *= ((of - j) / (j + 1)) * (1 - late);
      for (let j = i; j < of; j++) term *= late;
      sum += term;
    }
    return sum;
  };
  const step = 1e-7 * mean;
  return findRoot(
    (t) => [distribution(t) - p, (distribution(t + step) - distribution(t)) / step],
    0,
    60 * mean,
  );
}
