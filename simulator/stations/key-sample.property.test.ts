import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeySample } from './key-sample.ts';

it('keeps one key of each block, and weights that make up all keys', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 2, max: 400 }),
      fc.nat(100),
      (keys, maximum, head) => {
        const sample = new KeySample(keys, maximum, head);
        expect(sample.tracked).toBeLessThanOrEqual(maximum);
        const size = new Array<number>(sample.tracked).fill(0);
        const chosen = new Array<number>(sample.tracked).fill(0);
        for (let key = 0; key < keys; key++) {
          size[sample.indexOf(key)]! += 1;
          if (sample.isTracked(key)) chosen[sample.indexOf(key)]! += 1;
        }
        for (let index = 0; index < sample.tracked; index++) {
          expect(chosen[index]).toBe(1);
          expect(sample.weight(index)).toBe(size[index]);
        }
      },
    ),
    { numRuns: 60 },
  );
});
