import { z } from '../zod.ts';
import type { Expectation } from '../scenario.ts';
import { field } from '../kinds/field.ts';
import { id, seconds } from './quantities.ts';
import { firstFault } from './rule.ts';

const optional = 'absent: not asked';
const bound = z.number();

/** A statement about a metric of the result that a run can pass or fail. */
export const expectation = z
  .strictObject({
    id: id.meta({ title: 'Id', description: 'Name in the result file.' }),
    claim: z
      .string()
      .max(2000)
      .default('')
      .meta({ title: 'Claim', description: 'What is expected, in words.' }),
    metric: z.string().max(300).meta({
      title: 'Metric',
      description: 'Path in the result file, such as `flows.work.latencyMs.p99`.',
    }),
    between: field(z.tuple([bound, bound]).optional(), {
      title: 'Between',
      description: 'Least and most, both allowed.',
      source: optional,
    }),
    atMost: field(bound.optional(), { title: 'At most', description: 'Most allowed.', source: optional }),
    atLeast: field(bound.optional(), { title: 'At least', description: 'Least allowed.', source: optional }),
    phase: field(z.string().max(100).optional(), {
      title: 'Phase',
      description: '`before`, `during:<event>` or `after:<event>`; absent: the whole run after the warm-up.',
      source: optional,
    }),
    window: field(z.tuple([seconds, seconds]).optional(), {
      title: 'Window',
      description: 'From and to, in seconds since the start, in place of a phase.',
      unit: 's',
      source: optional,
    }),
  })
  .meta({
    oneOf: [{ required: ['between'] }, { required: ['atMost'] }, { required: ['atLeast'] }],
    id: 'Expectation',
    title: 'Expectation',
  })
  .check(
    firstFault(({ between, atMost, atLeast, phase, window }) => {
      const bounds = [between, atMost, atLeast].filter((member) => member !== undefined);
      if (bounds.length !== 1) {
        return {
          code: 'FL-either-or',
          message: `An expectation takes one of \`between\`, \`atMost\` and \`atLeast\`, and this one has ${bounds.length}.`,
          fix:
            bounds.length === 0
              ? 'Say what is expected with one of them.'
              : 'Keep one; write the others as further expectations.',
        };
      }
      if (between !== undefined && between[1] < between[0]) {
        return {
          path: ['between'],
          code: 'FL-wrong-order',
          message: `\`between\` goes from ${between[0]} down to ${between[1]}.`,
          fix: 'Put the smaller number first.',
        };
      }
      if (phase !== undefined && window !== undefined) {
        return {
          path: ['window'],
          code: 'FL-either-or',
          message: 'An expectation looks at a `phase` or at a `window`, not at both.',
          fix: 'Remove one.',
        };
      }
      if (window !== undefined && window[1] <= window[0]) {
        return {
          path: ['window'],
          code: 'FL-wrong-order',
          message: `The window from ${window[0]} s to ${window[1]} s is empty.`,
          fix: 'Let it end after it begins.',
        };
      }
      return null;
    }),
  ) as unknown as z.ZodType<Expectation, Expectation>;
