import { z } from '../zod.ts';
import type { Distribution } from '../scenario.ts';
import { field } from '../kinds/field.ts';
import { count, milliseconds, positiveMilliseconds } from './quantities.ts';
import { firstFault } from './rule.ts';

const definition = 'the distribution itself has no default';
const meanMs = field(positiveMilliseconds, {
  title: 'Mean',
  description: 'Mean time.',
  unit: 'ms',
  source: definition,
});

const constant = z.strictObject({
  distribution: z.literal('constant'),
  ms: field(milliseconds, { title: 'Time', description: 'Every draw.', unit: 'ms', source: definition }),
});

const exponential = z.strictObject({ distribution: z.literal('exponential'), meanMs });

const erlang = z.strictObject({
  distribution: z.literal('erlang'),
  meanMs,
  k: field(count(1, 1000), {
    title: 'Stages',
    description: 'Number of exponential stages; the squared coefficient of variation is 1/k.',
    unit: 'count',
    source: definition,
  }),
});

const cv = (minimum: number, description: string) =>
  field(z.number().min(minimum).max(100), {
    title: 'Coefficient of variation',
    description,
    unit: 'ratio',
    source: definition,
  });

const hyperexponential = z.strictObject({
  distribution: z.literal('hyperexponential'),
  meanMs,
  cv: cv(1, 'Standard deviation over mean, at least 1; two phases with balanced means.'),
});

/** Mean and cv, or two percentiles; `firstFault` refuses a mixture, which a plain union explains badly. */
const lognormal = z
  .strictObject({
    distribution: z.literal('lognormal'),
    meanMs: meanMs.optional(),
    cv: cv(0.001, 'Standard deviation over mean.').optional(),
    p50Ms: field(positiveMilliseconds, {
      title: 'Median',
      description: 'Half of the draws are below.',
      unit: 'ms',
      source: definition,
    }).optional(),
    p99Ms: field(positiveMilliseconds, {
      title: '99th percentile',
      description: '99 % of the draws are below; above the median.',
      unit: 'ms',
      source: definition,
    }).optional(),
  })
  .meta({ oneOf: [{ required: ['meanMs', 'cv'] }, { required: ['p50Ms', 'p99Ms'] }] })
  .check(
    firstFault(({ meanMs: mean, cv: variation, p50Ms, p99Ms }) => {
      const byMoments = mean !== undefined && variation !== undefined;
      const byPercentiles = p50Ms !== undefined && p99Ms !== undefined;
      const given = [mean, variation, p50Ms, p99Ms].filter((member) => member !== undefined).length;
      if (given !== 2 || !(byMoments || byPercentiles)) {
        return {
          code: 'FL-either-or',
          message: 'A lognormal distribution takes either `meanMs` and `cv`, or `p50Ms` and `p99Ms`.',
          fix: 'Give one of the two pairs, complete, and nothing of the other.',
        };
      }
      if (byPercentiles && p99Ms <= p50Ms) {
        return {
          path: ['p99Ms'],
          code: 'FL-wrong-order',
          message: `\`p99Ms\` is ${p99Ms}, not above \`p50Ms\`, which is ${p50Ms}.`,
          fix: 'Make `p99Ms` larger than `p50Ms`, or use a constant.',
        };
      }
      return null;
    }),
  );

const uniform = z
  .strictObject({
    distribution: z.literal('uniform'),
    minMs: field(milliseconds, {
      title: 'Least',
      description: 'Least time.',
      unit: 'ms',
      source: definition,
    }),
    maxMs: field(milliseconds, { title: 'Most', description: 'Most time.', unit: 'ms', source: definition }),
  })
  .check(
    firstFault(({ minMs, maxMs }) =>
      maxMs >= minMs
        ? null
        : {
            path: ['maxMs'],
            code: 'FL-wrong-order',
            message: `\`maxMs\` is ${maxMs}, below \`minMs\`, which is ${minMs}.`,
            fix: 'Exchange the two.',
          },
    ),
  );

const pareto = z.strictObject({
  distribution: z.literal('pareto'),
  meanMs,
  shape: field(z.number().gt(1).max(100), {
    title: 'Shape',
    description: 'Tail index; above 1, because the mean is infinite at 1.',
    unit: 'ratio',
    source: definition,
  }),
});

const empirical = z.strictObject({
  distribution: z.literal('empirical'),
  quantiles: z
    .array(z.tuple([z.number().min(0).max(1), milliseconds]))
    .min(2)
    .max(10_000)
    .check(
      firstFault((quantiles) => {
        if (quantiles[0]![0] !== 0 || quantiles[quantiles.length - 1]![0] !== 1) {
          return {
            code: 'FL-wrong-order',
            message: 'Quantiles must begin at 0 and end at 1.',
            fix: 'Add the least time as `[0, ms]` and the most as `[1, ms]`.',
          };
        }
        for (let i = 1; i < quantiles.length; i++) {
          const [q, ms] = quantiles[i]!;
          const [previousQ, previousMs] = quantiles[i - 1]!;
          if (q <= previousQ || ms < previousMs) {
            return {
              path: [i],
              code: 'FL-wrong-order',
              message: `\`[${q}, ${ms}]\` does not follow on \`[${previousQ}, ${previousMs}]\`.`,
              fix: 'Let the first numbers rise from 0 to 1 and the second never fall.',
            };
          }
        }
        return null;
      }),
    )
    .meta({
      title: 'Quantiles',
      description: '`[q, ms]` points, q rising from 0 to 1, linear between them.',
      unit: 'ms',
      source: definition,
    }),
});

/** A random time. Draws are independent. */
export const distribution = z
  .discriminatedUnion('distribution', [
    constant,
    exponential,
    erlang,
    hyperexponential,
    lognormal,
    uniform,
    pareto,
    empirical,
  ])
  .meta({ id: 'Distribution', title: 'Distribution', description: 'A random time.' }) as unknown as z.ZodType<
  Distribution,
  Distribution
>;
