import { KEY0, NEXT, START, TIME, type FramePool } from './frames.ts';
import { FLOAT, INT, type State } from './memory.ts';

/**
 * The pending-event set: a sliding timing wheel of unsorted bins, sorted when opened, with a coarse
 * wheel and an overflow list behind it (a calendar after Varghese and Lauck, 1987, with lazy sorting).
 *
 * Each frame is in at most one pending event, so the lists run through the frames themselves and a
 * push allocates nothing. Order: time, then the request (intended start, key), then push order.
 *
 * A bin is 2^binBits ns. The fine wheel covers FINE bins from the open one; the coarse wheel takes
 * whatever is later in chunks of CHUNK bins and hands a chunk down before the window reaches it.
 */
const FINE_BITS = 16;
const FINE = 1 << FINE_BITS;
const CHUNK_BITS = 13;
const CHUNK = 1 << CHUNK_BITS;
const CHUNKS_AHEAD = FINE / CHUNK - 1;
const COARSE = 1 << 10;
const SORT_LIMIT = 40;
/** Mean entries in an opened bin above which the width is halved. */
const TOO_FULL = 6;
const TUNING_SAMPLE = 1 << 15;
/** Room for the two lists of frames that the kernel fetches at once, in Int32 words. */
export const FETCHED_WORDS = 1 << 9;

export class PendingEvents {
  private bins!: Int32Array;
  /** One bit a bin, and one bit a word of those: where the next non-empty bin is. */
  private occupied!: Int32Array;
  private summary!: Int32Array;
  private readonly coarse = new Int32Array(COARSE);
  private overflow = 0;
  private coarseCount = 0;
  private overflowCount = 0;

  binBits: number;
  private width: number;
  private overflowFrom: number;

  /** The opened bin, sorted: handles and times from `position` to `count`. */
  run!: Int32Array;
  runTime!: Float64Array;

  readonly state: State;
  /** Where the tables are in the memory, bytes. */
  readonly at: PendingAddresses;

  constructor(
    private readonly frames: FramePool,
    binBits = 9,
  ) {
    const { memory, state } = frames;
    this.state = state;
    this.at = {
      bins: memory.allocate(FINE * 4),
      occupied: memory.allocate(FINE >> 3),
      summary: memory.allocate(FINE >> 8),
      run: memory.allocate((1 << 10) * 4),
      runTime: memory.allocate((1 << 10) * 8),
      fetched: memory.allocate(FETCHED_WORDS * 4),
    };
    state.int[INT.RUN_CAPACITY] = 1 << 10;
    memory.bind(() => {
      this.bins = memory.int32(this.at.bins, FINE);
      this.occupied = memory.int32(this.at.occupied, FINE >> 5);
      this.summary = memory.int32(this.at.summary, FINE >> 10);
      this.takeRun();
    });
    this.binBits = binBits;
    this.width = 2 ** binBits;
    state.float[FLOAT.LIMIT] = Infinity;
    state.float[FLOAT.INVERSE] = 1 / this.width;
    this.nextChunk = CHUNKS_AHEAD;
    this.overflowFrom = this.nextChunk + COARSE;
  }

  private takeRun(): void {
    const capacity = this.state.int[INT.RUN_CAPACITY]!;
    this.run = this.frames.memory.int32(this.at.run, capacity);
    this.runTime = this.frames.memory.float64(this.at.runTime, capacity);
  }

  get size(): number {
    return this.state.int[INT.SIZE]!;
  }
  set size(count: number) {
    this.state.int[INT.SIZE] = count;
  }
  get position(): number {
    return this.state.int[INT.POSITION]!;
  }
  set position(index: number) {
    this.state.int[INT.POSITION] = index;
  }
  get count(): number {
    return this.state.int[INT.COUNT]!;
  }
  set count(count: number) {
    this.state.int[INT.COUNT] = count;
  }
  /** How far `advance` may go, ns: set before the call. */
  set limit(time: number) {
    this.state.float[FLOAT.LIMIT] = time;
  }
  private get inverse(): number {
    return this.state.float[FLOAT.INVERSE]!;
  }
  /** Absolute number of the open bin, and of the first chunk that is still in the coarse wheel. */
  private get openBin(): number {
    return this.state.float[FLOAT.OPEN_BIN]!;
  }
  private set openBin(bin: number) {
    this.state.float[FLOAT.OPEN_BIN] = bin;
  }
  private get nextChunk(): number {
    return this.state.float[FLOAT.WINDOW_END]! / CHUNK;
  }
  private set nextChunk(chunk: number) {
    this.state.float[FLOAT.WINDOW_END] = chunk * CHUNK;
  }

