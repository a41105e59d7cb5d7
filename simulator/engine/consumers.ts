import { childKey0, childKey1, streamHash } from '../../scenarios/sampling/index.ts';
import { ConsumerLog } from '../stations/consumer-log.ts';
import { NOW, type Core } from './core.ts';
import {
  CHILD,
  FAILURE_MASK,
  FRAME_WORDS,
  IN_HAND,
  KEY0,
  KEY1,
  LEDGER,
  NEXT,
  PC,
  REGISTER,
  ROOT,
  START,
  STATUS,
  TIME,
} from './frames.ts';
import type { ConsumerControl } from './native.ts';
import type { Occupancy } from './occupancy.ts';
import type { LENGTH } from './program.ts';

const REDELIVERY = streamHash('redelivery');

/** Logs and the workers that take from them: append, take, commit, and what is delivered again. */
export class Consumers implements ConsumerControl {
  readonly logs: readonly ConsumerLog[];

  /** @param maximumWorkers That each log may ever have. */
  constructor(
    private readonly core: Core,
    private readonly occupancy: Occupancy,
    maximumWorkers: readonly number[],
  ) {
    this.logs = core.model.logs.map(
      (l, i) =>
        new ConsumerLog(core.frames, l.partitions, maximumWorkers[i]!, l.workers, l.batch, l.capacity),
    );
  }

  // ---- ConsumerControl: what the protocol of a group does to its workers ------------------------------

  count(log: number): number {
    return this.logs[log]!.workers;
  }
  isUp(log: number, worker: number): boolean {
    return !this.logs[log]!.isDown(worker);
  }
  stop(log: number, worker: number): void {
    this.setDown(log, worker, true);
    this.abandonBatch(log, worker);
  }
  retire(log: number, worker: number): void {
    this.setDown(log, worker, true);
  }
  start(log: number, worker: number): void {
    this.setDown(log, worker, false);
  }
  resume(log: number, worker: number): void {
    this.setDown(log, worker, false);
    this.wake(log);
  }
  stall(log: number, partition: number): void {
    this.logs[log]!.stall(partition);
    this.note(log);
  }
  endStall(log: number, partition: number): void {
    this.logs[log]!.endStall(partition);
    this.note(log);
    this.wake(log);
  }
  plan(log: number): readonly number[] {
    return this.logs[log]!.plan();
  }
  owner(log: number, partition: number): number {
    return this.logs[log]!.ownerOf(partition);
  }
  give(log: number, partition: number, worker: number): void {
    this.logs[log]!.own(partition, worker);
    this.wake(log);
  }
  isFull(log: number): boolean {
    return this.logs[log]!.isFull();
  }

  /** When the oldest message of a log that is not done was published, ns; Infinity when there is none. */
  oldestMessageNs(logIndex: number): number {
    let oldest = Infinity;
    this.logs[logIndex]!.visitOldest((h) => {
      oldest = Math.min(oldest, this.core.frames.float[(h >> 1) + START]!);
    });
    return oldest;
  }

  /** Workers `first` to `first + count - 1` of a log crash: what they have in hand is delivered again. */
  crash(logIndex: number, count: number): number[] {
    const log = this.logs[logIndex]!;
    const crashed: number[] = [];
    for (let w = 0; w < log.workers && crashed.length < count; w++) {
      if (log.isDown(w)) continue;
      log.setDown(w, true);
      crashed.push(w);
      this.abandonBatch(logIndex, w);
    }
    this.note(logIndex);
    this.assign(logIndex);
    return crashed;
  }

  restore(logIndex: number, workers: readonly number[]): void {
    for (const w of workers) this.logs[logIndex]!.setDown(w, false);
    this.note(logIndex);
    this.assign(logIndex);
  }

  setWorkers(logIndex: number, workers: number): void {
    if (this.logs[logIndex]!.workers === workers) return;
    this.resize(logIndex, workers);
    this.assign(logIndex);
  }

  /** Changes the number of workers, up to as many as the log may ever have. */
  resize(logIndex: number, wanted: number): void {
    const log = this.logs[logIndex]!;
    const workers = Math.min(wanted, log.inHand.length);
    const station = this.core.model.logs[logIndex]!.station;
    for (let w = workers; w < log.workers; w++) this.abandonBatch(logIndex, w);
    for (let p = 0; p < log.partitions; p++) if (log.ownerOf(p) >= workers) log.own(p, -1);
    log.workers = workers;
    this.occupancy.touch(station);
    this.core.recorder.setServers(station, workers, this.core.now);
    this.occupancy.capacity[station] = workers;
    this.note(logIndex);
  }

