/** When a shard is not asked any more, and for how long. */
export interface BreakerLimits {
  /** Errors in a row that open the circuit. */
  readonly failures: number;
  /** How long it stays open; then one call may try. */
  readonly openMs: number;
}

/**
 * One circuit breaker a shard (Nygard 2007, "Release It!", Circuit Breaker): a shard that fails is not waited
 * for by every request, and the others are not concerned.
 *
 * Own code, because it lies in the path of every feed read and must not cost a timer, a promise or an event.
 */
export class Breakers {
  readonly #limits: BreakerLimits;
  readonly #now: () => number;
  readonly #shards = new Map<string, { failures: number; closedAgainMs: number }>();

  constructor(limits: BreakerLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Whether to ask the shard now. Of those who come after `openMs`, one is let through until it has an answer. */
  allows(shard: string): boolean {
    const state = this.#shards.get(shard);
    if (state === undefined || state.failures < this.#limits.failures) return true;
    const now = this.#now();
    if (now < state.closedAgainMs) return false;
    state.closedAgainMs = now + this.#limits.openMs;
    return true;
  }

  succeeded(shard: string): void {
    if (this.#shards.size > 0) this.#shards.delete(shard);
  }

  failed(shard: string): void {
    const state = this.#shards.get(shard) ?? { failures: 0, closedAgainMs: 0 };
    state.failures += 1;
    if (state.failures >= this.#limits.failures) state.closedAgainMs = this.#now() + this.#limits.openMs;
    this.#shards.set(shard, state);
  }
}
