import type { ConfigOf } from '../../scenarios/index.ts';
import type { InstancePool } from './instance-pool.ts';

type Settings = ConfigOf<'ReadLB'>;

const NS_PER_SECOND = 1e9;
const TWO_TO_MINUS_16 = 1 / 65536;
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/**
 * What one load balancer knows of the instances of one service: requests outstanding, the last checks,
 * errors in a row; and by the policy, the next one to send a request to. It takes out what fails
 * `fall` checks in a row (HAProxy), and for a while what fails `consecutiveErrors` requests in a row
 * (Envoy's outlier detection).
 */
export class InstanceBalancer {
  private readonly outstanding: Int32Array;
  private readonly up: Uint8Array;
  /** Checks in a row that contradict `up`. */
  private readonly contradictions: Int32Array;
  private readonly errors: Int32Array;
  private readonly ejections: Int32Array;
  private readonly ejectedUntil: Float64Array;
  /** Instances that may be chosen, in order, and until when nothing known changes that. */
  private eligible: number[] = [];
  private eligibleVersion = -1;
  private eligibleUntil = 0;
  private turn = -1;

  constructor(private readonly pool: InstancePool) {
    const n = pool.instances;
    this.outstanding = new Int32Array(n);
    this.up = new Uint8Array(n).fill(1);
    this.contradictions = new Int32Array(n);
    this.errors = new Int32Array(n);
    this.ejections = new Int32Array(n);
    this.ejectedUntil = new Float64Array(n);
  }

  /**
   * The instance for the next request, counted as outstanding; -1: there is none. `draw`: 32 random bits.
   * Another than `previous` where there is one; -1: none was tried before.
   */
  pick(settings: Settings, nowNs: number, draw: number, previous: number): number {
    if (this.eligibleVersion !== this.pool.version || nowNs >= this.eligibleUntil) this.list(nowNs);
    const others = previous < 0 ? [] : this.eligible.filter((instance) => instance !== previous);
    const among = others.length === 0 ? this.eligible : others;
    if (among.length === 0) return -1;
    const instance = this.choose(among, settings.policy, draw);
    this.outstanding[instance]! += 1;
    return instance;
  }

  /** The request to an instance has ended. */
  release({ ejection }: Settings, nowNs: number, instance: number, failed: boolean): void {
    this.outstanding[instance]! -= 1;
    if (ejection === null) return;
    if (!failed) {
      this.errors[instance] = 0;
      return;
    }
    this.errors[instance]! += 1;
    if (this.errors[instance]! < ejection.consecutiveErrors || nowNs < this.ejectedUntil[instance]!) return;
    let ejected = 1;
    for (const until of this.ejectedUntil) if (nowNs < until) ejected++;
    if (ejected > Math.max(1, Math.floor(ejection.maximumRatio * this.pool.count))) return;
    this.errors[instance] = 0;
    this.ejections[instance]! += 1;
    this.ejectedUntil[instance] = nowNs + ejection.baseSeconds * this.ejections[instance]! * NS_PER_SECOND;
    this.eligibleUntil = 0;
  }

  /** A check of an instance has ended. */
  checked({ healthCheck }: Settings, instance: number, passed: boolean): void {
    if (healthCheck === null) return;
    if (passed === (this.up[instance] === 1)) {
      this.contradictions[instance] = 0;
      return;
    }
    this.contradictions[instance]! += 1;
    if (this.contradictions[instance]! < (passed ? healthCheck.rise : healthCheck.fall)) return;
    this.contradictions[instance] = 0;
    this.up[instance] = passed ? 1 : 0;
    this.eligibleUntil = 0;
  }

  private list(nowNs: number): void {
    this.eligible = [];
    this.eligibleUntil = Infinity;
    this.eligibleVersion = this.pool.version;
    for (let i = 0; i < this.pool.instances; i++) {
      if (!this.pool.serves(i) || this.up[i] === 0) continue;
      const until = this.ejectedUntil[i]!;
      if (nowNs >= until) this.eligible.push(i);
      else this.eligibleUntil = Math.min(this.eligibleUntil, until);
    }
  }

  private choose(eligible: readonly number[], policy: Settings['policy'], draw: number): number {
    const { outstanding } = this;
    const n = eligible.length;
    switch (policy) {
      case 'random':
        return eligible[Math.floor(draw * TWO_TO_MINUS_32 * n)]!;
      case 'power-of-two': {
        // Two different ones from the high and the low half of the bits (Mitzenmacher, 2001).
        const a = Math.floor((draw >>> 16) * TWO_TO_MINUS_16 * n);
        if (n === 1) return eligible[a]!;
        let b = Math.floor((draw & 0xffff) * TWO_TO_MINUS_16 * (n - 1));
        if (b >= a) b++;
        return outstanding[eligible[b]!]! < outstanding[eligible[a]!]! ? eligible[b]! : eligible[a]!;
      }
      case 'round-robin':
        return (this.turn = eligible[after(eligible, this.turn)]!);
      case 'least-connections': {
        // Of those with the fewest, the next in turn.
        const first = after(eligible, this.turn);
        let best = first;
        for (let k = 1; k < n; k++) {
          const i = first + k < n ? first + k : first + k - n;
          if (outstanding[eligible[i]!]! < outstanding[eligible[best]!]!) best = i;
        }
        return (this.turn = eligible[best]!);
      }
    }
  }
}

/** Place in the list of the first instance behind the given one, in a circle. */
function after(instances: readonly number[], instance: number): number {
  let low = 0;
  let high = instances.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instances[middle]! <= instance) low = middle + 1;
    else high = middle;
  }
  return low === instances.length ? 0 : low;
}
