import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRank, encodeRank, rankDimensions } from './index.ts';

it('reads back what it writes, and takes nothing of another length', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: rankDimensions, maxLength: rankDimensions }),
      fc.nat({ max: 0xffff_ffff }),
      fc.integer({ min: 1, max: 200 }),
      (weights, interactions, length) => {
        const bytes = encodeRank({ weights, interactions });
        // Inside of a larger buffer, as a client library hands values out.
        const pool = new Uint8Array(bytes.length + 3);
        pool.set(bytes, 3);
        expect(decodeRank(pool.subarray(3))).toEqual({ weights, interactions });
        if (length !== bytes.length) expect(decodeRank(new Uint8Array(length))).toBeNull();
      },
    ),
  );
  expect(() => encodeRank({ weights: new Float32Array(39), interactions: 0 })).toThrow('40 weights');
});
