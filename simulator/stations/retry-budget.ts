const BUCKETS = 10;
const BUCKET_NS = 1e9;

/** Lets retries through while retries / calls over the last 10 s stay within a ratio. */
export class RetryBudget {
  private readonly calls = new Float64Array(BUCKETS);
  private readonly retries = new Float64Array(BUCKETS);
  private bucket = 0;

  constructor(private readonly ratio: number) {}

  countCall(now: number): void {
    this.turnTo(now);
    this.calls[this.bucket % BUCKETS]! += 1;
  }

  /** True, and counted, when one more retry is within the budget. */
  tryRetry(now: number): boolean {
    this.turnTo(now);
    let calls = 0;
    let retries = 1;
    for (let i = 0; i < BUCKETS; i++) {
      calls += this.calls[i]!;
      retries += this.retries[i]!;
    }
    if (retries > this.ratio * calls) return false;
    this.retries[this.bucket % BUCKETS]! += 1;
    return true;
  }

  private turnTo(now: number): void {
    const bucket = Math.floor(now / BUCKET_NS);
    const steps = Math.min(BUCKETS, bucket - this.bucket);
    for (let i = 0; i < steps; i++) {
      this.calls[(bucket - i) % BUCKETS] = 0;
      this.retries[(bucket - i) % BUCKETS] = 0;
    }
    this.bucket = bucket;
  }
}
