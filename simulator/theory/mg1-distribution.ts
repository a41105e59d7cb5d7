import { exp, log } from '../../scenarios/sampling/index.ts';
import { geometricSum, latticeOf, residualLattice, sum, type Lattice, type Tail } from './lattice.ts';
import { normalTail } from './normal.ts';

/** A service time by its tail; seconds. */
export interface ServiceLaw {
  readonly mean: number;
  readonly tail: Tail;
}

/** Lognormal, by mean and coefficient of variation. */
export function lognormalService(mean: number, cv: number): ServiceLaw {
  const variance = log(1 + cv * cv);
  const location = log(mean) - 0.5 * variance;
  const deviation = Math.sqrt(variance);
  return { mean, tail: (t) => (t <= 0 ? 1 : normalTail((log(t) - location) / deviation)) };
}

/**
 * Two exponential phases of which each does half of the work (balanced means).
 * Source: Tijms (1994), Stochastic Models, appendix B.
 */
export function hyperexponentialService(mean: number, cv: number): ServiceLaw {
  const cv2 = cv * cv;
  const p = 0.5 * (1 + Math.sqrt((cv2 - 1) / (cv2 + 1)));
  const fast = (2 * p) / mean;
  const slow = (2 * (1 - p)) / mean;
  return { mean, tail: (t) => p * exp(-fast * t) + (1 - p) * exp(-slow * t) };
}

/** Sum of two exponential times with different means. */
export function twoStageService(meanA: number, meanB: number): ServiceLaw {
  const a = 1 / meanA;
  const b = 1 / meanB;
  return { mean: meanA + meanB, tail: (t) => (b * exp(-a * t) - a * exp(-b * t)) / (b - a) };
}

/** Time from arrival to departure in M/G/1, first come first served, up to `points` steps. */
export function mg1Sojourn(arrivalRate: number, service: ServiceLaw, step: number, points: number): Lattice {
  const rho = arrivalRate * service.mean;
  const wait = geometricSum(rho, residualLattice(service.tail, service.mean, step, points));
  return sum(wait, latticeOf(service.tail, step, points));
}
