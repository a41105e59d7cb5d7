import type { CircuitBreaker as Settings } from '../../scenarios/index.ts';

const NS_PER_SECOND = 1e9;
const BUCKETS = 10;

/**
 * A circuit breaker (Nygard, Release It!, 2007): closed until the share of failures in the sliding
 * window, of at least `minimumCalls`, reaches `failureRatio`; then open for `openMs`; then it lets
 * `halfOpenCalls` through and closes when all succeed, or opens again at the first failure.
 * The window is ten buckets long.
 */
export class CircuitBreaker {
  private state: 'closed' | 'open' | 'half-open' = 'closed';
  private openUntil = 0;
  private probesStarted = 0;
  private probesSucceeded = 0;
  private readonly calls = new Float64Array(BUCKETS);
  private readonly failures = new Float64Array(BUCKETS);
  private bucket = 0;
  private readonly bucketNs: number;

  constructor(private readonly settings: Settings) {
    this.bucketNs = (settings.windowSeconds * NS_PER_SECOND) / BUCKETS;
  }

  /** May a call start now? */
  enter(now: number): boolean {
    if (this.state === 'open') {
      if (now < this.openUntil) return false;
      this.state = 'half-open';
      this.probesStarted = 0;
      this.probesSucceeded = 0;
    }
    if (this.state === 'closed') return true;
    if (this.probesStarted >= this.settings.halfOpenCalls) return false;
    this.probesStarted++;
    return true;
  }

  /** Records the outcome of a call that was let in. */
  leave(now: number, success: boolean): void {
    if (this.state === 'open') return;
    if (this.state === 'half-open') {
      if (!success) return this.open(now);
      this.probesSucceeded++;
      if (this.probesSucceeded >= this.settings.halfOpenCalls) {
        this.state = 'closed';
        this.calls.fill(0);
        this.failures.fill(0);
      }
      return;
    }
    this.turnTo(Math.floor(now / this.bucketNs));
    const slot = this.bucket % BUCKETS;
    this.calls[slot]! += 1;
    if (success) return;
    this.failures[slot]! += 1;
    let calls = 0;
    let failures = 0;
    for (let i = 0; i < BUCKETS; i++) {
      calls += this.calls[i]!;
      failures += this.failures[i]!;
    }
    if (calls >= this.settings.minimumCalls && failures >= this.settings.failureRatio * calls) this.open(now);
  }

  private open(now: number): void {
    this.state = 'open';
    this.openUntil = now + this.settings.openMs * 1e6;
    this.calls.fill(0);
    this.failures.fill(0);
  }

  private turnTo(bucket: number): void {
    const steps = Math.min(BUCKETS, bucket - this.bucket);
    for (let i = 0; i < steps; i++) {
      this.calls[(bucket - i) % BUCKETS] = 0;
      this.failures[(bucket - i) % BUCKETS] = 0;
    }
    this.bucket = bucket;
  }
}
