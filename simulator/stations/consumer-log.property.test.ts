import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FramePool } from '../engine/frames.ts';
import { ConsumerLog } from './consumer-log.ts';

const MOST = 12;

it('a sticky plan is even, complete, and moves nothing that could stay', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: MOST }),
      fc.array(fc.integer({ min: 0, max: MOST - 1 })),
      fc.integer({ min: 1, max: MOST }),
      (partitions, workers, gone, later) => {
        const log = new ConsumerLog(new FramePool(1).open(), partitions, MOST, workers, 1, Infinity);
        for (const worker of gone) log.setDown(worker, true);
        const before = Array.from({ length: partitions }, (_, p) => log.ownerOf(p));
        for (let p = 0; p < partitions; p++) if (log.ownerOf(p) >= later) log.own(p, -1);
        log.workers = later;
        const plan = log.plan();
        const alive = Array.from({ length: later }, (_, w) => w).filter((w) => !log.isDown(w));
        if (alive.length === 0) return void expect(plan.every((owner) => owner === -1)).toBe(true);
        const sizes = alive.map((w) => plan.filter((owner) => owner === w).length);
        expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(partitions);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        // Each keeps all that an even share lets it keep.
        const least = Math.floor(partitions / alive.length);
        alive.forEach((w, i) => {
          const had = before.filter((owner) => owner === w).length;
          const kept = plan.filter((owner, p) => owner === w && before[p] === w).length;
          expect(kept).toBeGreaterThanOrEqual(Math.min(had, least));
          expect(kept).toBe(Math.min(had, sizes[i]!));
        });
      },
    ),
  );
});
