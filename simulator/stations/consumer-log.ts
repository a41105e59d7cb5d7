import { NEXT, type FramePool } from '../engine/frames.ts';

/**
 * A partitioned log and the workers of one consumer group. Messages are frames, in order within a
 * partition; a partition feeds one worker, and a worker has one message or one batch in hand.
 * Partition i belongs to the (i mod alive)-th worker that is alive, so that workers beyond the number
 * of partitions stay idle, as in a Kafka consumer group.
 */
export class ConsumerLog {
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  /** First frame in hand of each worker (the leader of its batch), or 0. */
  readonly inHand: Int32Array;
  /** Rest of the batch in hand, linked by `next`. */
  private readonly followers: Int32Array;
  /** Partition that the batch in hand came from. */
  readonly partitionInHand: Int32Array;
  /** Instruction at which the batch in hand waited; where it waits again when it is redelivered. */
  readonly appendPc: Int32Array;
  /** What the message in hand of each worker carries (register 1 of its frame), for a redelivery. */
  readonly payload: Int32Array;
  /** Reasons for which nothing is taken from a partition for now: its leader is gone, its group rebalances. */
  private readonly stalls: Int32Array;
  private readonly turn: Int32Array;
  private alive: number[] = [];
  private readonly owner: Int32Array;
  private owned: number[][] = [];
  private readonly down: Uint8Array;
  /** Messages that wait, and that are accepted and not yet done. */
  waiting = 0;
  accepted = 0;

  constructor(
    private readonly frames: FramePool,
    readonly partitions: number,
    maximumWorkers: number,
    public workers: number,
    readonly batch: number,
    readonly capacity: number,
  ) {
    this.heads = new Int32Array(partitions);
    this.tails = new Int32Array(partitions);
    this.inHand = new Int32Array(maximumWorkers);
    this.followers = new Int32Array(maximumWorkers);
    this.partitionInHand = new Int32Array(maximumWorkers);
    this.appendPc = new Int32Array(maximumWorkers);
    this.payload = new Int32Array(maximumWorkers);
    this.stalls = new Int32Array(partitions);
    this.turn = new Int32Array(maximumWorkers);
    this.owner = new Int32Array(partitions);
    this.down = new Uint8Array(maximumWorkers);
    this.assign();
  }

  isFull(): boolean {
    return this.accepted >= this.capacity;
  }

  /** Puts a message at the end of its partition. Returns the worker that may take it now, or -1. */
  append(frame: number, partition: number): number {
    const int = this.frames.int;
    int[frame + NEXT] = 0;
    if (this.heads[partition] === 0) this.heads[partition] = frame;
    else int[this.tails[partition]! + NEXT] = frame;
    this.tails[partition] = frame;
    this.waiting++;
    const worker = this.stalls[partition]! > 0 ? -1 : this.owner[partition]!;
    return worker >= 0 && this.inHand[worker] === 0 ? worker : -1;
  }

  /** Puts a message back at the head of its partition: it is delivered again. */
  putBack(frame: number, partition: number): void {
    const int = this.frames.int;
    int[frame + NEXT] = this.heads[partition]!;
    if (this.heads[partition] === 0) this.tails[partition] = frame;
    this.heads[partition] = frame;
    this.waiting++;
  }

  /** First message that waits in a partition, or 0. */
  first(partition: number): number {
    return this.heads[partition]!;
  }

  /** Takes the first message of a partition out of the log, undone. */
  dropFirst(partition: number): number {
    const frame = this.heads[partition]!;
    this.heads[partition] = this.frames.int[frame + NEXT]!;
    if (this.heads[partition] === 0) this.tails[partition] = 0;
    this.waiting--;
    this.accepted--;
    return frame;
  }

  /** Gives an idle worker its next batch; returns its leader, or 0 when its partitions are empty. */
  take(worker: number): number {
    const owned = this.owned[worker];
    if (owned === undefined || this.down[worker] === 1 || worker >= this.workers) return 0;
    const int = this.frames.int;
    for (let i = 0; i < owned.length; i++) {
      const turn = (this.turn[worker]! + i) % owned.length;
      const partition = owned[turn]!;
      const leader = this.heads[partition]!;
      if (leader === 0 || this.stalls[partition]! > 0) continue;
      this.turn[worker] = (turn + 1) % owned.length;
      let last = leader;
      let size = 1;
      while (size < this.batch && int[last + NEXT] !== 0) {
        last = int[last + NEXT]!;
        size++;
      }
      this.heads[partition] = int[last + NEXT]!;
      if (this.heads[partition] === 0) this.tails[partition] = 0;
      int[last + NEXT] = 0;
      this.followers[worker] = int[leader + NEXT]!;
      this.inHand[worker] = leader;
      this.partitionInHand[worker] = partition;
      this.waiting -= size;
      return leader;
    }
    return 0;
  }

