import { exp, findRoot, log } from '../../scenarios/sampling/index.ts';

/**
 * Sum of independent exponential times with the given rates (hypoexponential; Erlang when all are
 * equal). The sojourn through a tandem of M/M/1 stations is such a sum with rates mu_i - lambda,
 * since sojourns of one customer at successive FCFS M/M/1 stations are independent (Burke 1956;
 * Reich 1957; Jackson 1957).
 */

/** Mean of the sum, seconds; rates a second. */
export function sumOfExponentialsMean(rates: readonly number[]): number {
  return rates.reduce((sum, rate) => sum + 1 / rate, 0);
}

/**
 * P(sum > t) by uniformisation (Jensen 1953): jumps at the highest rate, of which a stage passes its
 * share. All terms are positive, so that equal rates do no harm, as they would in partial fractions.
 */
export function sumOfExponentialsSurvival(t: number, rates: readonly number[]): number {
  const fastest = Math.max(...rates);
  const jumps = fastest * t;
  // Probability to be in each stage after n jumps.
  let stages: number[] = rates.map((_, i) => (i === 0 ? 1 : 0));
  let survival = 0;
  const many = Math.ceil(jumps + 12 * Math.sqrt(jumps) + 60);
  let logFactorial = 0;
  for (let n = 0; n <= many; n++) {
    if (n > 1) logFactorial += log(n);
    const probability = jumps === 0 ? (n === 0 ? 1 : 0) : exp(n * log(jumps) - jumps - logFactorial);
    survival += probability * stages.reduce((sum, x) => sum + x, 0);
    stages = stages.map((inStage, i) => {
      const stays = inStage * (1 - rates[i]! / fastest);
      return i === 0 ? stays : stays + stages[i - 1]! * (rates[i - 1]! / fastest);
    });
  }
  return survival;
}

/** p-quantile of the sum, by inversion. */
export function sumOfExponentialsQuantile(p: number, rates: readonly number[]): number {
  const upper = 1 - p;
  const slowest = Math.min(...rates);
  const mean = sumOfExponentialsMean(rates);
  const step = 1e-6 * mean;
  const logTail = (t: number): number => log(sumOfExponentialsSurvival(t, rates));
  return findRoot(
    (t) => [logTail(t) - log(upper), (logTail(t + step) - logTail(t)) / step],
    0,
    mean + (rates.length * (8 - log(upper))) / slowest,
    mean,
  );
}
