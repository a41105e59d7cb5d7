import { ProcessorSharing } from '../stations/processor-sharing.ts';
import { NOW, type Core } from './core.ts';
import { CHILD, KEY0, KEY1, LEDGER, PARENT, PC, REGISTER, START, STATUS, TIME } from './frames.ts';
import type { Occupancy } from './occupancy.ts';
import type { LENGTH } from './program.ts';

/** Stations that share their servers among all jobs: who departs next is an event of its own, void when somebody arrives. */
export class SharedStations {
  /** By station; null: of another kind. */
  readonly sharing: readonly (ProcessorSharing | null)[];

  constructor(
    private readonly core: Core,
    private readonly occupancy: Occupancy,
  ) {
    this.sharing = core.model.stations.map((s) =>
      s.mode === 'sharing' ? new ProcessorSharing(s.servers) : null,
    );
  }

  setServers(station: number, servers: number): void {
    this.sharing[station]!.setServers(this.core.clock[NOW]!, servers);
    this.count(station);
    this.scheduleTick(station);
  }

  arrive(station: number, h: number, demand: number): void {
    this.sharing[station]!.arrive(this.core.clock[NOW]!, h, demand);
    this.count(station);
    this.scheduleTick(station);
  }

  private scheduleTick(station: number): void {
    const now = this.core.clock[NOW]!;
    const sharing = this.sharing[station]!;
    sharing.version++;
    const due = Math.max(now, sharing.nextDeparture());
    if (due === Infinity) return;
    const h = this.core.allocate();
    const { int, float } = this.core.frames;
    float[(h >> 1) + TIME] = due;
    float[(h >> 1) + START] = due;
    int[h + PC] = 0;
    int[h + KEY0] = 0;
    int[h + KEY1] = station;
    int[h + PARENT] = 0;
    int[h + STATUS] = 0;
    int[h + LEDGER] = 0;
    int[h + CHILD] = 0;
    int[h + REGISTER] = station;
    int[h + REGISTER + 1] = sharing.version;
    this.core.pending.push(h);
  }

  /** The frame of a departure comes to its time. */
  tick(h: number): void {
    const now = this.core.clock[NOW]!;
    const station = this.core.frames.int[h + REGISTER]!;
    const version = this.core.frames.int[h + REGISTER + 1]!;
    this.core.free(h);
    const sharing = this.sharing[station]!;
    if (version !== sharing.version) return;
    sharing.depart(now, (frame, arrival, demand) => {
      const waited = Math.max(0, now - arrival - demand);
      const served = now - arrival - waited;
      const { int } = this.core.frames;
      this.core.recorder.components[this.occupancy.component[station]!]!.wait.record(waited);
      this.core.recorder.books.waited[station]! += waited;
      this.core.recorder.books.rounded[station]! += 1;
      this.core.recorder.finished[station]! += 1;
      const pc = int[frame + PC]!;
      const row = int[frame + LEDGER]!;
      if (row !== 0) {
        this.core.ledger.rows[row + this.core.code[pc + 7]!]! += waited;
        this.core.ledger.rows[row + this.core.code[pc + 8]!]! += served;
        this.core.spans?.resume(row, arrival + waited);
        this.core.spans?.spend(row, this.core.code[pc + 8]!, arrival + waited, now);
      }
      if (int[frame + STATUS]! < 0) this.core.free(frame);
      else this.core.resumeAt(frame, now, pc + (9 satisfies (typeof LENGTH)['SHARE']));
    });
    this.count(station);
    this.scheduleTick(station);
  }

  private count(station: number): void {
    this.occupancy.touch(station);
    const sharing = this.sharing[station]!;
    this.occupancy.occupied[station] = Math.min(sharing.jobs, sharing.servers);
    this.occupancy.queued[station] = sharing.jobs - this.occupancy.occupied[station]!;
  }
}