  /** How many workers of a log are there, and how many of its partitions they can take from. */
  note(logIndex: number): void {
    const log = this.logs[logIndex]!;
    const { name, station, stream } = this.core.model.logs[logIndex]!;
    this.core.observer.level(
      this.occupancy.component[station]!,
      'workers',
      name,
      log.workersUp(),
      this.core.now,
    );
    this.core.observer.level(stream, 'partitions', name, log.partitionsOpen(), this.core.now);
  }

  assign(logIndex: number): void {
    this.logs[logIndex]!.assign();
    this.wake(logIndex);
  }

  /** Workers with nothing in hand take what their partitions have. */
  private wake(logIndex: number): void {
    const log = this.logs[logIndex]!;
    for (let w = 0; w < log.workers; w++) if (log.inHand[w] === 0) this.takeNext(logIndex, w);
  }

  private setDown(logIndex: number, worker: number, down: boolean): void {
    this.logs[logIndex]!.setDown(worker, down);
    this.note(logIndex);
  }

  private abandonBatch(logIndex: number, worker: number): void {
    const log = this.logs[logIndex]!;
    const leader = log.inHand[worker]!;
    if (leader === 0) return;
    const partition = log.partitionInHand[worker]!;
    const batch: number[] = [];
    for (let f = log.firstFollower(worker); f !== 0; f = this.core.frames.int[f + NEXT]!) batch.push(f);
    const station = this.core.model.logs[logIndex]!.station;
    const { books } = this.core.recorder;
    // The whole batch goes back in order: the leader, as a new frame, comes to the head last.
    for (const frame of batch.reverse()) {
      const row = this.core.frames.int[frame + LEDGER]!;
      if (row !== 0) this.core.spans?.putBack(row, row, this.queueCellOf(logIndex), this.core.now);
      log.putBack(frame, partition);
      books.before[station]! += this.core.now - this.core.frames.float[frame >> 1]!;
    }
    const again = this.redeliver(leader, log.appendPc[worker]!, log.payload[worker]!, logIndex);
    log.putBack(again, partition);
    books.abandoned[this.occupancy.component[station]!]! += batch.length + 1;
    books.served[station]! += this.core.now;
    this.occupancy.touch(station);
    this.occupancy.occupied[station]! -= 1;
    this.occupancy.queued[station]! += batch.length + 1;
    log.release(worker);
  }

  /** A new frame for the message that a crashed worker had in hand; the old frame's work is dropped. */
  private redeliver(old: number, append: number, payload: number, logIndex: number): number {
    const frame = this.core.allocate();
    const { int, float } = this.core.frames;
    const key0 = int[old + KEY0]!;
    const key1 = int[old + KEY1]!;
    int.copyWithin(frame, old, old + FRAME_WORDS);
    int[frame + PC] = append;
    int[frame + KEY0] = childKey0(key0, key1, REDELIVERY);
    int[frame + KEY1] = childKey1(key0, key1, REDELIVERY);
    int[frame + STATUS] = int[old + STATUS]! & ROOT;
    int[frame + CHILD] = 0;
    int[frame + REGISTER + 1] = payload;
    const row = int[old + LEDGER]!;
    int[frame + LEDGER] = row === 0 ? 0 : this.core.openRow(this.core.now);
    if (row !== 0)
      this.core.spans?.putBack(row, int[frame + LEDGER]!, this.queueCellOf(logIndex), this.core.now);
    float[(frame >> 1) + TIME] = this.core.now;
    this.core.kill(old);
    return frame;
  }

  /** Entry of a ledger row for the wait in a log, at the component that takes from it. */
  private queueCellOf(logIndex: number): number {
    return 1 + this.occupancy.component[this.core.model.logs[logIndex]!.station]! * 5;
  }

  append(logIndex: number, h: number, partition: number): void {
    const now = this.core.clock[NOW]!;
    const log = this.logs[logIndex]!;
    const spec = this.core.model.logs[logIndex]!;
    this.core.frames.float[(h >> 1) + TIME] = now;
    const row = this.core.frames.int[h + LEDGER]!;
    if (row !== 0) this.core.spans?.wait(row, this.queueCellOf(logIndex), now);
    log.accepted++;
    this.core.recorder.changeBacklog(spec.stream, 1, now);
    this.occupancy.touch(spec.station);
    this.occupancy.queued[spec.station]! += 1;
    const worker = log.append(h, partition);
    if (worker >= 0) this.takeNext(logIndex, worker);
  }

