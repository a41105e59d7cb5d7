import { BINS, Histogram } from '../statistics/index.ts';
import type { Cell, ComponentCell, FlowCell } from '../statistics/index.ts';
import { FLOAT, Memory, State } from './memory.ts';
import type { Model } from './model.ts';
import { QueueBooks } from './queue-books.ts';

/**
 * Measures one cell of time after the other and hands each to the statistics.
 *
 * What the machine knows ahead (a service that begins and ends later, by the next-free-time
 * recursion) is counted in the cell in which it happens: an interval over several cells leaves a
 * part in the first and the last and one level in those between, kept as differences.
 */
export class Recorder {
  readonly flows: FlowCell[];
  readonly components: ComponentCell[];
  /** By station: server-ns busy, job-ns waiting, services finished. */
  busy!: Float64Array;
  queue!: Float64Array;
  finished!: Float64Array;
  /** By component: jobs that began service at once. */
  noWait!: Float64Array;
  /** Server-ns there, by station, up to `capacitySince`. */
  private readonly capacity: Float64Array;
  private readonly capacitySince: Float64Array;
  readonly servers: Float64Array;
  counters!: Float64Array;
  /** Roots in flight, by flow; requests that came, and that succeeded, in the cell. */
  inFlight!: Float64Array;
  arrivals!: Float64Array;
  completed!: Float64Array;
  /** What has to agree when the run ends. */
  readonly books: QueueBooks;
  /** Where the tables are in the memory, bytes. */
  readonly at: RecorderAddresses;
  private readonly state: State;
  /** Messages accepted and not yet done, by component; and the integral and maximum of that. */
  private readonly backlog: Float64Array;
  private readonly backlogArea: Float64Array;
  private readonly backlogMax: Float64Array;
  private readonly backlogSince: Float64Array;

  private readonly later = new Map<number, LaterCell>();
  /** Jobs that are in service, or wait, throughout the current cell; by station. */
  private readonly busyLevel: Float64Array;
  private readonly queueLevel: Float64Array;

  /** By component with keys: room for the rows that were touched. */
  private readonly rows: Int32Array[] = [];

  cellIndex = 0;
  cellStart = 0;
  private readonly cell: Cell;

  constructor(
    private readonly model: Model,
    public cuts: Float64Array,
    private readonly close: (fromNs: number, toNs: number, cell: Cell) => void,
    memory: Memory = new Memory(),
  ) {
    const stations = model.stations.length;
    this.books = new QueueBooks(
      model.stations,
      model.components.map(({ id }) => id),
    );
    this.state = new State(memory);
    this.cellEnd = cuts[1]!;
    this.capacity = new Float64Array(stations);
    this.capacitySince = new Float64Array(stations);
    this.servers = Float64Array.from(model.stations, (s) => s.servers);
    this.busyLevel = new Float64Array(stations);
    this.queueLevel = new Float64Array(stations);
    const n = model.components.length;
    this.backlog = new Float64Array(n);
    this.backlogArea = new Float64Array(n);
    this.backlogMax = new Float64Array(n);
    this.backlogSince = new Float64Array(n);
    this.flows = model.flows.map((flow) => ({
      arrivals: 0,
      completed: 0,
      failed: new Float64Array(4),
      rateLimited: 0,
      inFlightAtEnd: 0,
      latency: new Histogram(),
      failedLatency: new Histogram(),
      traced: 0,
      time: new Float64Array(flow.timeCells.length),
    }));
    this.components = model.components.map((c) => ({
      busyArea: 0,
      capacityArea: 0,
      cpuBusyArea: 0,
      cpuCapacityArea: 0,
      queueArea: 0,
      finished: 0,
      hits: 0,
      misses: 0,
      backlogArea: 0,
      backlogMax: 0,
      wait: new Histogram(),
      lag: c.hasLog ? new Histogram() : null,
      shardBusyArea: new Float64Array(c.shards),
      shardCapacityArea: new Float64Array(c.shards),
      shardFinished: new Float64Array(c.shards),
      keys: c.keys === null ? null : new Float64Array(4 * (c.keys.length + SPARE_KEYS)),
      counters: new Float64Array(c.counters.length),
    }));
    this.cell = { flows: this.flows, components: this.components };
    const flows = model.flows.length;
    this.at = {
      busy: memory.float64Table(stations, (v) => (this.busy = v)),
      queue: memory.float64Table(stations, (v) => (this.queue = v)),
      finished: memory.float64Table(stations, (v) => (this.finished = v)),
      noWait: memory.float64Table(n, (v) => (this.noWait = v)),
      counters: memory.float64Table(model.counters.length, (v) => (this.counters = v)),
      inFlight: memory.float64Table(flows, (v) => (this.inFlight = v)),
      arrivals: memory.float64Table(flows, (v) => (this.arrivals = v)),
      completed: memory.float64Table(flows, (v) => (this.completed = v)),
      latency: this.flows.map((flow) => place(memory, flow.latency)),
      wait: this.components.map((c) => place(memory, c.wait)),
      keys: this.components.map((c) =>
        c.keys === null ? 0 : memory.float64Table(c.keys.length, (v) => (c.keys = v)),
      ),
    };
  }

