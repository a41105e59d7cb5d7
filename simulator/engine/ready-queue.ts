import { INT, type State, type Memory } from './memory.ts';

/** Places to begin with. */
const ROOM = 1 << 12;

/** Frames that go on at the present instant, first in first out; the kernel takes from it as well. */
export class ReadyQueue {
  /** Address of the frames' handles (int32), bytes. */
  at: number;
  /** Told when the queue has got another place. */
  onMove: () => void = () => {};
  private handles!: Int32Array;

  constructor(
    private readonly memory: Memory,
    private readonly state: State,
  ) {
    this.at = memory.int32Table(ROOM, (v) => (this.handles = v));
    state.int[INT.READY_CAPACITY] = ROOM;
  }

  get isEmpty(): boolean {
    const { int } = this.state;
    return int[INT.READY_HEAD]! >= int[INT.READY_TAIL]!;
  }

  push(h: number): void {
    const { int } = this.state;
    if (int[INT.READY_TAIL] === int[INT.READY_CAPACITY]) this.makeRoom();
    this.handles[this.state.int[INT.READY_TAIL]!++] = h;
  }

  take(): number {
    const { int } = this.state;
    const h = this.handles[int[INT.READY_HEAD]!++]!;
    if (int[INT.READY_HEAD] === int[INT.READY_TAIL]) int[INT.READY_HEAD] = int[INT.READY_TAIL] = 0;
    return h;
  }

  /** What was taken is dropped, or the room doubles. */
  private makeRoom(): void {
    const { int } = this.state;
    const head = int[INT.READY_HEAD]!;
    const tail = int[INT.READY_TAIL]!;
    int[INT.READY_HEAD] = 0;
    int[INT.READY_TAIL] = tail - head;
    if (head > tail >> 1) {
      this.handles.copyWithin(0, head, tail);
      return;
    }
    const waiting = this.handles.slice(head, tail);
    const capacity = int[INT.READY_CAPACITY]! * 2;
    this.state.int[INT.READY_CAPACITY] = capacity;
    this.at = this.memory.int32Table(capacity, (v) => (this.handles = v));
    this.handles.set(waiting);
    this.onMove();
  }
}