  /** Adds a frame, at its `time`, which is not before the last event taken. */
  push(handle: number): void {
    const time = this.frames.float[(handle >> 1) + TIME]!;
    this.size++;
    const bin = Math.floor(time * this.inverse);
    const ahead = bin - this.openBin;
    if (ahead > 0) {
      if (bin < this.nextChunk * CHUNK) {
        const slot = bin & (FINE - 1);
        const int = this.frames.int;
        const head = this.bins[slot]!;
        int[handle + NEXT] = head;
        this.bins[slot] = handle;
        if (head === 0) {
          this.occupied[slot >> 5]! |= 1 << (slot & 31);
          this.summary[slot >> 10]! |= 1 << ((slot >> 5) & 31);
        }
      } else this.pushFar(handle, bin);
    } else this.insert(handle, time);
  }

  private pushFar(handle: number, bin: number): void {
    const int = this.frames.int;
    const chunk = Math.floor(bin / CHUNK);
    if (chunk < this.overflowFrom) {
      const slot = chunk & (COARSE - 1);
      int[handle + NEXT] = this.coarse[slot]!;
      this.coarse[slot] = handle;
      this.coarseCount++;
    } else {
      int[handle + NEXT] = this.overflow;
      this.overflow = handle;
      this.overflowCount++;
    }
  }

  /** Puts a frame into the opened, sorted bin, behind its equals. */
  private insert(handle: number, time: number): void {
    if (this.count === this.run.length) this.growRun();
    const { run, runTime } = this;
    let i = this.count++;
    while (i > this.position && this.isBefore(handle, time, run[i - 1]!, runTime[i - 1]!)) {
      run[i] = run[i - 1]!;
      runTime[i] = runTime[i - 1]!;
      i--;
    }
    run[i] = handle;
    runTime[i] = time;
  }

  private isBefore(a: number, timeA: number, b: number, timeB: number): boolean {
    if (timeA !== timeB) return timeA < timeB;
    const float = this.frames.float;
    const startA = float[(a >> 1) + START]!;
    const startB = float[(b >> 1) + START]!;
    if (startA !== startB) return startA < startB;
    const int = this.frames.int;
    return int[a + KEY0]! < int[b + KEY0]!;
  }

  private growRun(): void {
    const { memory } = this.frames;
    const { run, runTime } = this;
    const capacity = run.length;
    const [oldRun, oldTime] = [run.slice(), runTime.slice()];
    const at = memory.allocate(capacity * 8);
    const timeAt = memory.allocate(capacity * 16);
    this.at.run = at;
    this.at.runTime = timeAt;
    this.state.int[INT.RUN_CAPACITY] = capacity * 2;
    this.takeRun();
    this.run.set(oldRun);
    this.runTime.set(oldTime);
    this.onMove();
  }
  /** Told when tables have got another place. */
  onMove: () => void = () => {};

  /**
   * Opens the next non-empty bin that starts at or before `limit`. Called when the open bin is used
   * up; afterwards `position < count` says whether there is one. Never moves past `limit`, so that
   * whatever happens there may still push.
   */
  advance(): boolean {
    const limit = this.state.float[FLOAT.LIMIT]!;
    this.position = 0;
    this.count = 0;
    for (;;) {
      const limitBin = Math.floor(limit * this.inverse);
      if (this.size === 0) {
        this.jump(Math.max(this.openBin, limitBin));
        return false;
      }
      const windowEnd = this.nextChunk * CHUNK;
      // No further than the limit: what lies behind it is looked for when its time comes.
      const scanEnd = Math.min(windowEnd, limitBin + 1);
      const next = this.nextOccupied(this.openBin + 1, scanEnd);
      if (next < scanEnd) {
        if (this.moveTo(next)) continue;
        this.open(next & (FINE - 1));
        return true;
      }
      if (limitBin < windowEnd || (this.coarseCount === 0 && this.overflowCount === 0)) {
        if (limitBin > this.openBin) this.moveTo(Math.min(limitBin, windowEnd - 1));
        return false;
      }
      // Nothing left in the window: move on by whole chunks, to the next one that holds anything.
      let chunk = this.nextChunk;
      if (this.coarseCount > 0) while (this.coarse[chunk & (COARSE - 1)] === 0) chunk++;
      else chunk = this.earliestOverflowChunk();
      const target = Math.max(this.openBin, (chunk - CHUNKS_AHEAD + 1) * CHUNK);
      if (target > limitBin) {
        if (limitBin > this.openBin) this.moveTo(limitBin);
        if (chunk >= this.nextChunk) return false;
        continue;
      }
      this.moveTo(target);
    }
  }