  /** End of the current cell, ns. */
  get cellEnd(): number {
    return this.state.float[FLOAT.CELL_END]!;
  }
  private set cellEnd(time: number) {
    this.state.float[FLOAT.CELL_END] = time;
  }

  /** A job that waited from `arrival` to `start` and is served until `end`, all known at `arrival`. */
  service(station: number, component: number, arrival: number, start: number, end: number): void {
    this.books.served[station]! += end - start;
    if (end < this.cellEnd) {
      this.busy[station]! += end - start;
      this.finished[station]! += 1;
      if (start === arrival) this.noWait[component]! += 1;
      else {
        this.queue[station]! += start - arrival;
        this.components[component]!.wait.record(start - arrival);
      }
    } else this.serviceLater(station, component, arrival, start, end);
  }

  serviceLater(station: number, component: number, arrival: number, start: number, end: number): void {
    this.interval(0, station, arrival, start);
    this.interval(1, station, start, end);
    const last = this.cuts[this.cuts.length - 1]!;
    if (start < this.cellEnd) this.components[component]!.wait.record(start - arrival);
    else if (start < last) {
      const waits = this.laterCell(this.cellAt(start)).waits;
      (waits[component] ??= new Histogram()).record(start - arrival);
    } else this.books.stillWaiting[station]! += Math.max(0, last - arrival);
    if (end < last) this.laterCell(this.cellAt(end)).finished[station]! += 1;
    else {
      if (start < last) this.books.inService[component]! += 1;
      this.books.served[station]! -= end - Math.max(start, last);
    }
  }

  /** Adds an interval to the waiting (0) or busy (1) area of a station. */
  private interval(which: 0 | 1, station: number, from: number, to: number): void {
    const last = this.cuts[this.cuts.length - 1]!;
    if (from >= last) return;
    const end = Math.min(to, last);
    const now = which === 1 ? this.busy : this.queue;
    if (end <= this.cellEnd) {
      now[station]! += end - from;
      return;
    }
    const first = from < this.cellEnd ? this.cellIndex : this.cellAt(from);
    const final = end === last ? this.cuts.length - 2 : this.cellAt(end);
    const part = (index: number, amount: number): void => {
      if (index === this.cellIndex) now[station]! += amount;
      else this.laterCell(index).part[which][station]! += amount;
    };
    if (first === final) return part(first, end - from);
    part(first, this.cuts[first + 1]! - from);
    part(final, end - this.cuts[final]!);
    if (final > first + 1) {
      this.laterCell(first + 1).levelChange[which][station]! += 1;
      this.laterCell(final).levelChange[which][station]! -= 1;
    }
  }

  private laterCell(index: number): LaterCell {
    let cell = this.later.get(index);
    if (cell === undefined) {
      const n = this.busy.length;
      cell = {
        part: [new Float64Array(n), new Float64Array(n)],
        levelChange: [new Float64Array(n), new Float64Array(n)],
        finished: new Float64Array(n),
        waits: [],
        keyed: new Map(),
      };
      this.later.set(index, cell);
    }
    return cell;
  }

