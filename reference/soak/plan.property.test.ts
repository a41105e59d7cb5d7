import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { realForms, unreproducibleFaults } from '../faults/index.ts';
import { soakScenario, soakTimeline, troubles } from './plan.ts';

const seeds = fc.nat(2 ** 32 - 1);

describe('the timeline of a soak', () => {
  it('has one trouble at a time, with calm before, between and after', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 60, max: 7200 }), (seed, seconds) => {
        const timeline = soakTimeline(seed, seconds);
        let freeAt = 20;
        for (const { atSeconds, durationSeconds } of timeline) {
          expect(atSeconds).toBeGreaterThanOrEqual(freeAt);
          freeAt = atSeconds + durationSeconds + 16;
        }
        const last = timeline.at(-1);
        if (last !== undefined)
          expect(last.atSeconds + last.durationSeconds).toBeLessThanOrEqual(seconds - 30);
        expect(new Set(timeline.map(({ id }) => id)).size).toBe(timeline.length);
      }),
    );
  });

  it('has every trouble in 30 minutes, in an order of its seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const ids = soakTimeline(seed, 1800).map(({ id }) => id.replace(/-\d+$/, ''));
        expect(new Set(ids)).toEqual(new Set(troubles.map(({ name }) => name)));
        expect(soakTimeline(seed, 1800)).toEqual(soakTimeline(seed, 1800));
      }),
    );
    expect(soakTimeline(1, 1800)).not.toEqual(soakTimeline(2, 1800));
  });

  it('has every kind that real parts can be given', () => {
    const kinds = new Set(troubles.map(({ entry }) => String(entry(0)['kind'])));
    for (const [kind, { by }] of Object.entries(realForms))
      expect([kind, kinds.has(kind)]).toEqual([kind, by !== null]);
  });
});

describe('the scenario of a soak', () => {
  it('is one that real parts can replay', () => {
    const scenario = soakScenario(1, 1800);
    expect(scenario.timeline.length).toBeGreaterThan(troubles.length);
    const problems = unreproducibleFaults(scenario, { parts: {}, routes: {} });
    // A small disk needs root; all else needs nothing.
    expect(problems.filter(({ message }) => !message.includes('root'))).toEqual([]);
  });

  it('has a share of the load', () => {
    const rates = (load?: number) =>
      soakScenario(1, 1800, load).design.nodes.flatMap(({ config }) => {
        const { feedRead, photoUpload } = config as Record<string, { ratePerSecond: number } | undefined>;
        return [feedRead, photoUpload].flatMap((arrivals) => arrivals?.ratePerSecond ?? []);
      });
    expect(rates()).toEqual([60, 2]);
    expect(rates(0.25)).toEqual([15, 0.5]);
  });
});