  /** Moves an empty wheel. */
  private jump(bin: number): void {
    this.openBin = bin;
    this.nextChunk = Math.floor(bin / CHUNK) + CHUNKS_AHEAD;
    this.overflowFrom = this.nextChunk + COARSE;
  }

  private earliestOverflowChunk(): number {
    const { int, float } = this.frames;
    let earliest = Infinity;
    for (let h = this.overflow; h !== 0; h = int[h + NEXT]!)
      earliest = Math.min(earliest, float[(h >> 1) + TIME]!);
    return Math.floor(Math.floor(earliest * this.inverse) / CHUNK);
  }

  /** Makes `bin` the open one and hands down the chunks that come into the window. True: bin numbers changed. */
  private moveTo(bin: number): boolean {
    this.openBin = bin;
    const reach = Math.floor(bin / CHUNK) + CHUNKS_AHEAD;
    if (this.nextChunk >= reach) return false;
    if (this.state.int[INT.OPENED_BINS]! >= TUNING_SAMPLE && this.retune()) return true;
    while (this.nextChunk < reach) {
      if (this.coarseCount === 0) {
        this.nextChunk = reach;
      } else {
        const chunk = this.nextChunk++;
        const slot = chunk & (COARSE - 1);
        const head = this.coarse[slot]!;
        this.coarse[slot] = 0;
        if (head !== 0) this.spread(head);
      }
      if (this.overflowCount === 0) this.overflowFrom = this.nextChunk + COARSE;
      else if (this.nextChunk + COARSE / 2 >= this.overflowFrom) this.refillFromOverflow();
    }
    return false;
  }

  /** Pushes a list of far frames again, oldest push first, so that push order survives. */
  private spread(head: number): void {
    const int = this.frames.int;
    let reversed = 0;
    while (head !== 0) {
      const next = int[head + NEXT]!;
      int[head + NEXT] = reversed;
      reversed = head;
      head = next;
      this.coarseCount--;
    }
    this.pushAll(reversed);
  }

  private pushAll(head: number): void {
    while (head !== 0) {
      const next = this.frames.int[head + NEXT]!;
      this.size--;
      this.push(head);
      head = next;
    }
  }

  private refillFromOverflow(): void {
    this.overflowFrom = this.nextChunk + COARSE;
    const int = this.frames.int;
    let reversed = 0;
    for (let h = this.overflow; h !== 0;) {
      const next = int[h + NEXT]!;
      int[h + NEXT] = reversed;
      reversed = h;
      h = next;
    }
    this.overflow = 0;
    this.overflowCount = 0;
    this.pushAll(reversed);
  }

  /** First occupied bin in [from, to), or `to`. The window is shorter than the wheel: no bin is met twice. */
  private nextOccupied(from: number, to: number): number {
    const { occupied, summary } = this;
    let bin = from;
    while (bin < to) {
      const slot = bin & (FINE - 1);
      const word = slot >> 5;
      const bits = occupied[word]! >>> (slot & 31);
      if (bits !== 0) return Math.min(to, bin + trailingZeros(bits));
      bin += 32 - (slot & 31);
      // Skip empty stretches of 1,024 bins by the summary.
      while (bin < to && (bin & 1023) === 0 && summary[(bin & (FINE - 1)) >> 10] === 0) bin += 1024;
    }
    return to;
  }