  /** Index of the cell that a time lies in. */
  private cellAt(time: number): number {
    let low = this.cellIndex;
    let high = this.cuts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.cuts[middle]! <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Time of the next `countKeyLater`, ns; a double that is passed is boxed. */
  readonly keyTime = new Float64Array(1);

  /**
   * A keyed operation in a later cell. `row`: 0 reads offered, 1 served, 2 writes offered, 3
   * served; the current cell's are counted in `components[].keys`.
   */
  countKeyLater(component: number, key: number, row: number): void {
    const time = this.keyTime[0]!;
    if (time >= this.cuts[this.cuts.length - 1]!) return;
    const { keyed } = this.laterCell(this.cellAt(time));
    const name = component * KEY_SPACE + 4 * key + row;
    keyed.set(name, (keyed.get(name) ?? 0) + 1);
  }

  setServers(station: number, servers: number, now: number): void {
    this.capacity[station]! += this.servers[station]! * (now - this.capacitySince[station]!);
    this.capacitySince[station] = now;
    this.servers[station] = servers;
  }

  changeBacklog(component: number, delta: number, now: number): void {
    this.backlogArea[component]! += this.backlog[component]! * (now - this.backlogSince[component]!);
    this.backlogSince[component] = now;
    const level = this.backlog[component]! + delta;
    this.backlog[component] = level;
    if (level > this.backlogMax[component]!) this.backlogMax[component] = level;
  }

  /**
   * Adds what the current cell has by station (server-ns busy, and there) and by counter; just before
   * `closeCell(end)`, under the same conditions.
   */
  addTo(sums: ControlSums, end: number): void {
    for (let s = 0; s < this.busy.length; s++) {
      sums.busy[s]! += this.busy[s]! + this.busyLevel[s]! * (end - this.cellStart);
      sums.capacity[s]! += this.capacity[s]! + this.servers[s]! * (end - this.capacitySince[s]!);
    }
    for (let k = 0; k < this.counters.length; k++) sums.counters[k]! += this.counters[k]!;
  }

  /** Cuts the cell in two at a time after its start; for phases of live events. */
  cutAt(time: number): void {
    if (this.cuts.includes(time)) return;
    if (time <= this.cellStart) return;
    const cuts = Float64Array.from([...this.cuts, time]).sort();
    // Cells known ahead keep their absolute place: those behind the new cut move up by one.
    const at = cuts.indexOf(time);
    const moved = [...this.later.entries()].map(
      ([index, cell]) => [index >= at ? index + 1 : index, cell] as const,
    );
    this.later.clear();
    for (const [index, cell] of moved) this.later.set(index, cell);
    this.cuts = cuts;
    this.cellEnd = cuts[this.cellIndex + 1]!;
  }

  /**
   * Ends the current cell at `end` (its cut, or earlier when the run stops) and opens the next.
   * The machine has brought `busy` and `queue` of stations with tokens up to `end`.
   */
  closeCell(end: number): void {
    const length = end - this.cellStart;
    const { stations, components, counters } = this.model;
    for (const c of this.components) {
      c.busyArea = c.capacityArea = c.cpuBusyArea = c.cpuCapacityArea = c.queueArea = c.finished = 0;
      c.hits = c.misses = 0;
      c.shardBusyArea.fill(0);
      c.shardCapacityArea.fill(0);
      c.shardFinished.fill(0);
    }
    for (let s = 0; s < stations.length; s++) {
      const spec = stations[s]!;
      const c = this.components[spec.component]!;
      const busy = this.busy[s]! + this.busyLevel[s]! * length;
      const queue = this.queue[s]! + this.queueLevel[s]! * length;
      const capacity = this.capacity[s]! + this.servers[s]! * (end - this.capacitySince[s]!);
      this.capacity[s] = 0;
      this.capacitySince[s] = end;
      this.books.busyArea[s]! += busy;
      this.books.waitingArea[s]! += queue;
      this.books.finished[spec.component]! += this.finished[s]!;
      if (spec.counts === 'servers') {
        c.busyArea += busy;
        c.capacityArea += capacity;
        c.queueArea += queue;
        c.finished += this.finished[s]!;
      } else if (spec.counts === 'cpu') {
        c.cpuBusyArea += busy;
        c.cpuCapacityArea += capacity;
      }
      if (spec.shard >= 0) {
        c.shardBusyArea[spec.shard]! += busy;
        c.shardCapacityArea[spec.shard]! += capacity;
        c.shardFinished[spec.shard]! += this.finished[s]!;
      }
    }
    this.noWait.forEach((jobs, i) => this.components[i]!.wait.recordMany(0, jobs));
    for (const [i, { wait }] of this.components.entries()) {
      this.books.waits[i]! += wait.sumNs;
      this.books.began[i]! += wait.count;
    }
    this.noWait.fill(0);
    this.busy.fill(0);
    this.queue.fill(0);
    this.finished.fill(0);
    for (let k = 0; k < counters.length; k++) {
      const { component, index } = counters[k]!;
      const c = this.components[component]!;
      if (index === HITS) c.hits += this.counters[k]!;
      else if (index === MISSES) c.misses += this.counters[k]!;
      else if (index === FINISHED) c.finished += this.counters[k]!;
      else c.counters[index] = this.counters[k]!;
      this.counters[k] = 0;
    }
    for (let i = 0; i < components.length; i++) {
      if (!components[i]!.hasLog) continue;
      this.changeBacklog(i, 0, end);
      const c = this.components[i]!;
      c.backlogArea = this.backlogArea[i]!;
      c.backlogMax = this.backlogMax[i]!;
      this.backlogArea[i] = 0;
      this.backlogMax[i] = this.backlog[i]!;
    }
    this.flows.forEach((flow, i) => {
      flow.inFlightAtEnd = this.inFlight[i]!;
      flow.arrivals = this.arrivals[i]!;
      flow.completed = this.completed[i]!;
    });
    this.arrivals.fill(0);
    this.completed.fill(0);
    this.components.forEach((c, i) => {
      if (c.keys !== null)
        c.touchedKeys = touchedRows(c.keys, (this.rows[i] ??= new Int32Array(c.keys.length / 4)));
    });
    this.close(this.cellStart, end, this.cell);
    for (const flow of this.flows) {
      flow.rateLimited = flow.traced = 0;
      flow.failed.fill(0);
      flow.latency.reset();
      flow.failedLatency.reset();
      flow.time.fill(0);
    }
    for (const c of this.components) {
      c.wait.reset();
      c.lag?.reset();
      c.keys?.fill(0);
      c.counters.fill(0);
    }
    this.cellIndex++;
    this.cellStart = end;
    if (this.cellIndex < this.cuts.length - 1) {
      this.cellEnd = this.cuts[this.cellIndex + 1]!;
      this.openCell();
    }
  }

  /** Brings in what earlier cells already knew of this one. */
  private openCell(): void {
    const later = this.later.get(this.cellIndex);
    if (later === undefined) return;
    this.later.delete(this.cellIndex);
    for (let s = 0; s < this.busy.length; s++) {
      this.queue[s]! += later.part[0][s]!;
      this.busy[s]! += later.part[1][s]!;
      this.queueLevel[s]! += later.levelChange[0][s]!;
      this.busyLevel[s]! += later.levelChange[1][s]!;
      this.finished[s]! += later.finished[s]!;
    }
    later.waits.forEach((waits, component) => {
      if (waits !== undefined) this.components[component]!.wait.addAll(waits);
    });
    for (const [name, count] of later.keyed)
      this.components[Math.floor(name / KEY_SPACE)]!.keys![name % KEY_SPACE]! += count;
  }
}

/** Gives a histogram bins and totals in the memory; returns the address of the bins, totals behind them. */
function place(memory: Memory, histogram: Histogram): number {
  const address = memory.allocate((BINS + 4) * 8);
  memory.float64(address + BINS * 8, 4).set(histogram.totals);
  memory.bind(() => {
    histogram.counts = memory.float64(address, BINS);
    histogram.totals = memory.float64(address + BINS * 8, 4);
  });
  return address;
}

/** The rows of four in which there is anything but zeros; written to the start of `room`. */
function touchedRows(keys: Float64Array, room: Int32Array): Int32Array {
  let count = 0;
  for (let row = 0; row < keys.length / 4; row++) {
    const i = 4 * row;
    if (keys[i] !== 0 || keys[i + 1] !== 0 || keys[i + 2] !== 0 || keys[i + 3] !== 0) room[count++] = row;
  }
  return room.subarray(0, count);
}

/** Places of the tables, for the kernel; `latency`, `wait`, `keys` by flow and by component. */
export interface RecorderAddresses {
  readonly busy: number;
  readonly queue: number;
  readonly finished: number;
  readonly noWait: number;
  readonly counters: number;
  readonly inFlight: number;
  readonly arrivals: number;
  readonly completed: number;
  readonly latency: readonly number[];
  readonly wait: readonly number[];
  readonly keys: readonly number[];
}

/** Live posts may add this many keys to a component. */
const SPARE_KEYS = 64;
const KEY_SPACE = 2 ** 32;
export const HITS = -1;
export const MISSES = -2;
export const FINISHED = -3;

/** What control loops look at, summed up since the start. */
export interface ControlSums {
  /** By station: server-ns busy, and there. */
  readonly busy: Float64Array;
  readonly capacity: Float64Array;
  readonly counters: Float64Array;
}

interface LaterCell {
  /** Areas of parts of the cell: waiting, busy. */
  readonly part: readonly [Float64Array, Float64Array];
  /** By how much the number of jobs that fill the whole cell changes at its start. */
  readonly levelChange: readonly [Float64Array, Float64Array];
  readonly finished: Float64Array;
  readonly waits: (Histogram | undefined)[];
  /** By component x 2^32 + row: keyed operations. */
  readonly keyed: Map<number, number>;
}
