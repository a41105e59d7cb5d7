import type { Core } from './core.ts';
import { FRAME_WORDS, KEY0, PC, REGISTER, START, TIME } from './frames.ts';

/** What is to be done at an instant, apart from the steps of requests; in order with them. */
export class Alarms {
  private readonly actions = new Map<number, () => void>();
  private last = 0;

  constructor(private readonly core: Core) {}

  /** Does something `delayNs` from now, after the requests of that instant that were scheduled before. */
  after(delayNs: number, action: () => void): void {
    this.at(this.core.now + delayNs, 0, 0, action);
  }

  /** Does something at a time, ns, in the place of an event of a request with that start and key. */
  at(time: number, start: number, key0: number, action: () => void): void {
    const h = this.core.allocate();
    const { int, float } = this.core.frames;
    this.last++;
    this.actions.set(this.last, action);
    float[(h >> 1) + TIME] = time;
    float[(h >> 1) + START] = start;
    int.fill(0, h + PC, h + FRAME_WORDS);
    int[h + PC] = 1;
    int[h + KEY0] = key0;
    int[h + REGISTER] = this.last;
    this.core.pending.push(h);
  }

  ring(h: number): void {
    const alarm = this.core.frames.int[h + REGISTER]!;
    const action = this.actions.get(alarm)!;
    this.actions.delete(alarm);
    this.core.free(h);
    action();
  }
}
