/**
 * Probability that at most `successes` of `trials` independent trials succeed, each with `probability`.
 * Summed term by term; for trials in the hundreds and probabilities inside (0, 1).
 */
export function binomialAtMost(successes: number, trials: number, probability: number): number {
  let term = (1 - probability) ** trials;
  let sum = 0;
  for (let k = 0; k <= successes; k++) {
    sum += term;
    term *= ((trials - k) / (k + 1)) * (probability / (1 - probability));
  }
  return sum;
}
