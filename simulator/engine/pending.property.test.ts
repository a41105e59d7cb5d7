import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_WORDS, FramePool, KEY0, START, TIME } from './frames.ts';
import { kernelMemory } from './kernel/kernel.ts';
import { Memory } from './memory.ts';
import { PendingEvents } from './pending.ts';

/** The slow, plain twin: a list that is searched for the least entry each time. */
class PlainPending {
  private readonly entries: { handle: number; time: number; start: number; key: number; order: number }[] =
    [];
  private order = 0;

  push(handle: number, time: number, start: number, key: number): void {
    this.entries.push({ handle, time, start, key, order: this.order++ });
  }

  /** The next entry strictly before the limit. */
  take(limit: number): number | null {
    const [first] = this.entries.sort(
      (a, b) => a.time - b.time || a.start - b.start || a.key - b.key || a.order - b.order,
    );
    if (first === undefined || first.time >= limit) return null;
    this.entries.shift();
    return first.handle;
  }
}

/** Delays from nanoseconds to minutes, with many equal ones. */
const delay = fc.oneof(
  fc.constantFrom(0, 1, 250_000, 1_000_000),
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 50_000_000 }),
  fc.integer({ min: 0, max: 5_000_000_000 }),
  fc.integer({ min: 0, max: 200_000_000_000 }),
);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      delay,
      start: fc.integer({ min: 0, max: 3 }),
      key: fc.integer({ min: -2, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const), ahead: delay }) },
);

function agrees(
  binBits: number,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
): void {
  const frames = new FramePool(1 << 16).open();
  const pending = new PendingEvents(frames, binBits);
  const plain = new PlainPending();
  let now = 0;
  for (const s of steps) {
    if (s.kind === 'push') {
      if (frames.used === frames.capacity) frames.grow();
      const handle = frames.used++ * FRAME_WORDS;
      const time = now + s.delay;
      frames.float[(handle >> 1) + TIME] = time;
      frames.float[(handle >> 1) + START] = s.start;
      frames.int[handle + KEY0] = s.key;
      pending.push(handle);
      plain.push(handle, time, s.start, s.key);
      continue;
    }
    const limit = now + s.ahead;
    for (let taken = 0; taken < 3; taken++) {
      const expected = plain.take(limit);
      let got: number | null = null;
      pending.limit = limit;
      if (pending.position < pending.count || pending.advance()) {
        const time = pending.runTime[pending.position]!;
        if (time < limit) {
          got = pending.run[pending.position++]!;
          pending.size--;
          now = time;
        }
      }
      expect(got).toBe(expected);
      if (got === null) {
        now = Math.max(now, limit);
        break;
      }
    }
  }
}

describe('the pending-event set against a sorted list', () => {
  it.each([4, 8, 12])('takes the same frames in the same order, with bins of 2^%i ns', (binBits) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => agrees(binBits, steps)),
      { numRuns: 150 },
    );
  });

  it('keeps the order through a change of the bin width', () => {
    const frames = new FramePool(1 << 20).open();
    const pending = new PendingEvents(frames, 12);
    let now = 0;
    let key = 1;
    const add = (time: number): void => {
      if (frames.used === frames.capacity) frames.grow();
      const handle = frames.used++ * FRAME_WORDS;
      key = (Math.imul(key, 1664525) + 1013904223) | 0;
      frames.float[(handle >> 1) + TIME] = time;
      frames.int[handle + KEY0] = key;
      pending.push(handle);
    };
    for (let i = 0; i < 1000; i++) add(i * 13);
    for (let i = 0; i < 600_000; i++) {
      if (pending.position === pending.count) expect(pending.advance()).toBe(true);
      const handle = pending.run[pending.position++]!;
      pending.size--;
      const time = frames.float[(handle >> 1) + TIME]!;
      if (time < now) throw new Error(`${time} after ${now}`);
      now = time;
      add(now + (frames.int[handle + KEY0]! >>> 12));
    }
    expect(pending.binBits).toBeLessThan(12);
    expect(pending.size).toBe(1000);
  });
});

it('opens a bin that is longer than any before it when its memory has to grow for that', () => {
  const linear = kernelMemory()!;
  const memory = new Memory(linear);
  const frames = new FramePool(1 << 16, memory).open();
  const pending = new PendingEvents(frames, 12);
  const together = 3000;
  for (let i = 1; i <= together; i++) {
    const handle = frames.used++ * FRAME_WORDS;
    frames.float[(handle >> 1) + TIME] = 50_000;
    frames.float[(handle >> 1) + START] = together - i;
    pending.push(handle);
  }
  memory.allocate(linear.buffer.byteLength - memory.allocate(0));
  const full = linear.buffer.byteLength;
  pending.limit = 100_000;
  expect(pending.advance()).toBe(true);
  expect(linear.buffer.byteLength).toBeGreaterThan(full);
  const starts = Array.from(pending.run.slice(0, pending.count), (h) => frames.float[(h >> 1) + START]);
  expect(starts).toEqual(Array.from({ length: together }, (_, i) => i));
});
