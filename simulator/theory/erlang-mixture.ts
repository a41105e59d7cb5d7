import { exp, findRoot, log } from '../../scenarios/sampling/index.ts';

/**
 * An exponential server (or c of them, of which the times to the next departure are what counts) that an
 * arrival finds with n before it: the time is a sum of n + 1 exponential times of one rate.
 *
 * @param found Probability of finding n = 0, 1, 2, ... before oneself; sums to 1.
 * @returns P(time > t)
 */
export function erlangMixtureSurvival(t: number, found: readonly number[], rate: number): number {
  // P(Erlang(n + 1) > t) is the probability of at most n events of a Poisson process up to t.
  const x = rate * t;
  let term = 1;
  let more = found.reduce((all, p) => all + p, 0);
  let survival = 0;
  for (let k = 0; k < found.length; k++) {
    if (k > 0) term *= x / k;
    survival += term * more;
    more -= found[k]!;
  }
  return exp(-x) * survival;
}

/** p-quantile, by inversion. */
export function erlangMixtureQuantile(p: number, found: readonly number[], rate: number): number {
  const upper = 1 - p;
  const step = 1e-6 / rate;
  const logTail = (t: number): number => log(erlangMixtureSurvival(t, found, rate));
  let high = 1 / rate;
  while (erlangMixtureSurvival(high, found, rate) > upper) high *= 2;
  return findRoot((t) => [logTail(t) - log(upper), (logTail(t + step) - logTail(t)) / step], 0, high);
}

/** Mean. */
export function erlangMixtureMean(found: readonly number[], rate: number): number {
  return found.reduce((mean, p, n) => mean + (p * (n + 1)) / rate, 0);
}
