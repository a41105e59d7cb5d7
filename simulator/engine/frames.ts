import { INT, State, Memory } from './memory.ts';

/**
 * Request frames: the activation record of one procedure on behalf of one request.
 *
 * A frame is 64 bytes, seen through an Int32 and a Float64 view on one buffer. A handle is the index
 * of its first Int32 word (slot x 16); handle 0 is never a frame. Layout, in Int32 words:
 *
 *     0-1   time    float64: when it wakes (pending), began to wait (queued), or times out (calling)
 *     2-3   start   float64: intended start of the request, ns
 *     4     pc      next step; its complement: resumed ahead of arrival (LEAD in program.ts); -1: free
 *     5     next    link of the one list that the frame is in (bin, queue, time-out list, free list)
 *     6-7   key     64-bit key of the draws made in this frame
 *     8     parent  frame to return to; 0: a root, or abandoned by its caller
 *     9     status  bits 0-6 failure (0 none), 7 in the hand of a worker of a log, 8-14 attempt,
 *                   15 time-out armed, 16-29 open branches, 30 root, 31 killed
 *     10    ledger  row of the time ledger when the request is traced, else 0
 *     11    previous link in the time-out list, or which bucket it is the first of
 *     12    child   the frame called, while a call is open
 *     13-15 registers of the procedure
 */
export const FRAME_WORDS = 16;
export const FRAME_BYTES = 64;

export const TIME = 0; // Float64 index: handle >> 1
export const START = 1; // Float64 index: (handle >> 1) + 1
export const PC = 4;
export const NEXT = 5;
export const KEY0 = 6;
export const KEY1 = 7;
export const PARENT = 8;
export const STATUS = 9;
export const LEDGER = 10;
export const PREVIOUS = 11;
export const CHILD = 12;
export const REGISTER = 13;

export const FAILURE_MASK = 0x7f;
export const IN_HAND = 1 << 7;
export const ATTEMPT_SHIFT = 8;
export const ATTEMPT_MASK = 0x7f;
export const ARMED = 1 << 15;
export const BRANCH_SHIFT = 16;
export const BRANCH_UNIT = 1 << BRANCH_SHIFT;
export const BRANCH_MASK = 0x3fff;
export const ROOT = 1 << 30;
export const KILLED = 1 << 31;

export const FREE = -1;

/** Storage of all frames. Freed frames are reused last-in first-out, so that the working set stays in cache. */
export class FramePool {
  int!: Int32Array;
  float!: Float64Array;
  /** Where the frames begin in the memory, bytes. */
  base = 0;
  readonly state: State;

  /**
   * @param maximum Frames in flight at which the run stops.
   * @param memory Where they live: as its last block, so that they can grow in place.
   */
  constructor(
    readonly maximum: number,
    readonly memory: Memory = new Memory(),
  ) {
    this.state = new State(memory);
    this.state.int[INT.USED] = 1;
  }

  /** Lays the frames out; after everything else has its place. */
  open(): this {
    this.state.int[INT.CAPACITY] = Math.min(1 << 14, this.maximum + 1);
    this.base = this.memory.allocate(this.capacity * FRAME_BYTES);
    this.memory.bind(() => this.take());
    return this;
  }

  private take(): void {
    this.int = this.memory.int32(this.base, this.capacity * FRAME_WORDS);
    this.float = this.memory.float64(this.base, this.capacity * (FRAME_WORDS / 2));
  }

  get capacity(): number {
    return this.state.int[INT.CAPACITY]!;
  }
  /** Head of the free list; 0: none. */
  get free(): number {
    return this.state.int[INT.FREE]!;
  }
  set free(handle: number) {
    this.state.int[INT.FREE] = handle;
  }
  /** Frames ever handed out, the unused slot 0 included. */
  get used(): number {
    return this.state.int[INT.USED]!;
  }
  set used(count: number) {
    this.state.int[INT.USED] = count;
  }
  get live(): number {
    return this.state.int[INT.LIVE]!;
  }
  set live(count: number) {
    this.state.int[INT.LIVE] = count;
  }

  /** Told when the frames have got another place. */
  onMove: () => void = () => {};

  /**
   * Doubles the storage, up to the maximum, and beyond it by a little: the event at which the maximum
   * is reached is still finished. Views change, so that callers must load them again.
   */
  grow(): void {
    const before = this.capacity;
    const capacity = Math.max(before + 1024, Math.min(before * 2, this.maximum + 1));
    const { memory } = this;
    if (!memory.extend(this.base, before * FRAME_BYTES, capacity * FRAME_BYTES)) {
      const base = memory.allocate(capacity * FRAME_BYTES);
      memory.int32(base, before * FRAME_WORDS).set(memory.int32(this.base, before * FRAME_WORDS));
      this.base = base;
      this.onMove();
    }
    this.state.int[INT.CAPACITY] = capacity;
    this.take();
  }
}
