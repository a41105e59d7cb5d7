import { rootKey0, rootKey1, type ArrivalProcess, type Key } from '../../scenarios/sampling/index.ts';
import type { Memory } from './memory.ts';

/** Arrival times worked out at a time; the kernel comes back for more. */
const BATCH = 256;
const ROW_BYTES = 64;

/**
 * A source of requests while it runs. What the kernel needs of it is in the memory: its arrival times,
 * a batch ahead, and in a row of 64 bytes
 *
 *     0   number of the next request (float64)
 *     8   entry, flow, register, key (2 words), place in the batch, length of the batch (int32)
 *     40  address of the batch (int32)
 */
export class Source {
  /** Address of the row, bytes. */
  readonly at: number;
  readonly root: string | null;
  private words!: Int32Array;
  private numbers!: Float64Array;
  private times!: Float64Array;
  /** The process as it was when it had given this many arrivals of the batch. */
  private before: ArrivalProcess;
  private given = 0;

  constructor(
    memory: Memory,
    readonly name: string,
    /** Arrivals as the scenario gives them, to tell whether a change of the design changed them. */
    readonly settings: string,
    private readonly key: Key,
    private process: ArrivalProcess,
    options: {
      readonly entry: number;
      readonly flow: number;
      /** Root of its requests, of a source that an event made; null: the design says where they begin. */
      readonly root: string | null;
      /** Value of register 1 of its requests. */
      readonly register: number;
      readonly sequence: number;
      /** Arrivals before this time are left out, ns. */
      readonly fromNs: number;
    },
  ) {
    this.root = options.root;
    this.at = memory.allocate(ROW_BYTES);
    const timesAt = memory.float64Table(BATCH, (v) => (this.times = v));
    memory.bind(() => {
      this.numbers = memory.float64(this.at, 1);
      this.words = memory.int32(this.at + 8, 9);
    });
    this.numbers[0] = options.sequence;
    this.words.set([options.entry, options.flow, options.register, key.key0, key.key1, 0, 0, 0, timesAt]);
    this.before = process;
    this.refill();
    while (this.next < options.fromNs) this.step();
  }

  /** Time of the next arrival, ns; Infinity when there is none. */
  get next(): number {
    return this.times[this.words[POSITION]!]!;
  }
  get entry(): number {
    return this.words[ENTRY]!;
  }
  set entry(pc: number) {
    this.words[ENTRY] = pc;
  }
  get flow(): number {
    return this.words[FLOW]!;
  }
  get register(): number {
    return this.words[REGISTER]!;
  }
  get sequence(): number {
    return this.numbers[0]!;
  }
  /** Key of the next request. */
  get key0(): number {
    return rootKey0(this.key, this.sequence);
  }
  get key1(): number {
    return rootKey1(this.key, this.sequence);
  }

  /** The next request has come: on to the one after it. */
  advance(): void {
    this.numbers[0]! += 1;
    this.step();
  }

  private step(): void {
    this.words[POSITION]! += 1;
    if (this.words[POSITION] === this.words[LENGTH]) this.refill();
  }

  /** Works out the next batch. */
  refill(): void {
    this.before = this.process.copy(this.before);
    this.given = 0;
    this.process.fill(this.times);
    this.words[POSITION] = 0;
    this.words[LENGTH] = BATCH;
  }

  /** Multiplies the base rate from `nowNs` on. */
  setMultiplier(nowNs: number, multiplier: number): void {
    // Back to the pending arrival: what was worked out beyond it is void.
    const process = this.before;
    for (let i = this.given; i <= this.words[POSITION]!; i++) process.next();
    this.process = process;
    const next = process.setMultiplier(nowNs, multiplier);
    this.before = process.copy();
    this.given = 1;
    this.times[0] = next;
    this.words[POSITION] = 0;
    this.words[LENGTH] = 1;
  }
}

const ENTRY = 0;
const FLOW = 1;
const REGISTER = 2;
const POSITION = 5;
const LENGTH = 6;
