import { NOW, type Core } from './core.ts';

/**
 * How many are served and how many wait at each station that keeps count of it: those with tokens, those that share
 * their servers, and the workers of logs. Stations with next-free times have no entry here to read.
 */
export class Occupancy {
  /** Servers that are held, and that there are. */
  occupied!: Int32Array;
  capacity!: Int32Array;
  queued!: Int32Array;
  /** The component of each station, of all kinds. */
  component!: Int32Array;
  /** Up to when the areas under the counts were added up, ns. */
  private since!: Float64Array;
  /** Addresses, bytes. */
  readonly at: {
    readonly occupied: number;
    readonly capacity: number;
    readonly queued: number;
    readonly since: number;
    readonly component: number;
  };

  constructor(private readonly core: Core) {
    const { memory, model } = core;
    const n = model.stations.length;
    this.at = {
      occupied: memory.int32Table(n, (v) => (this.occupied = v)),
      queued: memory.int32Table(n, (v) => (this.queued = v)),
      since: memory.float64Table(n, (v) => (this.since = v)),
      capacity: memory.int32Table(n, (v) => (this.capacity = v)),
      component: memory.int32Table(n, (v) => (this.component = v)),
    };
    model.stations.forEach(({ servers, component }, i) => {
      this.capacity[i] = servers;
      this.component[i] = component;
    });
  }

  /** Brings the areas of a station with tokens up to now; before each change of its counts. */
  touch(station: number): void {
    const time = this.core.clock[NOW]!;
    const passed = time - this.since[station]!;
    if (passed > 0) {
      this.core.recorder.busy[station]! += this.occupied[station]! * passed;
      this.core.recorder.queue[station]! += this.queued[station]! * passed;
      this.since[station] = time;
    }
  }

  /** Brings every station with tokens up to now, before a cell ends there. */
  touchAll(): void {
    for (let s = 0; s < this.since.length; s++) this.touch(s);
  }

  /** Station with the most waiting frames, for the message of a run that stopped. */
  busiestComponent(): number {
    let most = -1;
    let component = 0;
    const waiting = new Float64Array(this.core.model.components.length);
    for (let s = 0; s < this.queued.length; s++) waiting[this.component[s]!]! += this.queued[s]!;
    waiting.forEach((count, i) => {
      if (count > most) {
        most = count;
        component = i;
      }
    });
    return component;
  }
}
