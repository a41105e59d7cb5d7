/**
 * One linear memory for everything that the loop of the machine touches, so that the kernel (kernel/)
 * and TypeScript work on the same bytes: frames, code, tables, stations, the pending-event set.
 *
 * Who owns something asks for a block and binds views to it. Growing the memory takes all views away:
 * every owner is told to take new ones. So a view in a local variable is good until the next call
 * that may allocate.
 */
export class Memory {
  private buffer: ArrayBuffer;
  private end = RESERVED_BYTES;
  private readonly owners: (() => void)[] = [];

  /** @param linear Memory that a kernel works on; null: TypeScript is alone. */
  constructor(readonly linear: LinearMemory | null = null) {
    this.buffer = linear === null ? new ArrayBuffer(PAGE) : linear.buffer;
  }

  /** Address of a new block of zeros, at the start of a cache line. */
  allocate(bytes: number): number {
    const address = this.end;
    this.end = Math.ceil((address + bytes) / LINE) * LINE;
    this.reach(this.end);
    return address;
  }

  /** Makes the last block longer, in place; false: it is not the last. */
  extend(address: number, bytes: number, newBytes: number): boolean {
    if (Math.ceil((address + bytes) / LINE) * LINE !== this.end) return false;
    this.end = Math.ceil((address + newBytes) / LINE) * LINE;
    this.reach(this.end);
    return true;
  }

  /** Calls `take` now, and again whenever the memory has grown, to take views. */
  bind(take: () => void): void {
    this.owners.push(take);
    take();
  }

  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.buffer, address, length);
  }

  /** A block of its own for a table; `take` gets its view, now and after growth. Returns the address. */
  int32Table(length: number, take: (view: Int32Array) => void): number {
    const address = this.allocate(length * 4);
    this.bind(() => take(this.int32(address, length)));
    return address;
  }

  float64Table(length: number, take: (view: Float64Array) => void): number {
    const address = this.allocate(length * 8);
    this.bind(() => take(this.float64(address, length)));
    return address;
  }

  private reach(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    // By a half more, so that growing stays rare; pages that nobody touches cost nothing.
    const pages = Math.ceil(Math.max(bytes, this.buffer.byteLength * 1.5) / PAGE);
    if (this.linear === null) {
      const buffer = new ArrayBuffer(pages * PAGE);
      new Uint8Array(buffer).set(new Uint8Array(this.buffer));
      this.buffer = buffer;
    } else {
      this.linear.grow(pages - this.buffer.byteLength / PAGE);
      this.buffer = this.linear.buffer;
    }
    for (const take of this.owners) take();
  }
}

/** What is used of a WebAssembly.Memory. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE = 65536;
const LINE = 64;
/** The first block is the state below. Address 0 is nothing, as handle 0 is no frame. */
export const STATE_ADDRESS = 64;
const STATE_BYTES = 512;
const RESERVED_BYTES = STATE_ADDRESS + STATE_BYTES;

/**
 * Scalars that the kernel shares, by index: Float64 words from STATE_ADDRESS on, Int32 words from
 * STATE_ADDRESS + 256 on. A test holds them together with the kernel's.
 */
export const FLOAT = {
  /** The clock, the next arrival, the time of a new frame, the end of the slice, ns. */
  NOW: 0,
  ARRIVAL: 1,
  START_TIME: 2,
  UNTIL: 3,
  /** No time-out before. */
  TIMEOUT_DUE: 4,
  /** How far the pending set may move on. */
  LIMIT: 5,
  CELL_END: 6,
  /** Bins a ns; number of the open bin; first bin beyond the fine wheel. */
  INVERSE: 7,
  OPEN_BIN: 8,
  WINDOW_END: 9,
  EVENTS: 10,
  LAST_EVENT: 11,
} as const;

export const INT = {
  FREE: 0,
  USED: 1,
  CAPACITY: 2,
  LIVE: 3,
  POSITION: 5,
  COUNT: 6,
  SIZE: 7,
  OPENED_BINS: 8,
  OPENED_EVENTS: 9,
  READY_HEAD: 10,
  READY_TAIL: 11,
  READY_CAPACITY: 12,
  /** Of the frame whose step the kernel leaves to TypeScript: handle, pc, caller not armed yet. */
  FRAME: 13,
  PC: 14,
  UNARMED: 15,
  /** Of the time-outs: number of the next bucket, how many are armed. */
  NEXT_BUCKET: 16,
  ARMED: 17,
  TRACE_MASK: 18,
  RUN_CAPACITY: 19,
  SOURCES: 20,
  DUE_SOURCE: 21,
} as const;

/** Views of the shared scalars. */
export class State {
  float!: Float64Array;
  int!: Int32Array;

  constructor(memory: Memory) {
    memory.bind(() => {
      this.float = memory.float64(STATE_ADDRESS, 32);
      this.int = memory.int32(STATE_ADDRESS + 256, 64);
    });
  }
}
