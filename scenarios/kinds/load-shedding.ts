import { z } from '../zod.ts';
import { positiveMilliseconds } from '../format/quantities.ts';
import { field } from './field.ts';

const maurer = 'Maurer, Fail at Scale (ACM Queue 2015), controlled delay: M = 5 ms, N = 100 ms';

/** How an overloaded service refuses work, by how long requests wait for a thread; null: it never does. */
export const loadShedding = <const Operation extends string>(
  operations: readonly [Operation, ...Operation[]],
) =>
  field(
    z
      .strictObject({
        targetMs: field(positiveMilliseconds.default(5), {
          title: 'Longest wait under overload',
          description:
            'A request that waited longer is refused, once the queue has not been empty for `intervalMs`.',
          unit: 'ms',
          source: maurer,
        }),
        intervalMs: field(positiveMilliseconds.default(100), {
          title: 'Longest wait',
          description: 'A request that waited longer is refused in any case.',
          unit: 'ms',
          source: maurer,
        }),
        spared: field(z.array(z.enum(operations)).max(operations.length).default([]), {
          title: 'Spared',
          description: 'Requests that are never refused this way: those of higher priority.',
          source: 'none unless named',
        }),
      })
      .nullable()
      .default(null),
    {
      title: 'Load shedding',
      description:
        'Refuses requests that have waited too long for a thread at once, as `rejected`, instead of doing work for callers that give up. Null: never.',
      source: 'the seed names none',
    },
  );
