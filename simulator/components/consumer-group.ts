import type { NativeContext } from '../engine/native.ts';

const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9);

export interface GroupSettings {
  readonly sessionTimeoutSeconds: number;
  readonly rebalanceSeconds: number;
  readonly firstJoinSeconds: number;
  readonly membership: 'dynamic' | 'static';
  readonly rebalancing: 'eager' | 'cooperative';
}

type GroupContext = Pick<NativeContext, 'now' | 'after' | 'consumers'>;

/**
 * The members of a Kafka consumer group and who of them has which partitions. The coordinator hands
 * partitions out anew when a member joins, leaves, or has been silent for its session time-out. A member
 * that fell silent is waited for until its session ends, even when its successor has joined meanwhile.
 *
 * - Eager rebalancing: until that is done nobody of the group takes anything.
 * - Cooperative (KIP-429): members keep what they will keep. What moves is given up in a first round and
 *   handed over in a second, and nobody takes from it in between.
 * - Static members (KIP-345) do not say good-bye, and one that is back within its session has its
 *   partitions again without a rebalance.
 */
export class ConsumerGroup {
  /** When the session of each silent member ends, ns. */
  private readonly silent = new Map<number, number>();
  private readonly stalled = new Set<number>();
  private rebalancing = false;
  private turn = 0;
  /** Members that there are to be once the sessions of those that go have ended; null: as many as there are. */
  private nextSize: number | null = null;

  constructor(
    private readonly run: GroupContext,
    private readonly log: number,
    private readonly partitions: number,
    private readonly settings: GroupSettings,
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
    const session = nanoseconds(this.settings.sessionTimeoutSeconds);
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

  /** They end; what they still had in hand is delivered again. */
  leave(workers: readonly number[]): void {
    if (this.settings.membership === 'static') return this.crash(workers);
    for (const worker of workers) {
      this.run.consumers.stop(this.log, worker);
      this.disown(worker);
    }
    this.rebalance(0);
  }

  /** They are there (again). Those that are up already are left alone. */
  join(workers: readonly number[]): void {
    const { consumers } = this.run;
    const joining = workers.filter((worker) => !consumers.isUp(this.log, worker));
    const back = joining.filter((worker) => this.isExpected(worker));
    for (const worker of back) {
      this.silent.delete(worker);
      consumers.resume(this.log, worker);
    }
    // Whoever waits for their sessions need not any longer.
    if (back.length > 0 && this.rebalancing) this.rebalance(0);
    const others = joining.filter((worker) => !back.includes(worker));
    if (others.length === 0) return;
    const empty = this.members().length === 0 && this.silent.size === 0;
    for (const worker of others) {
      this.disown(worker);
      consumers.start(this.log, worker);
    }
    const { firstJoinSeconds, rebalanceSeconds } = this.settings;
    this.rebalance(empty ? firstJoinSeconds - rebalanceSeconds : 0);
  }

  /** There are to be so many members. */
  resize(workers: number): void {
    const { consumers } = this.run;
    const before = consumers.count(this.log);
    if (workers < before && this.settings.membership === 'static') {
      this.nextSize = workers;
      return this.crash(Array.from({ length: before - workers }, (_, i) => workers + i));
    }
    this.rebalance(0);
    consumers.resize(this.log, workers);
  }

  private isExpected(worker: number): boolean {
    return this.settings.membership === 'static' && (this.silent.get(worker) ?? 0) > this.run.now();
  }

  /** In the eager protocol all partitions are handed out anew in any case. */
  private disown(worker: number): void {
    if (this.settings.rebalancing === 'eager') return;
    const { consumers } = this.run;
    for (let p = 0; p < this.partitions; p++)
      if (consumers.owner(this.log, p) === worker) consumers.give(this.log, p, -1);
  }

  private rebalance(extraSeconds: number): void {
    const { run } = this;
    this.rebalancing = true;
    if (this.settings.rebalancing === 'eager') for (let p = 0; p < this.partitions; p++) this.stall(p);
    const now = run.now();
    const everyoneNs = Math.max(now, ...this.silent.values());
    this.inTurn(everyoneNs - now + nanoseconds(this.settings.rebalanceSeconds + extraSeconds), () =>
      this.settle(),
    );
  }

  /** Later, unless another rebalance begins before. */
  private inTurn(delayNs: number, action: () => void): void {
    const turn = ++this.turn;
    this.run.after(delayNs, () => {
      if (turn === this.turn) action();
    });
  }

  private settle(): void {
    const { consumers } = this.run;
    this.rebalancing = false;
    this.silent.clear();
    if (this.nextSize !== null) consumers.resize(this.log, this.nextSize);
    this.nextSize = null;
    if (this.settings.rebalancing === 'cooperative') return this.handOver();
    consumers.assign(this.log);
    for (let p = 0; p < this.partitions; p++) this.endStall(p);
  }

  /** What nobody has is given out; what a member is to give up, in another round. */
  private handOver(): void {
    const { consumers } = this.run;
    const { log } = this;
    const plan = consumers.plan(log);
    const revoked = plan.flatMap((worker, p) => {
      const owner = consumers.owner(log, p);
      return owner >= 0 && owner !== worker && consumers.isUp(log, owner) && !this.stalled.has(p) ? [p] : [];
    });
    const give = (partition: number): void => {
      if (consumers.owner(log, partition) !== plan[partition]!)
        consumers.give(log, partition, plan[partition]!);
      this.endStall(partition);
    };
    for (let p = 0; p < this.partitions; p++) if (!revoked.includes(p)) give(p);
    if (revoked.length === 0) return;
    for (const partition of revoked) this.stall(partition);
    this.inTurn(nanoseconds(this.settings.rebalanceSeconds), () => revoked.forEach(give));
  }

  private stall(partition: number): void {
    if (this.stalled.has(partition)) return;
    this.stalled.add(partition);
    this.run.consumers.stall(this.log, partition);
  }

  private endStall(partition: number): void {
    if (this.stalled.delete(partition)) this.run.consumers.endStall(this.log, partition);
  }
}
