import { exp, findRoot } from '../../scenarios/sampling/index.ts';

/**
 * Hit ratios of caches under the independent reference model: keys with constant rates, Poisson
 * references. Rates a second, times in seconds.
 */

/**
 * Hit ratio of one key whose entry lives for `ttlSeconds` from when it was stored, hits or not, in a
 * cache without limit: lambda T / (1 + lambda T). A miss begins a cycle; on average lambda T hits follow.
 */
export function ttlHitRatio(ratePerSecond: number, ttlSeconds: number): number {
  return (ratePerSecond * ttlSeconds) / (1 + ratePerSecond * ttlSeconds);
}

/**
 * Characteristic time of an LRU cache of `capacity` keys: the T at which the expected number of different
 * keys referenced within T is the capacity, sum over keys of 1 - e^(-lambda T).
 * Source: Che, Tung and Wang (2002), Hierarchical Web Caching Systems, IEEE JSAC 20(7), equation 6.
 * @returns Infinity when all keys fit.
 */
export function characteristicTime(rates: ArrayLike<number>, capacity: number): number {
  if (capacity >= rates.length) return Infinity;
  const excess = (time: number): readonly [number, number] => {
    let present = 0;
    let growth = 0;
    for (let i = 0; i < rates.length; i++) {
      const absent = exp(-rates[i]! * time);
      present += 1 - absent;
      growth += rates[i]! * absent;
    }
    return [present - capacity, growth];
  };
  let high = 1;
  while (excess(high)[0] < 0) high *= 2;
  return findRoot(excess, 0, high);
}

/** Hit ratio over all references to an LRU cache of `capacity` keys, by Che's approximation. */
export function lruHitRatio(rates: ArrayLike<number>, capacity: number): number {
  const time = characteristicTime(rates, capacity);
  let hits = 0;
  let all = 0;
  for (let i = 0; i < rates.length; i++) {
    hits += rates[i]! * (1 - exp(-rates[i]! * time));
    all += rates[i]!;
  }
  return hits / all;
}
