import { bench, describe } from 'vitest';
import { compileSampler, drawUint32, sampleNs } from '../../scenarios/sampling/index.ts';
import { Histogram } from './histogram.ts';

/** Each round is 10,000 of its operation, since one alone is shorter than the clock's grain. */
const ROUND = 10_000;
const sampler = compileSampler({ distribution: 'exponential', meanMs: 5 });
const durations = Float64Array.from({ length: ROUND }, (_, i) => sampleNs(sampler, drawUint32(i, 7, 9, 0)));
const histogram = new Histogram();

describe('10,000 of', () => {
  bench('sum, the bare loop to compare with', () => {
    let sum = 0;
    for (let i = 0; i < ROUND; i++) sum += durations[i]!;
    return void sum;
  });
  bench('record', () => {
    for (let i = 0; i < ROUND; i++) histogram.record(durations[i]!);
  });
});
