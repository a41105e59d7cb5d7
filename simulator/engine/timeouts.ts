import { KEY0, NEXT, PREVIOUS, START, TIME, type FramePool } from './frames.ts';
import { FLOAT, INT, type State } from './memory.ts';

/**
 * Deadlines of open calls. Nearly all are cancelled long before they come, so arming and cancelling
 * must cost next to nothing: doubly linked lists through the calling frames, one for each millisecond
 * or so ahead (a hashed timing wheel; Varghese and Lauck, 1987). Only the few that are still there
 * when their bucket comes are sorted: by deadline, then request.
 *
 * A frame's `time` is its deadline. The first frame of a bucket has -(bucket + 1) in `previous`.
 */
const BUCKET_BITS = 20;
const BUCKET_NS = 2 ** BUCKET_BITS;
const BUCKETS = 1 << 12;

export class Timeouts {
  private heads!: Int32Array;
  /** Frames of the opened bucket in order; cancelled ones are 0. */
  private opened: number[] = [];
  private position = 0;
  private readonly state: State;
  /** Where the heads of the lists are in the memory, bytes. */
  readonly headsAt: number;

  constructor(private readonly frames: FramePool) {
    const { memory, state } = frames;
    this.state = state;
    this.headsAt = memory.allocate(BUCKETS * 4);
    memory.bind(() => (this.heads = memory.int32(this.headsAt, BUCKETS)));
    this.due = Infinity;
  }

  /** Nothing happens before this time, ns. */
  get due(): number {
    return this.state.float[FLOAT.TIMEOUT_DUE]!;
  }
  private set due(time: number) {
    this.state.float[FLOAT.TIMEOUT_DUE] = time;
  }
  /** Absolute number of the next bucket to open. */
  private get next(): number {
    return this.state.int[INT.NEXT_BUCKET]!;
  }
  private set next(bucket: number) {
    this.state.int[INT.NEXT_BUCKET] = bucket;
  }
  private get armed(): number {
    return this.state.int[INT.ARMED]!;
  }
  private set armed(count: number) {
    this.state.int[INT.ARMED] = count;
  }

  /** Arms a frame's time-out, at its `time`. */
  arm(frame: number): void {
    const deadline = this.frames.float[(frame >> 1) + TIME]!;
    this.armed++;
    const bucket = Math.floor(deadline / BUCKET_NS);
    if (bucket < this.next) {
      this.insertOpened(frame, deadline);
      return;
    }
    this.link(frame, this.slotOf(bucket));
    if (this.due === Infinity) this.due = this.next * BUCKET_NS;
  }

  cancel(frame: number): void {
    const { int } = this.frames;
    this.armed--;
    const before = int[frame + PREVIOUS]!;
    if (before === OPENED) {
      this.opened[this.opened.indexOf(frame, this.position)] = 0;
      return;
    }
    const after = int[frame + NEXT]!;
    if (before < 0) this.heads[-before - 1] = after;
    else int[before + NEXT] = after;
    if (after !== 0) int[after + PREVIOUS] = before;
  }

  /** The next frame whose deadline is at or before `time`, no longer armed; 0: none. Sets `due` anew. */
  take(time: number): number {
    for (;;) {
      while (this.position < this.opened.length) {
        const frame = this.opened[this.position]!;
        if (frame !== 0) {
          const deadline = this.frames.float[(frame >> 1) + TIME]!;
          if (deadline > time) {
            this.due = deadline;
            return 0;
          }
          this.armed--;
          this.position++;
          this.due = time;
          return frame;
        }
        this.position++;
      }
      if (this.armed === 0) {
        this.next = Math.max(this.next, Math.floor(time / BUCKET_NS));
        this.due = Infinity;
        return 0;
      }
      const from = this.next * BUCKET_NS;
      if (from > time) {
        this.due = from;
        return 0;
      }
      this.open();
    }
  }

  private open(): void {
    const { int, float } = this.frames;
    const slot = this.next & (BUCKETS - 1);
    const end = (this.next + 1) * BUCKET_NS;
    this.next++;
    this.opened = [];
    this.position = 0;
    let frame = this.heads[slot]!;
    this.heads[slot] = 0;
    while (frame !== 0) {
      const after = int[frame + NEXT]!;
      const deadline = float[(frame >> 1) + TIME]!;
      if (deadline < end) {
        int[frame + PREVIOUS] = OPENED;
        this.opened.push(frame);
      } else {
        // Too far ahead for the wheel when it was armed.
        this.link(frame, this.slotOf(Math.floor(deadline / BUCKET_NS)));
      }
      frame = after;
    }
    if (this.opened.length > 1) this.opened.sort((a, b) => this.compare(a, b));
  }

  private compare(a: number, b: number): number {
    const { int, float } = this.frames;
    return (
      float[(a >> 1) + TIME]! - float[(b >> 1) + TIME]! ||
      float[(a >> 1) + START]! - float[(b >> 1) + START]! ||
      int[a + KEY0]! - int[b + KEY0]!
    );
  }

  private insertOpened(frame: number, deadline: number): void {
    this.frames.int[frame + PREVIOUS] = OPENED;
    let i = this.opened.length;
    while (i > this.position && (this.opened[i - 1] === 0 || this.compare(frame, this.opened[i - 1]!) < 0))
      i--;
    this.opened.splice(i, 0, frame);
    if (deadline < this.due) this.due = deadline;
  }

  /** By bits: the remainder of two doubles costs more than all the rest of arming. */
  private slotOf(bucket: number): number {
    const last = this.next + BUCKETS - 1;
    return ((bucket < last ? bucket : last) | 0) & (BUCKETS - 1);
  }

  private link(frame: number, slot: number): void {
    const { int } = this.frames;
    const head = this.heads[slot]!;
    int[frame + NEXT] = head;
    int[frame + PREVIOUS] = -(slot + 1);
    if (head !== 0) int[head + PREVIOUS] = frame;
    this.heads[slot] = frame;
  }
}

/** In `previous` of a frame whose bucket is open. */
const OPENED = -(BUCKETS + 1);