  private takeNext(logIndex: number, worker: number): void {
    const now = this.core.clock[NOW]!;
    const log = this.logs[logIndex]!;
    const leader = log.take(worker);
    if (leader === 0) return;
    const { int, float } = this.core.frames;
    const spec = this.core.model.logs[logIndex]!;
    const { station } = spec;
    this.occupancy.touch(station);
    this.occupancy.occupied[station]! += 1;
    const { books } = this.core.recorder;
    books.served[station]! -= now;
    const wait = this.core.recorder.components[this.occupancy.component[station]!]!.wait;
    for (let f = leader; f !== 0; f = f === leader ? log.firstFollower(worker) : int[f + NEXT]!) {
      this.occupancy.queued[station]! -= 1;
      const waited = now - float[(f >> 1) + TIME]!;
      wait.record(waited);
      books.waited[station]! += waited;
      const row = int[f + LEDGER]!;
      if (row === 0) continue;
      const cell = this.queueCellOf(logIndex);
      this.core.ledger.rows[row + cell]! += waited;
      this.core.spans?.take(row, now);
      if (f !== leader) this.core.spans?.wait(row, cell + 1, now);
    }
    const pc = int[leader + PC]!;
    log.appendPc[worker] = pc;
    log.payload[worker] = int[leader + REGISTER + 1]!;
    int[leader + REGISTER + this.core.code[pc + 4]!] = worker;
    int[leader + STATUS]! |= IN_HAND;
    this.core.resumeAt(leader, now, pc + (5 satisfies (typeof LENGTH)['APPEND']));
  }

  dropOldest(logIndex: number): void {
    const { int, float } = this.core.frames;
    const log = this.logs[logIndex]!;
    const { stream, station } = this.core.model.logs[logIndex]!;
    let oldest = -1;
    for (let p = 0; p < log.partitions; p++) {
      const head = log.first(p);
      if (head === 0) continue;
      if (oldest < 0 || float[(head >> 1) + START]! < float[(log.first(oldest) >> 1) + START]!) oldest = p;
    }
    if (oldest < 0) return;
    const h = log.dropFirst(oldest);
    this.core.recorder.changeBacklog(stream, -1, this.core.now);
    this.occupancy.touch(station);
    this.occupancy.queued[station]! -= 1;
    this.core.recorder.books.gaveUp[station]! += this.core.now - float[h >> 1]!;
    const pc = int[h + PC]!;
    int[h + REGISTER + this.core.code[pc + 4]!] = -1;
    if (int[h + LEDGER] !== 0) this.core.spans?.resume(int[h + LEDGER]!, this.core.now);
    this.core.resumeAt(h, this.core.now, pc + (5 satisfies (typeof LENGTH)['APPEND']));
  }

  commit(logIndex: number, worker: number, h: number, pc: number): void {
    const now = this.core.clock[NOW]!;
    const log = this.logs[logIndex]!;
    const spec = this.core.model.logs[logIndex]!;
    this.core.frames.int[h + STATUS]! &= ~IN_HAND;
    const lag = this.core.recorder.components[spec.stream]!.lag!;
    lag.record(now - this.core.frames.float[(h >> 1) + START]!);
    let done = 1;
    for (let f = log.firstFollower(worker); f !== 0;) {
      // Taken anew each time: to go on with a frame may move the memory.
      const { int, float } = this.core.frames;
      const next = int[f + NEXT]!;
      lag.record(now - float[(f >> 1) + START]!);
      // A batch fails as a whole.
      int[f + STATUS] = int[f + STATUS]! | (int[h + STATUS]! & FAILURE_MASK);
      const row = int[f + LEDGER]!;
      if (row !== 0) {
        const cell = this.queueCellOf(logIndex);
        const waited = this.core.ledger.rows[row + cell]!;
        this.core.ledger.rows[row + cell + 1]! += now - float[(f >> 1) + START]! - waited;
        this.core.spans?.resume(row, now);
      }
      this.core.resumeAt(f, now, pc + (3 satisfies (typeof LENGTH)['COMMIT']));
      done++;
      f = next;
    }
    log.accepted -= done;
    this.core.recorder.changeBacklog(spec.stream, -done, now);
    this.occupancy.touch(spec.station);
    this.core.recorder.books.served[spec.station]! += now;
    this.occupancy.occupied[spec.station]! -= 1;
    this.core.recorder.finished[spec.station]! += done;
    log.release(worker);
    this.takeNext(logIndex, worker);
  }
}
