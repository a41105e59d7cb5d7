import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProcessorSharing } from './processor-sharing.ts';

/** The slow, plain twin: the work that each job still needs, brought down at each event. */
class PlainSharing {
  private jobs: { readonly frame: number; left: number }[] = [];
  private since = 0;

  constructor(public servers: number) {}

  private get rate(): number {
    return Math.min(1, this.servers / this.jobs.length);
  }

  bringTo(now: number): void {
    const served = (now - this.since) * this.rate;
    for (const job of this.jobs) job.left -= served;
    this.since = now;
  }

  arrive(now: number, frame: number, demand: number): void {
    this.bringTo(now);
    this.jobs.push({ frame, left: demand });
  }

  nextDeparture(): number {
    if (this.jobs.length === 0) return Infinity;
    const least = Math.min(...this.jobs.map(({ left }) => left));
    return this.since + Math.max(0, Math.ceil(least / this.rate));
  }

  depart(now: number): number[] {
    this.bringTo(now);
    const gone = this.jobs.filter(({ left }) => left <= 1e-3);
    this.jobs = this.jobs.filter(({ left }) => left > 1e-3);
    return gone.map(({ frame }) => frame);
  }
}

type Step =
  | { readonly do: 'arrive'; readonly gap: number; readonly demand: number }
  | { readonly do: 'servers'; readonly gap: number; readonly servers: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      gap: fc.integer({ min: 0, max: 2_000_000 }),
      demand: fc.oneof(fc.integer({ min: 1, max: 8_000_000 }), fc.constantFrom(0, 1_000_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('servers' as const),
      gap: fc.integer({ min: 0, max: 2_000_000 }),
      servers: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

interface Station {
  arrive(now: number, frame: number, demand: number): void;
  nextDeparture(): number;
  /** Frames that leave. */
  depart(now: number): readonly number[];
  setServers(now: number, servers: number): void;
}

/** When each job leaves. */
function departures(station: Station, steps: readonly Step[]): readonly number[] {
  const left: number[] = [];
  let now = 0;
  let frame = 0;
  const leaveUntil = (time: number): void => {
    for (let due = station.nextDeparture(); due <= time; due = station.nextDeparture()) {
      if (due === Infinity) return;
      for (const gone of station.depart(due)) left[gone] = due;
    }
  };
  for (const s of steps) {
    leaveUntil(now + s.gap);
    now += s.gap;
    if (s.do === 'arrive') station.arrive(now, frame++, s.demand);
    else station.setServers(now, s.servers);
  }
  leaveUntil(Infinity);
  return left;
}

it('lets each job leave when the work that it needs is done', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 120 }), (servers, steps) => {
      const sharing = new ProcessorSharing(servers);
      const plain = new PlainSharing(servers);
      const fast = departures(
        {
          arrive: (now, frame, demand) => sharing.arrive(now, frame, demand),
          nextDeparture: () => sharing.nextDeparture(),
          setServers: (now, count) => sharing.setServers(now, count),
          depart: (now) => {
            const gone: number[] = [];
            sharing.depart(now, (frame) => gone.push(frame));
            return gone;
          },
        },
        steps,
      );
      const slow = departures(
        {
          arrive: (now, frame, demand) => plain.arrive(now, frame, demand),
          nextDeparture: () => plain.nextDeparture(),
          setServers: (now, count) => {
            plain.bringTo(now);
            plain.servers = count;
          },
          depart: (now) => plain.depart(now),
        },
        steps,
      );
      expect(fast.length).toBe(steps.filter((s) => s.do === 'arrive').length);
      // Each departure falls on the whole ns behind: one more or less where a sum is rounded otherwise.
      fast.forEach((time, frame) => expect(Math.abs(time - slow[frame]!)).toBeLessThanOrEqual(fast.length));
    }),
    { numRuns: 150 },
  );
});
