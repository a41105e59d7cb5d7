import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FRAME_WORDS, FramePool, KEY0, START, TIME } from './frames.ts';
import { Timeouts } from './timeouts.ts';

interface Armed {
  readonly frame: number;
  readonly deadline: number;
  readonly start: number;
  readonly key: number;
}

/** The slow, plain twin: a list that is searched for the earliest deadline each time. */
class PlainTimeouts {
  readonly armed: Armed[] = [];

  take(time: number): number {
    const [first] = this.armed.sort((a, b) => a.deadline - b.deadline || a.start - b.start || a.key - b.key);
    if (first === undefined || first.deadline > time) return 0;
    this.armed.shift();
    return first.frame;
  }
}

/** Delays from nothing to beyond the wheel (4.3 s), many of them equal. */
const delay = fc.oneof(
  fc.constantFrom(0, 1, 50_000_000, 2 ** 20),
  fc.integer({ min: 0, max: 3_000_000 }),
  fc.integer({ min: 0, max: 300_000_000 }),
  fc.integer({ min: 0, max: 20_000_000_000 }),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('arm' as const), delay, start: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ahead: delay }) },
);

it('fires the same calls in the same order as a list that is searched', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const frames = new FramePool(1 << 10);
      const timeouts = new Timeouts(frames);
      frames.open();
      const plain = new PlainTimeouts();
      let now = 0;
      let last = 0;
      const fire = (time: number): void => {
        for (;;) {
          const expected = plain.take(time);
          expect(timeouts.take(time)).toBe(expected);
          if (expected === 0) return;
        }
      };
      for (const s of steps) {
        if (s.do === 'arm') {
          const frame = ++last * FRAME_WORDS;
          const armed = { frame, deadline: now + s.delay, start: s.start, key: last };
          frames.float[(frame >> 1) + TIME] = armed.deadline;
          frames.float[(frame >> 1) + START] = armed.start;
          frames.int[frame + KEY0] = armed.key;
          timeouts.arm(frame);
          plain.armed.push(armed);
        } else if (s.do === 'cancel') {
          if (plain.armed.length === 0) continue;
          const [{ frame }] = plain.armed.splice(s.which % plain.armed.length, 1) as [Armed];
          timeouts.cancel(frame);
        } else {
          // As the machine does: on to each time that it is told, and no further at once.
          const until = now + s.ahead;
          while (timeouts.due <= until) {
            now = Math.max(now, timeouts.due);
            fire(now);
          }
          now = until;
          fire(until);
        }
        for (const { deadline } of plain.armed) expect(timeouts.due).toBeLessThanOrEqual(deadline);
      }
    }),
    { numRuns: 200 },
  );
});
