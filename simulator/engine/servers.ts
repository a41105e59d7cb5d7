import type { Memory } from './memory.ts';

/** Up to so many servers their times are kept sorted; of more, in a heap. */
export const MOST_SORTED = 128;
/** Words of a station's row: where its times begin, how many there are, and, where they are sorted, which is the least. */
const ROW_WORDS = 4;
const AT = 0;
const COUNT = 1;
const FIRST = 2;

/**
 * When each server of first come, first served stations is free next: who arrives takes the one that is free first
 * (Kiefer and Wolfowitz, 1955).
 *
 * The times of few servers stand sorted in a ring. The one that was taken comes back behind all that are free no
 * later, sought from the latest on: with constant services that is at once. Of many servers that would be far to go,
 * and their times are a binary heap.
 */
export class Servers {
  /** Addresses, bytes. */
  readonly at: { readonly servers: number; readonly nextFree: number };
  private rows!: Int32Array;
  private nextFree!: Float64Array;

  /** @param counts Servers of each station; null: it has no times. Where there is none, nobody is ever served. */
  constructor(memory: Memory, counts: readonly (number | null)[]) {
    const servers = memory.int32Table(counts.length * ROW_WORDS, (v) => (this.rows = v));
    let end = 0;
    counts.forEach((count, station) => {
      if (count === null) return;
      this.rows[station * ROW_WORDS + AT] = end;
      this.rows[station * ROW_WORDS + COUNT] = Math.max(1, count);
      end += count + 1;
    });
    const nextFree = memory.float64Table(end, (v) => (this.nextFree = v));
    // Behind each heap a server that is never free, so that the kernel may compare any two children.
    counts.forEach((count, station) => {
      if (count !== null) this.nextFree[this.rows[station * ROW_WORDS + AT]! + count] = Infinity;
    });
    this.at = { servers, nextFree };
  }

  /** Start of the service of a job that arrives at `time` and takes `service`, ns. */
  reserve(station: number, time: number, service: number): number {
    const { rows, nextFree } = this;
    const row = station * ROW_WORDS;
    const at = rows[row + AT]!;
    const count = rows[row + COUNT]!;
    const first = rows[row + FIRST]!;
    const start = Math.max(time, nextFree[at + first]!);
    const end = start + service;
    if (count > MOST_SORTED) this.sink(at, count, end);
    else {
      const next = first + 1 === count ? 0 : first + 1;
      rows[row + FIRST] = next;
      this.insert(at, count, first, next, end);
    }
    return start;
  }

  /** Puts a time into the ring from `next` to `first`, where `first` is vacant. */
  private insert(at: number, count: number, first: number, next: number, end: number): void {
    const { nextFree } = this;
    let i = first;
    while (i !== next) {
      const before = i === 0 ? count - 1 : i - 1;
      if (nextFree[at + before]! <= end) break;
      nextFree[at + i] = nextFree[at + before]!;
      i = before;
    }
    nextFree[at + i] = end;
  }

  /** Replaces the least time of a heap. */
  private sink(at: number, count: number, end: number): void {
    const { nextFree } = this;
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= count) break;
      if (below + 1 < count && nextFree[at + below + 1]! < nextFree[at + below]!) below++;
      if (nextFree[at + below]! >= end) break;
      nextFree[at + i] = nextFree[at + below]!;
      i = below;
    }
    nextFree[at + i] = end;
  }
}