  private open(slot: number): void {
    let { int, float } = this.frames;
    let head = this.bins[slot]!;
    this.bins[slot] = 0;
    const word = slot >> 5;
    const bits = this.occupied[word]! & ~(1 << (slot & 31));
    this.occupied[word] = bits;
    if (bits === 0) this.summary[slot >> 10]! &= ~(1 << (word & 31));
    let count = 0;
    while (head !== 0) {
      if (count === this.run.length) {
        this.growRun();
        // The memory may have grown, and then the views from before are gone.
        ({ int, float } = this.frames);
      }
      this.run[count] = head;
      this.runTime[count] = float[(head >> 1) + TIME]!;
      count++;
      head = int[head + NEXT]!;
    }
    this.count = count;
    this.state.int[INT.OPENED_BINS]! += 1;
    this.state.int[INT.OPENED_EVENTS]! += count;
    if (count > 1) this.sort(count);
  }

  /** The list came last-in first-out: turn it round, then sort stably. */
  private sort(count: number): void {
    const { run, runTime } = this;
    for (let i = 0, j = count - 1; i < j; i++, j--) {
      const handle = run[i]!;
      run[i] = run[j]!;
      run[j] = handle;
      const time = runTime[i]!;
      runTime[i] = runTime[j]!;
      runTime[j] = time;
    }
    if (count > SORT_LIMIT) {
      const float = this.frames.float;
      const sorted = Array.from(run.subarray(0, count)).sort((a, b) =>
        this.isBefore(a, float[(a >> 1) + TIME]!, b, float[(b >> 1) + TIME]!)
          ? -1
          : this.isBefore(b, float[(b >> 1) + TIME]!, a, float[(a >> 1) + TIME]!)
            ? 1
            : 0,
      );
      for (let i = 0; i < count; i++) {
        run[i] = sorted[i]!;
        runTime[i] = float[(sorted[i]! >> 1) + TIME]!;
      }
      return;
    }
    for (let i = 1; i < count; i++) {
      const handle = run[i]!;
      const time = runTime[i]!;
      let j = i;
      while (
        j > 0 &&
        (time < runTime[j - 1]! ||
          (time === runTime[j - 1]! && this.isBefore(handle, time, run[j - 1]!, time)))
      ) {
        run[j] = run[j - 1]!;
        runTime[j] = runTime[j - 1]!;
        j--;
      }
      run[j] = handle;
      runTime[j] = time;
    }
  }

  /**
   * Halves the bin width when bins hold too many events (empty bins cost next to nothing, so that it
   * never needs to grow). Only when no bin is open; every pending frame is pushed again.
   */
  private retune(): boolean {
    const { int } = this.state;
    const mean = int[INT.OPENED_EVENTS]! / int[INT.OPENED_BINS]!;
    int[INT.OPENED_BINS] = 0;
    int[INT.OPENED_EVENTS] = 0;
    if (mean <= TOO_FULL || this.binBits <= 4) return false;
    const openTime = this.openBin * this.width;
    const pending = this.takeAll();
    this.binBits -= 1;
    this.width = 2 ** this.binBits;
    this.state.float[FLOAT.INVERSE] = 1 / this.width;
    this.openBin = Math.floor(openTime * this.inverse) - 1;
    this.nextChunk = Math.floor(this.openBin / CHUNK) + CHUNKS_AHEAD;
    this.overflowFrom = this.nextChunk + COARSE;
    this.pushAll(pending);
    return true;
  }

  /** Empties all wheels into one list that keeps push order among equals. */
  private takeAll(): number {
    const int = this.frames.int;
    let head = 0;
    const take = (list: number): void => {
      // Lists are last-in first-out; prepending each in that order leaves its oldest first.
      for (let h = list; h !== 0;) {
        const next = int[h + NEXT]!;
        int[h + NEXT] = head;
        head = h;
        h = next;
      }
    };
    for (const list of this.bins) take(list);
    for (const list of this.coarse) take(list);
    take(this.overflow);
    this.overflow = 0;
    this.overflowCount = 0;
    this.coarseCount = 0;
    this.coarse.fill(0);
    this.bins.fill(0);
    this.occupied.fill(0);
    this.summary.fill(0);
    return head;
  }
}

function trailingZeros(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** Places of the tables, for the kernel. */
export interface PendingAddresses {
  readonly bins: number;
  readonly occupied: number;
  readonly summary: number;
  run: number;
  runTime: number;
  readonly fetched: number;
}
