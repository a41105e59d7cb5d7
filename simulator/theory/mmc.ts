import { exp, expm1, findRoot, log } from '../../scenarios/sampling/index.ts';

/**
 * M/M/c, first come first served, in steady state. Rates a second (serviceRate of one server), times
 * in seconds; arrivalRate < servers x serviceRate, except for Erlang B.
 * Source: Erlang, A. K. (1917); Gross, Shortle, Thompson & Harris (2008), Fundamentals of Queueing
 * Theory, 2.3 to 2.4.
 */
export interface Mmc {
  readonly arrivalRate: number;
  readonly serviceRate: number;
  readonly servers: number;
}

/** Probability that all of `servers` are busy when nobody may wait (loss), at `load` = lambda / mu. */
export function erlangB(load: number, servers: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked);
  return blocked;
}

/** Probability that an arrival has to wait, at `load` = lambda / mu < servers. */
export function erlangC(load: number, servers: number): number {
  const blocked = erlangB(load, servers);
  return (servers * blocked) / (servers - load * (1 - blocked));
}

/** Mean time in queue. */
export function mmcMeanWait({ arrivalRate, serviceRate, servers }: Mmc): number {
  return erlangC(arrivalRate / serviceRate, servers) / (servers * serviceRate - arrivalRate);
}

/** Mean time from arrival to departure. */
export function mmcMeanSojourn(system: Mmc): number {
  return mmcMeanWait(system) + 1 / system.serviceRate;
}

/** p-quantile of the time in queue: P(W > t) = C e^-(c mu - lambda) t. */
export function mmcWaitQuantile(p: number, { arrivalRate, serviceRate, servers }: Mmc): number {
  const waiting = erlangC(arrivalRate / serviceRate, servers);
  return 1 - p >= waiting ? 0 : -log((1 - p) / waiting) / (servers * serviceRate - arrivalRate);
}

/**
 * P(sojourn > t), the sum of the wait and an independent service:
 * e^-mu t (1 + C (1 - e^-mu t d) / d) with d = c - 1 - lambda / mu.
 */
export function mmcSojournSurvival(t: number, { arrivalRate, serviceRate, servers }: Mmc): number {
  const load = arrivalRate / serviceRate;
  const waiting = erlangC(load, servers);
  const d = servers - 1 - load;
  const served = serviceRate * t;
  const factor = d === 0 ? served : -expm1(-served * d) / d;
  return exp(-served) * (1 + waiting * factor);
}

/** p-quantile of the sojourn time, by inversion. */
export function mmcSojournQuantile(p: number, system: Mmc): number {
  const slowest = Math.min(system.serviceRate, system.servers * system.serviceRate - system.arrivalRate);
  const upper = 1 - p;
  const step = 1e-6 / slowest;
  const logTail = (t: number): number => log(mmcSojournSurvival(t, system));
  return findRoot(
    (t) => [logTail(t) - log(upper), (logTail(t + step) - logTail(t)) / step],
    0,
    (60 - log(upper)) / slowest,
    -log(upper) / slowest,
  );
}
