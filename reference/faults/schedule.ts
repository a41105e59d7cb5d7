import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';

/** Something that was done to the stack, when. */
export interface FaultStep {
  /** Id of the event. */
  readonly event: string;
  readonly step: 'begin' | 'end';
  /** Seconds since the start: when it was to be done, when it began, and when it was done. */
  readonly intendedSeconds: number;
  readonly begunSeconds: number;
  readonly doneSeconds: number;
}

/**
 * Lets each fault begin and end at its time, whatever the others do: some take seconds, such as a start of
 * Cassandra. Faults without a duration, and those that last longer than the run, go on until `heal`.
 */
export class FaultSchedule {
  readonly steps: FaultStep[] = [];
  private readonly begun = new Map<Fault, Promise<void>>();
  private readonly ended = new Map<Fault, Promise<void>>();
  private readonly stopped = new AbortController();
  private readonly timers: Promise<void>[] = [];

  /** @param now Seconds since the start; negative before it. */
  constructor(
    private readonly faults: readonly Fault[],
    private readonly now: () => number,
  ) {}

  start(): void {
    // Each beginning and each end that is still to come listens.
    setMaxListeners(Infinity, this.stopped.signal);
    for (const fault of this.faults) {
      const { atSeconds, durationSeconds } = fault.entry;
      this.at(atSeconds, () => this.begin(fault));
      if (durationSeconds !== null)
        this.at(atSeconds + durationSeconds, () => this.end(fault, atSeconds + durationSeconds));
    }
  }

  /** Begins and ends nothing any more. */
  cancel(): void {
    this.stopped.abort();
  }

  /**
   * Begins nothing any more, and ends what has begun.
   *
   * @throws what a fault could not do: then it is not known in which state the stack is
   */
  async heal(): Promise<void> {
    this.cancel();
    await Promise.all(this.timers);
    await Promise.all([...this.begun.keys()].map((fault) => this.end(fault, this.now())));
  }

  private at(seconds: number, act: () => Promise<void>): void {
    const timer = sleep(Math.max(0, seconds - this.now()) * 1000, undefined, {
      signal: this.stopped.signal,
    }).then(act, () => undefined);
    // What goes wrong is thrown by `heal`.
    timer.catch(() => undefined);
    this.timers.push(timer);
  }

  private begin(fault: Fault): Promise<void> {
    const begun = this.note(fault, 'begin', fault.entry.atSeconds, () => fault.begin());
    this.begun.set(fault, begun);
    return begun;
  }

  private end(fault: Fault, intendedSeconds: number): Promise<void> {
    const known = this.ended.get(fault);
    if (known !== undefined) return known;
    const ended = (this.begun.get(fault) ?? Promise.resolve()).then(() =>
      this.note(fault, 'end', intendedSeconds, () => fault.end()),
    );
    this.ended.set(fault, ended);
    return ended;
  }

  private async note(
    { entry }: Fault,
    step: FaultStep['step'],
    intendedSeconds: number,
    act: () => Promise<void>,
  ): Promise<void> {
    const begunSeconds = this.now();
    await act();
    this.steps.push({ event: entry.id, step, intendedSeconds, begunSeconds, doneSeconds: this.now() });
  }
}
