import type { Alarms } from './alarms.ts';
import { NOW, type Core } from './core.ts';
import { EarlyReleases } from './early-releases.ts';
import { IN_HAND, KEY0, LEDGER, NEXT, PARENT, PC, START, STATUS, TIME } from './frames.ts';
import type { Occupancy } from './occupancy.ts';
import type { LENGTH } from './program.ts';

/** Stations whose servers are held (threads, connections): tokens, and a queue by priority for those who wait for one. */
export class TokenStations {
  readonly early: EarlyReleases;
  readonly queueCapacity: Float64Array;
  /** Where the queues of each station begin, and how many it has. */
  private readonly queueAt: Int32Array;
  private readonly priorities: Int32Array;
  private readonly queueHead: Int32Array;
  private readonly queueTail: Int32Array;

  constructor(
    private readonly core: Core,
    private readonly occupancy: Occupancy,
    private readonly alarms: Alarms,
  ) {
    const { stations } = core.model;
    this.queueCapacity = Float64Array.from(stations, (s) => s.queueCapacity);
    this.priorities = Int32Array.from(stations, (s) => s.priorities);
    this.queueAt = new Int32Array(stations.length);
    let queues = 0;
    stations.forEach((station, i) => {
      this.queueAt[i] = queues;
      queues += station.priorities;
    });
    this.queueHead = new Int32Array(queues);
    this.queueTail = new Int32Array(queues);
    this.early = new EarlyReleases(
      core.memory,
      stations.map((s) => (s.mode === 'tokens' ? s.servers : 0)),
    );
  }

  /** After a change of the number of servers: those that wait take what is free. */
  serveWaiting(station: number): void {
    const { occupancy } = this;
    while (occupancy.occupied[station]! < occupancy.capacity[station]! && occupancy.queued[station]! > 0) {
      occupancy.occupied[station]! += 1;
      this.serveNext(station);
    }
  }

  /** First frame of each queue of a station; 0: none. */
  queuesOf(station: number): Int32Array {
    const at = this.queueAt[station]!;
    return this.queueHead.subarray(at, at + this.priorities[station]!);
  }

  /** The longest waiting frame of the most urgent class enters service; its token is already taken. */
  private serveNext(station: number): void {
    const time = this.core.clock[NOW]!;
    const { int, float } = this.core.frames;
    const at = this.queueAt[station]!;
    for (let q = at; q < at + this.priorities[station]!; q++) {
      const h = this.queueHead[q]!;
      if (h === 0) continue;
      this.queueHead[q] = int[h + NEXT]!;
      this.occupancy.queued[station]! -= 1;
      if (int[h + STATUS]! < 0) {
        // Killed while it waited: the token goes on to the next, if there is one.
        this.core.recorder.books.gaveUp[station]! += time - float[h >> 1]!;
        this.core.free(h);
        if (this.occupancy.queued[station]! > 0) this.serveNext(station);
        else this.occupancy.occupied[station]! -= 1;
        return;
      }
      const waited = time - float[(h >> 1) + TIME]!;
      this.core.recorder.components[this.occupancy.component[station]!]!.wait.record(waited);
      this.core.recorder.books.waited[station]! += waited;
      this.core.recorder.books.served[station]! -= time;
      const pc = int[h + PC]!;
      const row = int[h + LEDGER]!;
      if (row !== 0) {
        this.core.ledger.rows[row + this.core.code[pc + 6]!]! += waited;
        this.core.spans?.resume(row, time);
      }
      this.core.resumeAt(h, time, pc + (8 satisfies (typeof LENGTH)['ACQUIRE']));
      return;
    }
  }

  /** A held server is free from now on, or has its next user. */
  release(station: number): void {
    this.occupancy.touch(station);
    this.core.recorder.books.served[station]! += this.core.clock[NOW]!;
    this.core.recorder.finished[station]! += 1;
    if (
      this.occupancy.queued[station]! > 0 &&
      this.occupancy.occupied[station]! <= this.occupancy.capacity[station]!
    )
      this.serveNext(station);
    else this.occupancy.occupied[station]! -= 1;
  }

  /**
   * Releases a server at the time of the frame, which is to come, in this cell, if nobody can need to know
   * it before then; `false`: it has to be done at that time. That is so as well where a worker of a log
   * waits for the frame: if it crashes, what follows must not have been done.
   */
  releaseEarly(station: number, h: number): boolean {
    const now = this.core.clock[NOW]!;
    const { early } = this;
    const { recorder } = this.core;
    const { int, float } = this.core.frames;
    const time = float[h >> 1]!;
    if (
      this.occupancy.queued[station]! > 0 ||
      time >= recorder.cellEnd ||
      this.isForWorker(h) ||
      !early.hasRoom(station, this.occupancy.occupied[station]!, this.occupancy.capacity[station]!, now)
    )
      return false;
    this.occupancy.touch(station);
    recorder.finished[station]! += 1;
    recorder.busy[station]! += time - now;
    recorder.books.served[station]! += time;
    this.occupancy.occupied[station]! -= 1;
    early.add(station, time, float[(h >> 1) + START]!, int[h + KEY0]!);
    return true;
  }

  /** Is the frame, or one that waits for it, in the hand of a worker? */
  private isForWorker(h: number): boolean {
    const { int } = this.core.frames;
    for (let f = h; f !== 0; f = int[f + PARENT]!) if ((int[f + STATUS]! & IN_HAND) !== 0) return true;
    return false;
  }

  /** A frame finds no free server: makes sure that there is none. */
  settleReleases(station: number, h: number): void {
    const { early } = this;
    const { int, float } = this.core.frames;
    early.settle(station, this.core.clock[NOW]!, float[(h >> 1) + START]!, int[h + KEY0]!);
    if (early.isNearCapacity(station, this.occupancy.occupied[station]!, this.occupancy.capacity[station]!))
      this.recallReleases(station);
  }

  /** Makes early releases of a station that are still to come events. */
  recallReleases(station: number): void {
    const now = this.core.clock[NOW]!;
    if (this.early.count(station) === 0) return;
    this.occupancy.touch(station);
    for (const { time, start, key0 } of this.early.recall(station)) {
      this.core.recorder.finished[station]! -= 1;
      this.core.recorder.busy[station]! -= time - now;
      this.core.recorder.books.served[station]! -= time;
      this.occupancy.occupied[station]! += 1;
      this.alarms.at(time, start, key0, () => this.release(station));
    }
  }

  enqueue(station: number, priority: number, h: number): void {
    const q = this.queueAt[station]! + Math.min(priority, this.priorities[station]! - 1);
    const int = this.core.frames.int;
    int[h + NEXT] = 0;
    if (this.queueHead[q] === 0) this.queueHead[q] = h;
    else int[this.queueTail[q]! + NEXT] = h;
    this.queueTail[q] = h;
    this.occupancy.queued[station]! += 1;
  }

  /**
   * Lets requests that wait for a server which they are to hold (a thread, a connection) go on in the
   * program of the variant in force: what they do, they do from now on.
   */
  renewWaiting(): void {
    const { variants } = this.core.model;
    const places = new Map<number, number>();
    for (let v = 0; v < this.core.variant; v++)
      for (const [name, place] of variants[v]!.waitingPlaces) {
        const now = variants[this.core.variant]!.waitingPlaces.get(name);
        if (now !== undefined) places.set(place, now);
      }
    const { int } = this.core.frames;
    for (const head of this.queueHead)
      for (let h = head; h !== 0; h = int[h + NEXT]!) int[h + PC] = places.get(int[h + PC]!) ?? int[h + PC]!;
  }
}