  /** Calls `visit` with the first frame of each partition and the first in each worker's hand. */
  visitOldest(visit: (frame: number) => void): void {
    for (const frame of this.heads) if (frame !== 0) visit(frame);
    for (const frame of this.inHand) if (frame !== 0) visit(frame);
  }

  /** First of the rest of a worker's batch; the others follow by `next`. */
  firstFollower(worker: number): number {
    return this.followers[worker]!;
  }

  /** Messages in the hands of all workers. */
  countInHand(): number {
    let count = 0;
    this.inHand.forEach((leader, worker) => {
      if (leader === 0) return;
      count += 1;
      for (let f = this.followers[worker]!; f !== 0; f = this.frames.int[f + NEXT]!) count += 1;
    });
    return count;
  }

  /** The worker is done, or crashed, with what it had in hand. */
  release(worker: number): void {
    this.inHand[worker] = 0;
    this.followers[worker] = 0;
  }

  /** Nothing is taken from the partition until each stall has ended. */
  stall(partition: number): void {
    this.stalls[partition]! += 1;
  }

  endStall(partition: number): void {
    this.stalls[partition]! -= 1;
  }

  /** Workers that there are, without those that are down. */
  workersUp(): number {
    let up = 0;
    for (let w = 0; w < this.workers; w++) if (this.down[w] === 0) up++;
    return up;
  }

  /** Partitions without a stall. */
  partitionsOpen(): number {
    return this.stalls.reduce((open, stalls) => (stalls === 0 ? open + 1 : open), 0);
  }

  isDown(worker: number): boolean {
    return this.down[worker] === 1;
  }

  setDown(worker: number, down: boolean): void {
    this.down[worker] = down ? 1 : 0;
  }

  /** The worker that a partition feeds; -1: none. */
  ownerOf(partition: number): number {
    return this.owner[partition]!;
  }

  /** The partition feeds this worker from now on; -1: none. */
  own(partition: number, worker: number): void {
    const before = this.owner[partition]!;
    if (before >= 0) this.owned[before] = this.owned[before]!.filter((other) => other !== partition);
    this.owner[partition] = worker;
    if (worker >= 0) this.owned[worker]!.push(partition);
  }

  /**
   * Owners by partition, among the workers that are alive: as even as can be, and otherwise as they are
   * (the sticky assignor of Kafka). -1 where none is alive.
   */
  plan(): readonly number[] {
    const alive = Array.from({ length: this.workers }, (_, worker) => worker).filter((w) => !this.isDown(w));
    const plan = Array<number>(this.partitions).fill(-1);
    if (alive.length === 0) return plan;
    const least = Math.floor(this.partitions / alive.length);
    let larger = this.partitions % alive.length;
    const count = new Map<number, number>();
    for (const worker of alive) {
      const owned = [...this.owned[worker]!].sort((a, b) => a - b);
      const share = owned.length > least && larger > 0 ? least + 1 : least;
      if (share > least) larger--;
      for (const partition of owned.slice(0, share)) plan[partition] = worker;
      count.set(worker, Math.min(owned.length, share));
    }
    const free = plan.flatMap((worker, partition) => (worker < 0 ? [partition] : []));
    for (const most of [least, least + 1])
      for (const worker of alive)
        while (count.get(worker)! < most && free.length > 0) {
          plan[free.shift()!] = worker;
          count.set(worker, count.get(worker)! + 1);
        }
    return plan;
  }

  /** Hands the partitions out anew among the workers that are alive. */
  assign(): void {
    this.alive = [];
    for (let w = 0; w < this.workers; w++) if (this.down[w] === 0) this.alive.push(w);
    this.owned = Array.from({ length: this.inHand.length }, () => []);
    this.owner.fill(-1);
    if (this.alive.length === 0) return;
    for (let p = 0; p < this.partitions; p++) {
      const worker = this.alive[p % this.alive.length]!;
      this.owner[p] = worker;
      this.owned[worker]!.push(p);
    }
  }
}
