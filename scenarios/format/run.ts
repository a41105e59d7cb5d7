import { z } from '../zod.ts';
import { field } from '../kinds/field.ts';
import { count, positiveSeconds, seconds } from './quantities.ts';
import { firstFault } from './rule.ts';

/** How long and from which seed. Every member has a default, so `{}` is complete. */
export const run = z
  .strictObject({
    durationSeconds: field(positiveSeconds.default(60), {
      title: 'Duration',
      description: 'Simulated time, the warm-up included.',
      unit: 's',
      source: 'convention of this product',
    }),
    warmupSeconds: field(z.union([seconds, z.literal('auto')]).default(5), {
      title: 'Warm-up',
      description:
        'Time at the start that is left out of every figure, or "auto": cut by MSER-5 (White 1997), for designs without events and profiles.',
      unit: 's',
      source: 'convention of this product',
    }),
    seed: field(count(0, Number.MAX_SAFE_INTEGER).default(42), {
      title: 'Seed',
      description: 'Same scenario, seed and version: same figures.',
      source: 'convention of this product',
    }),
    maximumFrames: field(count(1, 67_108_864).default(8_388_608), {
      title: 'Most frames',
      description: 'Requests and parts of requests in flight at which the run stops cleanly.',
      unit: 'count',
      source: '512 MiB of 64 bytes, the same everywhere',
    }),
  })
  .check(
    firstFault(({ durationSeconds, warmupSeconds }) =>
      warmupSeconds === 'auto' || warmupSeconds < durationSeconds
        ? null
        : {
            path: ['warmupSeconds'],
            code: 'FL-warmup',
            message: `The warm-up of ${warmupSeconds} s leaves nothing of a run of ${durationSeconds} s.`,
            fix: 'Shorten `warmupSeconds` or lengthen `durationSeconds`.',
          },
    ),
  )
  .meta({ id: 'Run', title: 'Run', description: 'How long to simulate, and from which seed.' });
