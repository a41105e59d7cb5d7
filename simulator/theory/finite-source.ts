/** Users who think, then wait for one server; rates a second, times in seconds. */
export interface FiniteSource {
  readonly users: number;
  readonly meanThink: number;
  readonly serviceRate: number;
}

/**
 * Probability that a request finds 0, 1, ..., users - 1 before it: what a system with one user less has
 * at a random instant (arrival theorem: Sevcik & Mitrani 1981; Lavenberg & Reiser 1980). The stationary
 * probabilities are those of the machine repair model (Gross et al. 2008, 2.7).
 */
export function finiteSourceFound({ users, meanThink, serviceRate }: FiniteSource): number[] {
  const others = users - 1;
  const weights = [1];
  for (let n = 1; n <= others; n++)
    weights.push((weights[n - 1]! * (others - n + 1)) / (meanThink * serviceRate));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** Mean response time by exact mean value analysis. Source: Reiser & Lavenberg (1980), JACM 27. */
export function finiteSourceMeanResponse({ users, meanThink, serviceRate }: FiniteSource): number {
  let queue = 0;
  let response = 0;
  for (let n = 1; n <= users; n++) {
    response = (1 + queue) / serviceRate;
    queue = (n * response) / (response + meanThink);
  }
  return response;
}
