import { geometricSum, latticeOf, sometimes, sum, exponentialTail, type Lattice } from './lattice.ts';

/** One class, of those that share a server; rates a second, times in seconds. */
export interface PriorityClass {
  readonly arrivalRate: number;
  readonly meanService: number;
  /** Squared coefficient of variation of the service time. */
  readonly cv2: number;
}

/**
 * Mean wait of each class in M/G/1 with non-preemptive priorities, the first class first.
 * Source: Cobham, A. (1954), Priority assignment in waiting line problems, Operations Research 2.
 */
export function priorityMeanWaits(classes: readonly PriorityClass[]): number[] {
  const residual = classes.reduce(
    (work, c) => work + 0.5 * c.arrivalRate * c.meanService * c.meanService * (1 + c.cv2),
    0,
  );
  let above = 0;
  return classes.map(({ arrivalRate, meanService }) => {
    const upTo = above + arrivalRate * meanService;
    const wait = residual / ((1 - above) * (1 - upTo));
    above = upTo;
    return wait;
  });
}

/**
 * Time from arrival to departure of the first of two classes with exponential service of one rate. Its
 * wait has the transform [(1 - rho) s + lambda2 (1 - B(s))] / [s - lambda1 + lambda1 B(s)] (Kleinrock 1976,
 * eq. 3.31): the wait in an M/M/1 of the first class alone and, with probability rho2 / (1 - rho1), the
 * rest of a service of the second class.
 */
export function firstOfTwoSojourn(
  rates: { readonly first: number; readonly second: number; readonly service: number },
  step: number,
  points: number,
): Lattice {
  const service = latticeOf(exponentialTail(rates.service), step, points);
  const rho1 = rates.first / rates.service;
  const rho2 = rates.second / rates.service;
  // What is left of an exponential service is exponential.
  const alone = geometricSum(rho1, service);
  return sum(sum(alone, sometimes(rho2 / (1 - rho1), service)), service);
}
