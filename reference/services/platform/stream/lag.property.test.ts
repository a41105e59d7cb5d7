import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lagOf } from './lag.ts';

/** A partition: messages that came between two readings, and how many of all are committed in the end. */
const partition = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 20 }).chain((arrivals) =>
  fc.record({
    arrivals: fc.constant(arrivals),
    done: fc.nat({ max: arrivals.reduce((a, b) => a + b, 0) }),
  }),
);

it('is the number of messages and the age of the oldest, as a list of all messages says', () => {
  fc.assert(
    fc.property(fc.array(partition, { minLength: 1, maxLength: 4 }), (partitions) => {
      const nowMs = 30_000;
      const history = new Map(
        partitions.map(({ arrivals }, number) => {
          let end = 0;
          const samples = arrivals.map((count, second) => ({ atMs: second * 1000, end: (end += count) }));
          return [number, samples.filter((sample, n) => n === 0 || samples[n - 1]!.end !== sample.end)];
        }),
      );
      const committed = new Map(partitions.map(({ done }, number) => [number, done]));

      const open = partitions.flatMap(({ arrivals, done }) =>
        arrivals.flatMap((count, second) => Array<number>(count).fill(second * 1000)).slice(done),
      );
      const expected = {
        messages: open.length,
        seconds: open.length === 0 ? 0 : (nowMs - Math.min(...open)) / 1000,
        readAtMs: nowMs,
      };
      expect(lagOf(history, committed, nowMs)).toEqual(expected);
      // What it forgets did not matter.
      expect(lagOf(history, committed, nowMs)).toEqual(expected);
    }),
  );
});
