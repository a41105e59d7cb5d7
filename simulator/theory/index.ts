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
