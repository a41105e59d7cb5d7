import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Memory } from './memory.ts';
import { MOST_SORTED, Servers } from './servers.ts';

/** The slow, plain twin: the least of all times is looked for, and replaced. */
function plainReserve(times: number[], time: number, service: number): number {
  const free = Math.min(...times);
  const start = Math.max(time, free);
  times[times.indexOf(free)] = start + service;
  return start;
}

const jobs = fc.array(
  fc.record({
    station: fc.nat(2),
    gap: fc.oneof(fc.constant(0), fc.nat(2000)),
    service: fc.oneof(fc.constantFrom(0, 1000), fc.nat(100_000)),
  }),
  { maxLength: 600 },
);
const servers = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 2 * MOST_SORTED }));

it('begins every service when a plain search among all servers would', () => {
  fc.assert(
    fc.property(fc.tuple(servers, servers, servers), jobs, (counts, work) => {
      const kept = new Servers(new Memory(null), counts);
      const plain = counts.map((count) => new Array<number>(count).fill(0));
      let now = 0;
      for (const { station, gap, service } of work) {
        now += gap;
        expect(kept.reserve(station, now, service)).toBe(plainReserve(plain[station]!, now, service));
      }
    }),
  );
});

it('serves nobody where there is no server, and leaves its neighbours alone', () => {
  const kept = new Servers(new Memory(null), [1, null, 0, 1]);
  expect(kept.reserve(2, 5, 10)).toBe(Infinity);
  expect(kept.reserve(2, 7, 10)).toBe(Infinity);
  expect([kept.reserve(0, 1, 10), kept.reserve(3, 2, 10)]).toEqual([1, 2]);
});

it('keeps the times of as many servers sorted as it says, and of one more in a heap', () => {
  for (const count of [MOST_SORTED, MOST_SORTED + 1]) {
    const kept = new Servers(new Memory(null), [count]);
    for (let job = 0; job < count; job++) expect(kept.reserve(0, 0, count - job)).toBe(0);
    // All are busy now, until 1, 2, 3 ...
    for (let job = 1; job <= count; job++) expect(kept.reserve(0, 0, 1e6)).toBe(job);
  }
});
