import type { Memory } from '../engine/memory.ts';

/**
 * Instances of a target by outstanding calls, so that the least loaded one is found in constant time:
 * one doubly linked list an outstanding count, first in first out.
 */
export class Balancer {
  readonly outstanding: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** Head and tail of each list; grows with the highest count. */
  private heads: number[] = [-1];
  private tails: number[] = [-1];
  private lowest = 0;
  /** Kind of policy (0: in turn), instances, whose turn it is. */
  private row!: Int32Array;

  /** @param at Its row in the table of balancers, BALANCER_BYTES long. */
  constructor(
    private readonly policy: 'round-robin' | 'least-connections' | 'power-of-two' | 'random',
    private readonly instances: number,
    memory: Memory,
    at: number,
  ) {
    memory.bind(() => (this.row = memory.int32(at, 3)));
    this.row.set([policy === 'round-robin' ? 0 : 1, instances, 0]);
    this.outstanding = new Int32Array(instances);
    this.next = new Int32Array(instances).fill(-1);
    this.previous = new Int32Array(instances).fill(-1);
    for (let i = 0; i < instances; i++) this.link(i, 0);
  }

  /**
   * Chooses an instance, other than `previous` where there is one, and counts the call as outstanding.
   * `draw`: 32 random bits; `previous`: -1 for none.
   */
  pick(draw: number, previous: number): number {
    const instance = this.instances === 1 ? 0 : this.choose(draw, previous);
    this.move(instance, 1);
    return instance;
  }

  release(instance: number): void {
    this.move(instance, -1);
  }

  private choose(draw: number, previous: number): number {
    const n = this.instances;
    switch (this.policy) {
      case 'random': {
        const among = previous < 0 ? n : n - 1;
        const instance = Math.floor(draw * 2.3283064365386963e-10 * among);
        return previous >= 0 && instance >= previous ? instance + 1 : instance;
      }
      case 'round-robin': {
        let instance = this.row[TURN]!;
        if (instance === previous) instance = this.after(instance);
        this.row[TURN] = this.after(instance);
        return instance;
      }
      case 'power-of-two': {
        // Two different instances from the high and the low half of the bits (Mitzenmacher, 2001).
        const a = Math.floor(((draw >>> 16) / 65536) * n);
        let b = Math.floor(((draw & 0xffff) / 65536) * (n - 1));
        if (b >= a) b++;
        if (a === previous) return b;
        if (b === previous) return a;
        return this.outstanding[b]! < this.outstanding[a]! ? b : a;
      }
      case 'least-connections': {
        for (let count = this.lowest; ; count++)
          for (let instance = this.heads[count]!; instance !== -1; instance = this.next[instance]!)
            if (instance !== previous) return instance;
      }
    }
  }

  private after(instance: number): number {
    return instance + 1 === this.instances ? 0 : instance + 1;
  }

  private move(instance: number, delta: 1 | -1): void {
    if (this.policy === 'round-robin' || this.policy === 'random') return;
    const count = this.outstanding[instance]!;
    const now = count + delta;
    this.outstanding[instance] = now;
    if (this.policy !== 'least-connections') return;
    this.unlink(instance, count);
    this.link(instance, now);
    if (now < this.lowest) this.lowest = now;
    else while (this.heads[this.lowest] === -1) this.lowest++;
  }

  private link(instance: number, count: number): void {
    while (this.heads.length <= count) {
      this.heads.push(-1);
      this.tails.push(-1);
    }
    const tail = this.tails[count]!;
    this.previous[instance] = tail;
    this.next[instance] = -1;
    if (tail === -1) this.heads[count] = instance;
    else this.next[tail] = instance;
    this.tails[count] = instance;
  }

  private unlink(instance: number, count: number): void {
    const before = this.previous[instance]!;
    const after = this.next[instance]!;
    if (before === -1) this.heads[count] = after;
    else this.next[before] = after;
    if (after === -1) this.tails[count] = before;
    else this.previous[after] = before;
  }
}

export const BALANCER_BYTES = 16;
const TURN = 2;
