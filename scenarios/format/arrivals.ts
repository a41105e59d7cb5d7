import { z } from '../zod.ts';
import type { Arrivals } from '../scenario.ts';
import { field } from '../kinds/field.ts';
import { distribution } from './distributions.ts';
import { count, maximumMs, positiveSeconds, rate, seconds } from './quantities.ts';
import { firstFault } from './rule.ts';

const definition = 'an arrival process has no default';

/** Most arrivals a trace may list. */
export const maximumTraceArrivals = 1_000_000;

const profile = field(
  z
    .array(z.tuple([seconds, z.number().min(0).max(1e6)]))
    .min(1)
    .max(10_000)
    .check(
      firstFault((points) => {
        for (let i = 1; i < points.length; i++) {
          if (points[i]![0] <= points[i - 1]![0]) {
            return {
              path: [i, 0],
              code: 'FL-wrong-order',
              message: `Second ${points[i]![0]} does not follow on second ${points[i - 1]![0]}.`,
              fix: 'Let the seconds of a profile rise.',
            };
          }
        }
        return null;
      }),
    )
    .optional(),
  {
    title: 'Profile',
    description: '`[second, multiplier]` points that scale the rate: linear between them, constant outside.',
    unit: 's, ratio',
    source: 'absent: the rate does not change',
  },
);

const ratePerSecond = field(rate, {
  title: 'Rate',
  description: 'Mean arrivals a second at multiplier 1.',
  unit: 'requests/s',
  source: definition,
});

const poisson = z.strictObject({ process: z.literal('poisson'), ratePerSecond, profile });

const constant = z.strictObject({ process: z.literal('constant'), ratePerSecond, profile });

const bursty = z.strictObject({
  process: z.literal('bursty'),
  ratePerSecond,
  burstRatio: field(z.number().min(1).max(1e6), {
    title: 'Burst ratio',
    description: 'Rate during a burst over rate during calm (two-state Markov-modulated Poisson process).',
    unit: 'ratio',
    source: definition,
  }),
  meanBurstSeconds: field(positiveSeconds, {
    title: 'Mean burst',
    description: 'Mean length of a burst, exponential.',
    unit: 's',
    source: definition,
  }),
  meanCalmSeconds: field(positiveSeconds, {
    title: 'Mean calm',
    description: 'Mean length of a calm, exponential.',
    unit: 's',
    source: definition,
  }),
  profile,
});

const closed = z.strictObject({
  process: z.literal('closed'),
  users: field(count(1, 10_000_000), {
    title: 'Users',
    description: 'Users that each send, wait for the answer, think, and send again.',
    unit: 'count',
    source: definition,
  }),
  thinkTime: field(distribution, {
    title: 'Think time',
    description: 'From an answer to the next request of the same user.',
    unit: 'ms',
    source: definition,
  }),
  profile,
});

/** One check over plain numbers: a million elements are not worth an issue each. */
const trace = z.strictObject({
  process: z.literal('trace'),
  timesMs: field(
    z
      .custom<number[]>((value) => Array.isArray(value))
      .check(firstFault(traceFault))
      .meta({
        type: 'array',
        maxItems: maximumTraceArrivals,
        items: { type: 'number', minimum: 0, maximum: maximumMs },
      }),
    {
      title: 'Times',
      description: 'Arrival times since the start, in order.',
      unit: 'ms',
      source: definition,
    },
  ),
  profile,
});

function traceFault(times: readonly unknown[]) {
  if (times.length > maximumTraceArrivals) {
    return {
      code: 'FL-too-many',
      message: `The trace has ${times.length} arrivals; at most ${maximumTraceArrivals} are read.`,
      fix: 'Shorten the trace, or give a rate and a profile.',
    } as const;
  }
  let previous = 0;
  for (let i = 0; i < times.length; i++) {
    const time = times[i];
    if (typeof time !== 'number' || !(time >= 0 && time <= maximumMs)) {
      return {
        path: [i],
        code: typeof time === 'number' ? 'FL-out-of-range' : 'FL-wrong-type',
        message: 'An arrival time is not a number of ms from 0 to 1e9.',
        fix: 'Give every time in ms since the start.',
      } as const;
    }
    if (time < previous) {
      return {
        path: [i],
        code: 'FL-wrong-order',
        message: `The arrival at ${time} ms stands after one at ${previous} ms.`,
        fix: 'Sort the times.',
      } as const;
    }
    previous = time;
  }
  return null;
}

/** When requests arrive, open or closed. */
export const arrivals = z
  .discriminatedUnion('process', [poisson, constant, bursty, closed, trace])
  .meta({ id: 'Arrivals', title: 'Arrivals', description: 'An arrival process.' }) as unknown as z.ZodType<
  Arrivals,
  Arrivals
>;
