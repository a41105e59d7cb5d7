import { exp, findRoot } from '../../scenarios/sampling/index.ts';

/**
 * M/G/1, first come first served, in steady state. Rates a second, times in seconds. `cv2` is the
 * squared coefficient of variation of the service time: 0 for M/D/1, 1 for M/M/1.
 */
export interface Mg1 {
  readonly arrivalRate: number;
  readonly meanService: number;
  readonly cv2: number;
}

/**
 * Mean time in queue: rho E[S] (1 + cv^2) / (2 (1 - rho)).
 * Source: Pollaczek (1930), Khinchine (1932); Kleinrock (1975), eq. 5.69.
 */
export function mg1MeanWait({ arrivalRate, meanService, cv2 }: Mg1): number {
  const rho = arrivalRate * meanService;
  return (rho * meanService * (1 + cv2)) / (2 * (1 - rho));
}

/** Mean time from arrival to departure. */
export function mg1MeanSojourn(system: Mg1): number {
  return mg1MeanWait(system) + system.meanService;
}

/**
 * P(wait <= t) in M/D/1 with service time `service`:
 * e^-u sum over j < k of Q_(k-1-j) u^j / j!, with (k - 1) service <= t < k service, u = lambda (k
 * service - t) and Q_m the probability of at most m waiting.
 * Source: Franx, G. J. (2001), A simple solution for the M/D/c waiting time distribution, Operations
 * Research Letters 29, 221-229, eq. 5. No term is negative, unlike in Erlang's formula of 1909.
 */
export function md1WaitDistribution(t: number, arrivalRate: number, service: number): number {
  if (t < 0) return 0;
  const k = Math.floor(t / service) + 1;
  const atMost = cumulativeQueue(k, arrivalRate * service);
  const u = arrivalRate * (k * service - t);
  let term = exp(-u);
  let sum = 0;
  for (let j = 0; j < k; j++) {
    sum += term * atMost[k - 1 - j]!;
    term *= u / (j + 1);
  }
  return sum;
}

/** p-quantile of the wait in M/D/1, by inversion. */
export function md1WaitQuantile(p: number, arrivalRate: number, service: number): number {
  const rho = arrivalRate * service;
  if (p <= 1 - rho) return 0;
  let high = service;
  while (md1WaitDistribution(high, arrivalRate, service) < p) high *= 2;
  const step = 1e-7 * service;
  return findRoot(
    (t) => {
      const value = md1WaitDistribution(t, arrivalRate, service);
      return [value - p, (md1WaitDistribution(t + step, arrivalRate, service) - value) / step];
    },
    0,
    high,
  );
}

/**
 * Probabilities of at most 0, 1, ... `count` - 1 waiting in M/D/1. The number present solves the
 * level-crossing equations of the chain at departures,
 * a_0 p_(j+1) = p_0 A_j + sum over k = 1..j of p_k A_(j-k+1),
 * with a_i the Poisson(rho) probabilities and A_n = P(more than n arrivals in a service).
 */
function cumulativeQueue(count: number, rho: number): number[] {
  const arrivals = [exp(-rho)];
  for (let i = 1; i <= count + 60; i++) arrivals.push((arrivals[i - 1]! * rho) / i);
  const moreThan = arrivals.map((_, n) => arrivals.slice(n + 1).reduce((sum, a) => sum + a, 0));
  const present = [1 - rho];
  for (let j = 0; j < count; j++) {
    let flow = present[0]! * moreThan[j]!;
    for (let k = 1; k <= j; k++) flow += present[k]! * moreThan[j - k + 1]!;
    present.push(flow / arrivals[0]!);
  }
  // At most m waiting: at most m + 1 present.
  const atMost = [];
  let sum = present[0]!;
  for (let m = 0; m < count; m++) atMost.push((sum += present[m + 1]!));
  return atMost;
}
