/**
 * An egalitarian processor-sharing station of `servers`: each of n jobs is served at rate
 * min(1, servers / n) (Kleinrock, 1967). In attained-service time V, which runs at that rate, a job
 * that arrives at V with demand x leaves at V + x: a heap of those gives the next departure.
 * Times and demands are ns.
 */
export class ProcessorSharing {
  /** Grows with each change of the next departure, so that an older tick is known to be stale. */
  version = 0;
  private attained = 0;
  private since = 0;
  private finish = new Float64Array(16);
  private frames = new Int32Array(16);
  private arrivals = new Float64Array(16);
  private demands = new Float64Array(16);
  jobs = 0;

  constructor(public servers: number) {}

  arrive(now: number, frame: number, demand: number): void {
    this.bringTo(now);
    if (this.jobs === this.frames.length) this.grow();
    let i = this.jobs++;
    const finish = this.attained + demand;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (this.finish[above]! <= finish) break;
      this.copy(above, i);
      i = above;
    }
    this.set(i, finish, frame, now, demand);
  }

  /** Time of the next departure if nothing arrives before; Infinity when empty. */
  nextDeparture(): number {
    if (this.jobs === 0) return Infinity;
    const rate = Math.min(1, this.servers / this.jobs);
    return this.since + Math.max(0, Math.ceil((this.finish[0]! - this.attained) / rate));
  }

  /** Takes out the jobs that end now: calls `leave(frame, arrival, demand)` for each. */
  depart(now: number, leave: (frame: number, arrival: number, demand: number) => void): void {
    this.bringTo(now);
    while (this.jobs > 0 && this.finish[0]! <= this.attained + ROUNDING_NS) {
      const frame = this.frames[0]!;
      const arrival = this.arrivals[0]!;
      const demand = this.demands[0]!;
      this.removeFirst();
      leave(frame, arrival, demand);
    }
    if (this.jobs === 0) this.attained = 0;
  }

  setServers(now: number, servers: number): void {
    this.bringTo(now);
    this.servers = servers;
  }

  /** Of all jobs that are there at `now`: how long they have been without a server, ns together. */
  waitedUntil(now: number): number {
    this.bringTo(now);
    let sum = 0;
    for (let i = 0; i < this.jobs; i++) {
      const attained = this.attained - (this.finish[i]! - this.demands[i]!);
      sum += now - this.arrivals[i]! - attained;
    }
    return sum;
  }

  private bringTo(now: number): void {
    if (this.jobs > 0) this.attained += (now - this.since) * Math.min(1, this.servers / this.jobs);
    this.since = now;
  }

  private removeFirst(): void {
    const last = --this.jobs;
    const finish = this.finish[last]!;
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= last) break;
      if (below + 1 < last && this.finish[below + 1]! < this.finish[below]!) below++;
      if (this.finish[below]! >= finish) break;
      this.copy(below, i);
      i = below;
    }
    this.copy(last, i);
  }

  private copy(from: number, to: number): void {
    this.set(to, this.finish[from]!, this.frames[from]!, this.arrivals[from]!, this.demands[from]!);
  }

  private set(i: number, finish: number, frame: number, arrival: number, demand: number): void {
    this.finish[i] = finish;
    this.frames[i] = frame;
    this.arrivals[i] = arrival;
    this.demands[i] = demand;
  }

  private grow(): void {
    const size = this.frames.length * 2;
    const copy = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const bigger = new Float64Array(size);
      bigger.set(old);
      return bigger;
    };
    this.finish = copy(this.finish);
    this.arrivals = copy(this.arrivals);
    this.demands = copy(this.demands);
    const frames = new Int32Array(size);
    frames.set(this.frames);
    this.frames = frames;
  }
}

/** Departures fall on whole ns; attained service may be short of the demand by rounding only. */
const ROUNDING_NS = 1e-3;
