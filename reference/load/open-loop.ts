import type { TraceRequest } from '../../scenarios/sampling/index.ts';

/**
 * Requests in order of their times, also while more are added: a list a source, of which the one with the
 * earliest head is taken.
 */
export class RequestQueue {
  private readonly sources: { readonly requests: readonly TraceRequest[]; next: number }[] = [];

  /** @param requests By time. */
  add(requests: readonly TraceRequest[]): void {
    this.sources.push({ requests, next: 0 });
  }

  /** Time of the earliest, ns; Infinity when there is none. */
  get nextNs(): number {
    return Math.min(...this.sources.map(({ requests, next }) => requests[next]?.atNs ?? Infinity));
  }

  /** Takes the earliest; of two at one instant that of the source that was added first. */
  take(): TraceRequest {
    const atNs = this.nextNs;
    const source = this.sources.find(({ requests, next }) => requests[next]?.atNs === atNs);
    if (source === undefined) throw new Error('No request is left.');
    return source.requests[source.next++]!;
  }
}

/** Longest sleep: what an acknowledgement adds may be due before what is next now. */
const sliceMs = 5;

/**
 * Sends each request at its time, whatever has become of those before: an open loop (Schroeder, Wierman and
 * Harchol-Balter, Open versus closed: a cautionary tale, NSDI 2006). Returns when all were sent.
 *
 * @param now Milliseconds since the start; negative before it.
 */
export async function runOpenLoop(
  queue: RequestQueue,
  now: () => number,
  untilMs: number,
  send: (request: TraceRequest) => void,
): Promise<void> {
  for (;;) {
    // More may be added until the end: a post that is still being acknowledged draws readers.
    const dueMs = Math.min(queue.nextNs / 1e6, untilMs);
    const waitMs = dueMs - now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, sliceMs)));
    else if (queue.nextNs / 1e6 >= untilMs) return;
    else while (queue.nextNs / 1e6 <= now()) send(queue.take());
  }
}
