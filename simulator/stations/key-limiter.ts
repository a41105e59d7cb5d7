import type { LimiterSpec } from '../engine/model.ts';

/**
 * Rate limits of single keys: each key serves reads and writes first come, first served, one every
 * 1/rate seconds; whoever would wait longer than the queue's length in time is turned away.
 */
export class KeyLimiter {
  private readBusyUntil: Float64Array;
  private writeBusyUntil: Float64Array;
  private readNs: number;
  private writeNs: number;
  keys: number;

  constructor(
    private readonly spec: LimiterSpec,
    readonly names: string[],
  ) {
    this.keys = spec.names.length;
    this.readBusyUntil = new Float64Array(this.keys + 64);
    this.writeBusyUntil = new Float64Array(this.keys + 64);
    this.readNs = 1e9 / spec.readsPerSecond;
    this.writeNs = 1e9 / spec.writesPerSecond;
  }

  /** Time of the next `enter`, ns; a double that is passed is boxed. */
  readonly now = new Float64Array(1);

  /** Wait in ns until the key serves this operation, or -1: its queue is full. */
  enter(key: number, write: boolean): number {
    const now = this.now[0]!;
    const until = write ? this.writeBusyUntil : this.readBusyUntil;
    const start = Math.max(now, until[key]!);
    if (start - now > this.spec.queueNs) return -1;
    until[key] = start + (write ? this.writeNs : this.readNs);
    return Math.floor(start - now + 0.5);
  }

  setRates(readsPerSecond: number, writesPerSecond: number): void {
    this.readNs = 1e9 / readsPerSecond;
    this.writeNs = 1e9 / writesPerSecond;
  }

  addKey(name: string): number {
    if (this.keys === this.readBusyUntil.length) throw new Error('More live posts than a run can hold.');
    this.names.push(name);
    return this.keys++;
  }
}
