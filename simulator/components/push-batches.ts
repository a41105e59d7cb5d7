import type { NativeContext } from '../engine/native.ts';

/** Pushes that go to one shard in one pipeline: into whose feeds, where the cache tells users apart. */
export interface PushBatch {
  /** Commands of the pipeline. */
  readonly size: number;
  /** How many of them, the last ones, the shard answers with a redirection. */
  readonly redirected: number;
  /** Of the others: as FeedUsers codes them; null: any users. */
  readonly users: readonly number[] | null;
}

/** The batches under way to a cache, by the number that a call passes. */
export class PushBatches {
  private readonly batches = new Map<number, PushBatch>();
  private last = 0;

  add(batch: PushBatch): number {
    this.batches.set(++this.last, batch);
    return this.last;
  }
  /** Undefined: answered already, to a later attempt. */
  get(number: number): PushBatch | undefined {
    return this.batches.get(number);
  }
  delete(number: number): void {
    this.batches.delete(number);
  }
}

export const pushBatches = (run: NativeContext, cache: string): PushBatches =>
  run.state(`${cache}/push-batches`, () => new PushBatches());
