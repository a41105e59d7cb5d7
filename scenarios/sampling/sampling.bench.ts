import { bench, describe } from 'vitest';
import { compileArrivals, compileSampler, drawUint32, sampleNs, sourceKey } from './index.ts';

// Held in constants of this module, since the runner makes every use of an import a property access.
const draw = drawUint32;
const sample = sampleNs;

/** Each round is 10,000 of its operation, since one alone is shorter than the clock's grain. */
const ROUND = 10_000;
const sampler = compileSampler({ distribution: 'lognormal', meanMs: 1, cv: 1 });
const arrivals = compileArrivals({ process: 'poisson', ratePerSecond: 1e6 }, sourceKey(1, 'bench'));

describe('10,000 of', () => {
  bench('Math.random, the bare loop to compare with', () => {
    let sum = 0;
    for (let i = 0; i < ROUND; i++) sum += Math.random();
    return void sum;
  });
  bench('keyed draw', () => {
    let sum = 0;
    for (let i = 0; i < ROUND; i++) sum += draw(i, 7, 9, 0);
    return void sum;
  });
  bench('keyed draw and lognormal sample by table', () => {
    let sum = 0;
    for (let i = 0; i < ROUND; i++) sum += sample(sampler, draw(i, 7, 9, 0));
    return void sum;
  });
  bench('exponential sample by -log', () => {
    let sum = 0;
    for (let i = 0; i < ROUND; i++) sum -= Math.log(Math.random());
    return void sum;
  });
  bench('Poisson arrival', () => {
    let sum = 0;
    for (let i = 0; i < ROUND; i++) sum += arrivals.next();
    return void sum;
  });
});
