import type { NativeContext } from '../engine/native.ts';

const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9);

export interface GroupTiming {
  readonly sessionTimeoutSeconds: number;
  readonly rebalanceSeconds: number;
  readonly firstJoinSeconds: number;
}

type GroupContext = Pick<NativeContext, 'now' | 'after' | 'consumers'>;

/**
 * The members of a Kafka consumer group and who of them has which partitions. The coordinator hands
 * partitions out anew when a member joins, leaves, or has been silent for its session time-out; until
 * that is done nobody of the group takes anything (the eager protocol). A member that fell silent is
 * waited for until its session ends, even when its successor has joined meanwhile.
 */
export class ConsumerGroup {
  /** When the session of each silent member ends, ns. */
  private readonly silent = new Map<number, number>();
  private rebalancing = false;
  private turn = 0;

  constructor(
    private readonly run: GroupContext,
    private readonly log: number,
    private readonly partitions: number,
    private readonly timing: GroupTiming,
  ) {}

  /** Workers that are up now, by number. */
  members(): number[] {
    const { consumers } = this.run;
    return Array.from({ length: consumers.count(this.log) }, (_, worker) => worker).filter((worker) =>
      consumers.isUp(this.log, worker),
    );
  }

  /** They stop without a word. */
  crash(workers: readonly number[]): void {
    const { run, log } = this;
    const session = nanoseconds(this.timing.sessionTimeoutSeconds);
    for (const worker of workers) {
      run.consumers.stop(log, worker);
      this.silent.set(worker, run.now() + session);
    }
    run.after(session, () => {
      if ([...this.silent.values()].some((endsNs) => endsNs <= run.now())) this.rebalance(0);
    });
  }

  /** They take nothing new from now on, and finish what they have in hand. */
  drain(workers: readonly number[]): void {
    for (const worker of workers) this.run.consumers.retire(this.log, worker);
  }

  /** They say good-bye; what they still had in hand is delivered again. */
  leave(workers: readonly number[]): void {
    for (const worker of workers) this.run.consumers.stop(this.log, worker);
    this.rebalance(0);
  }

  /** They are there (again). Those that are up already are left alone. */
  join(workers: readonly number[]): void {
    const { consumers } = this.run;
    const joining = workers.filter((worker) => !consumers.isUp(this.log, worker));
    if (joining.length === 0) return;
    const empty = this.members().length === 0 && this.silent.size === 0;
    for (const worker of joining) consumers.start(this.log, worker);
    this.rebalance(empty ? this.timing.firstJoinSeconds - this.timing.rebalanceSeconds : 0);
  }

  /** Pauses the group while `change` makes it larger or smaller. */
  resize(change: () => void): void {
    this.rebalance(0);
    change();
  }

  private rebalance(extraSeconds: number): void {
    const { run } = this;
    if (!this.rebalancing) {
      this.rebalancing = true;
      for (let p = 0; p < this.partitions; p++) run.consumers.stall(this.log, p);
    }
    const turn = ++this.turn;
    const now = run.now();
    const everyoneNs = Math.max(now, ...this.silent.values());
    run.after(everyoneNs - now + nanoseconds(this.timing.rebalanceSeconds + extraSeconds), () => {
      if (turn === this.turn) this.finish();
    });
  }

  private finish(): void {
    const { consumers } = this.run;
    this.rebalancing = false;
    this.silent.clear();
    consumers.assign(this.log);
    for (let p = 0; p < this.partitions; p++) consumers.endStall(this.log, p);
  }
}
