import { findRoot, log } from '../../scenarios/sampling/index.ts';
import { sumOfExponentialsSurvival } from './tandem.ts';

/** M/M/c/K: `places` for those in service and those that wait; who finds all taken is lost. */
export interface Mmck {
  readonly arrivalRate: number;
  readonly serviceRate: number;
  readonly servers: number;
  readonly places: number;
}

/**
 * Probability of 0, 1, ..., K present, which arrivals see too.
 * Source: Gross, Shortle, Thompson & Harris (2008), Fundamentals of Queueing Theory, 2.5.
 */
export function mmckPresent({ arrivalRate, serviceRate, servers, places }: Mmck): number[] {
  const weights = [1];
  for (let n = 1; n <= places; n++)
    weights.push((weights[n - 1]! * arrivalRate) / (serviceRate * Math.min(n, servers)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** Share of arrivals that is lost. Erlang's B formula when nobody can wait. */
export function mmckLoss(system: Mmck): number {
  return mmckPresent(system)[system.places]!;
}

/** Mean time from arrival to departure of those who are not lost (Little 1961). */
export function mmckMeanSojourn(system: Mmck): number {
  const present = mmckPresent(system);
  const mean = present.reduce((sum, p, n) => sum + n * p, 0);
  return mean / (system.arrivalRate * (1 - present[system.places]!));
}

/** p-quantile of that time: of those found n, n - c + 1 have to leave before one's own service. */
export function mmckSojournQuantile(p: number, system: Mmck): number {
  const { serviceRate, servers, places } = system;
  const found = mmckPresent(system).slice(0, places);
  const accepted = found.reduce((sum, q) => sum + q, 0);
  const survival = (t: number): number =>
    found.reduce((sum, q, n) => {
      const before = Math.max(0, n - servers + 1);
      const rates = [...Array<number>(before).fill(servers * serviceRate), serviceRate];
      return sum + (q / accepted) * sumOfExponentialsSurvival(t, rates);
    }, 0);
  const upper = 1 - p;
  const step = 1e-6 / serviceRate;
  let high = 1 / serviceRate;
  while (survival(high) > upper) high *= 2;
  return findRoot(
    (t) => [log(survival(t)) - log(upper), (log(survival(t + step)) - log(survival(t))) / step],
    0,
    high,
  );
}
