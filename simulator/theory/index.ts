/**
 * Door of `simulator/theory`: closed forms of queueing theory, which the engine is tested against.
 * Steady state; rates a second, times in seconds.
 */
export { mm1MeanSojourn, mm1SojournQuantile, mm1WaitQuantile, type Mm1 } from './mm1.ts';
export {
  erlangB,
  erlangC,
  mmcMeanSojourn,
  mmcMeanWait,
  mmcSojournQuantile,
  mmcSojournSurvival,
  mmcWaitQuantile,
  type Mmc,
} from './mmc.ts';
export { sumOfExponentialsMean, sumOfExponentialsQuantile, sumOfExponentialsSurvival } from './tandem.ts';
export { md1WaitDistribution, md1WaitQuantile, mg1MeanSojourn, mg1MeanWait, type Mg1 } from './mg1.ts';
export { characteristicTime, lruHitRatio, ttlHitRatio } from './caches.ts';
export {
  exponentialTail,
  geometricSum,
  latticeOf,
  latticeQuantile,
  pointLattice,
  residualLattice,
  sometimes,
  sum,
  type Lattice,
  type Tail,
} from './lattice.ts';
export { normalTail } from './normal.ts';
export {
  hyperexponentialService,
  lognormalService,
  mg1Sojourn,
  twoStageService,
  type ServiceLaw,
} from './mg1-distribution.ts';
export { processorSharingMeanSojourn } from './processor-sharing.ts';
export { firstOfTwoSojourn, priorityMeanWaits, type PriorityClass } from './priorities.ts';
export { erlangMixtureMean, erlangMixtureQuantile, erlangMixtureSurvival } from './erlang-mixture.ts';
export { mmckLoss, mmckMeanSojourn, mmckPresent, mmckSojournQuantile, type Mmck } from './mmck.ts';
export { forkJoinOfTwoMean } from './fork-join.ts';
export { finiteSourceFound, finiteSourceMeanResponse, type FiniteSource } from './finite-source.ts';
export { burstyFound, type Bursty } from './bursty.ts';
export { quorumMean, quorumQuantile, type Quorum } from './quorum.ts';
