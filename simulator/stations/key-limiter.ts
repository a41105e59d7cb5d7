import type { Memory } from '../engine/memory.ts';
import type { LimiterSpec } from '../engine/model.ts';

/**
 * Rate limits of single keys: each key serves reads and writes first come, first served, one every
 * 1/rate seconds; whoever would wait longer than the queue's length in time is turned away.
 */
export class KeyLimiter {
  private readBusyUntil!: Float64Array;
  private writeBusyUntil!: Float64Array;
  /** Ns a read and a write, longest wait (ns), time of the next `enter` (ns; a double that is passed is boxed). */
  private numbers!: Float64Array;
  keys: number;

  /**
   * @param at Its row in the table of limiters, LIMITER_BYTES long: component, places of the times of reads
   *   and of writes (int32), then `numbers` (float64 from byte 16 on).
   */
  constructor(
    spec: LimiterSpec,
    readonly names: string[],
    memory: Memory,
    at: number,
  ) {
    this.keys = spec.names.length;
    const reads = memory.float64Table(this.keys + SPARE_KEYS, (v) => (this.readBusyUntil = v));
    const writes = memory.float64Table(this.keys + SPARE_KEYS, (v) => (this.writeBusyUntil = v));
    memory.int32(at, 3).set([spec.component, reads, writes]);
    memory.bind(() => (this.numbers = memory.float64(at + 16, 4)));
    this.numbers[WAIT] = spec.queueNs;
    this.setRates(spec.readsPerSecond, spec.writesPerSecond);
  }

  set now(time: number) {
    this.numbers[NOW] = time;
  }

  /** Wait in ns until the key serves this operation, or -1: its queue is full. */
  enter(key: number, write: boolean): number {
    const now = this.numbers[NOW]!;
    const until = write ? this.writeBusyUntil : this.readBusyUntil;
    const start = Math.max(now, until[key]!);
    if (start - now > this.numbers[WAIT]!) return -1;
    until[key] = start + this.numbers[write ? WRITE : READ]!;
    return Math.floor(start - now + 0.5);
  }

  setRates(readsPerSecond: number, writesPerSecond: number): void {
    this.numbers[READ] = 1e9 / readsPerSecond;
    this.numbers[WRITE] = 1e9 / writesPerSecond;
  }

  addKey(name: string): number {
    if (this.keys === this.readBusyUntil.length) throw new Error('More live posts than a run can hold.');
    this.names.push(name);
    return this.keys++;
  }
}

export const LIMITER_BYTES = 64;
const SPARE_KEYS = 64;
const READ = 0;
const WRITE = 1;
const WAIT = 2;
const NOW = 3;
