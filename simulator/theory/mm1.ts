import { log } from '../../scenarios/sampling/index.ts';

/**
 * M/M/1, first come first served, in steady state. Rates a second, times in seconds; arrivalRate <
 * serviceRate. Source: Kleinrock, L. (1975), Queueing Systems I, 3.2 and 5.7.
 */
export interface Mm1 {
  readonly arrivalRate: number;
  readonly serviceRate: number;
}

/** Mean time from arrival to departure: 1 / (mu - lambda). */
export function mm1MeanSojourn({ arrivalRate, serviceRate }: Mm1): number {
  return 1 / (serviceRate - arrivalRate);
}

/** p-quantile of the sojourn time, which is exponential with rate mu - lambda. */
export function mm1SojournQuantile(p: number, { arrivalRate, serviceRate }: Mm1): number {
  return -log(1 - p) / (serviceRate - arrivalRate);
}

/** p-quantile of the waiting time: P(W > t) = rho e^-(mu - lambda) t. */
export function mm1WaitQuantile(p: number, { arrivalRate, serviceRate }: Mm1): number {
  const rho = arrivalRate / serviceRate;
  return 1 - p >= rho ? 0 : -log((1 - p) / rho) / (serviceRate - arrivalRate);
}
