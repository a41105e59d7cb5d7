/**
 * The two sides of the books of every queue, which have to agree when a run ends.
 *
 * Little's law (1961) without its limit: over a run that began empty, the area under the number that waits is the
 * sum of how long each waited: those that were served, those that gave up, and those that still wait. One side comes
 * from the counts of a station, multiplied by time; the other from the requests and the times that they carry. The
 * same for the number in service, and for the number of jobs. All of it is whole ns, so that the sums are exact.
 */
export class QueueBooks {
  // By station, job-ns.
  /** Under the number that waits, and that is served: sums over cells. */
  readonly waitingArea: Float64Array;
  readonly busyArea: Float64Array;
  /** Of those that were served: what went into the waits of the component. */
  readonly waited: Float64Array;
  /** Of those that left the queue unserved. */
  readonly gaveUp: Float64Array;
  /** Of those that wait now. */
  readonly stillWaiting: Float64Array;
  /** What a message that is delivered again had behind it before: its wait is told from the very first. */
  readonly before: Float64Array;
  /** From begin to end of service, of all that began. */
  readonly served: Float64Array;
  /** Jobs whose times are rounded to whole ns one by one. */
  readonly rounded: Float64Array;

  // By component.
  /** Sum of all waits, ns, and number of services that began, that ended, that go on, that were given up. */
  readonly waits: Float64Array;
  readonly began: Float64Array;
  readonly finished: Float64Array;
  readonly inService: Float64Array;
  readonly abandoned: Float64Array;

  constructor(
    private readonly stations: readonly BookedStation[],
    private readonly components: readonly string[],
  ) {
    const byStation = (): Float64Array => new Float64Array(stations.length);
    const byComponent = (): Float64Array => new Float64Array(components.length);
    this.waitingArea = byStation();
    this.busyArea = byStation();
    this.waited = byStation();
    this.gaveUp = byStation();
    this.stillWaiting = byStation();
    this.before = byStation();
    this.served = byStation();
    this.rounded = byStation();
    this.waits = byComponent();
    this.began = byComponent();
    this.finished = byComponent();
    this.inService = byComponent();
    this.abandoned = byComponent();
  }

  /**
   * @param hasServices `served` was kept: by TypeScript alone, because the kernel does not.
   * @returns what does not agree, as a sentence; null: everything does
   */
  disagreement(hasServices: boolean): string | null {
    return this.ofStations(hasServices) ?? this.ofComponents();
  }

  private ofStations(hasServices: boolean): string | null {
    for (const [s, { name, mode }] of this.stations.entries()) {
      const slack = 2 * this.rounded[s]!;
      const area = this.waitingArea[s]! + this.before[s]!;
      const sum = this.waited[s]! + this.gaveUp[s]! + this.stillWaiting[s]!;
      // Of a station by next-free times the waits are known by component alone.
      if (mode !== 'recursion' && !agree(area, sum, slack))
        return `at ${name} the number that waits covers ${area} ns, and all waits together are ${sum} ns`;
      const busy = this.busyArea[s]!;
      if (hasServices && mode !== 'sharing' && !agree(busy, this.served[s]!, slack))
        return `at ${name} the number in service covers ${busy} ns, and all services together are ${this.served[s]!} ns`;
    }
    return null;
  }

  private ofComponents(): string | null {
    const area = new Float64Array(this.components.length);
    const others = new Float64Array(this.components.length);
    const slack = new Float64Array(this.components.length);
    for (const [s, { component }] of this.stations.entries()) {
      area[component]! += this.waitingArea[s]! + this.before[s]!;
      others[component]! += this.gaveUp[s]! + this.stillWaiting[s]!;
      slack[component]! += 2 * this.rounded[s]!;
    }
    for (const [c, name] of this.components.entries()) {
      const sum = this.waits[c]! + others[c]!;
      if (!agree(area[c]!, sum, slack[c]!))
        return `at ${name} the number that waits covers ${area[c]!} ns, and all waits together are ${sum} ns`;
      const ended = this.finished[c]! + this.inService[c]! + this.abandoned[c]!;
      if (this.began[c] !== ended)
        return `at ${name} ${this.began[c]!} services began, and ${ended} ended or go on`;
    }
    return null;
  }
}

interface BookedStation {
  readonly name: string;
  readonly component: number;
  readonly mode: 'recursion' | 'tokens' | 'sharing';
}

/** Sums of whole ns are exact up to 2^53; a relative 2^-40 lets longer ones differ by their rounding. */
function agree(area: number, sum: number, slack: number): boolean {
  return Math.abs(area - sum) <= slack + Math.max(area, sum) * 2 ** -40;
}
