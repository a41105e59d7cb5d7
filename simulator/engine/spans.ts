import type { Exemplars } from './exemplars.ts';
import { ABANDONED, OpenSpan, type Kind, type OpenRequest } from './open-span.ts';

/**
 * What traced requests do, step by step, while they are in flight: a tree of spans for each.
 *
 * The ledger says where the time of all requests went, spans how one of them came to it. A frame that is
 * traced has a row in the ledger, and here, by that row, the innermost span that it is in. Time goes into
 * spans of its own as the machine learns of it, which may be before it has passed; when a caller gives a
 * call up, what would have come later is taken out again.
 *
 * Nothing here changes what a request does, so that the figures of a run are the same with and without.
 * It allocates, and is made only when a run is to show requests.
 */
export class Spans {
  /** By number of the ledger's row; null: not recorded, or over. */
  private readonly at: (OpenSpan | null)[] = [];
  /** Spans of requests in flight. */
  private live = 0;

  /** @param rowWidth Entries a row of the ledger: rows are named by the offset of the first. */
  constructor(
    private readonly rowWidth: number,
    private readonly exemplars: Exemplars,
  ) {}

  // ---- requests -------------------------------------------------------------------------------------

  /** A request of a flow starts; `draw`, of 0 to 2^32 - 1, chooses among requests that are alike. */
  begin(row: number, flow: number, draw: number, atNs: number): void {
    this.set(row, null);
    if (!this.exemplars.wants(flow, draw, atNs)) return;
    if (this.live >= MOST_LIVE) return this.exemplars.leaveOut(flow);
    this.set(row, this.open(null, { flow, draw, spans: 0, tooLong: false }, 'request', flow, atNs));
  }

  /** The request ends, `latencyNs` after its intended start; `failure` is 0 for a success. */
  end(row: number, atNs: number, latencyNs: number, failure: number): void {
    const span = this.of(row);
    this.set(row, null);
    if (span === null) return;
    const { request } = span;
    this.live -= request.spans;
    if (request.tooLong) return this.exemplars.leaveOut(request.flow);
    span.toNs = atNs;
    span.failure = failure;
    this.exemplars.offer(span, latencyNs);
  }

  // ---- time -----------------------------------------------------------------------------------------

  /** Time that a cell of the ledger gets. */
  spend(row: number, cell: number, fromNs: number, toNs: number): void {
    if (toNs > fromNs) this.add(row, 'time', cell, fromNs, toNs);
  }

  /** The frame waits, until `resume` says how long. */
  wait(row: number, cell: number, fromNs: number): void {
    this.add(row, 'time', cell, fromNs, NaN);
  }

  resume(row: number, toNs: number): void {
    const parts = this.of(row)?.parts;
    const waited = parts?.at(-1);
    if (waited === undefined || isOver(waited)) return;
    if (toNs > waited.fromNs) waited.toNs = toNs;
    else parts!.pop();
  }

  /** A part that counts as a request of another flow, and not to this one's latency. */
  apart(row: number, flow: number, fromNs: number, toNs: number): void {
    this.add(row, 'apart', flow, fromNs, toNs);
  }

  // ---- calls ----------------------------------------------------------------------------------------

  /** A call in a frame of its own, whose row is `childRow`; `site` is the position of the instruction. */
  call(childRow: number, row: number, site: number, atNs: number): void {
    this.set(childRow, this.add(row, 'call', site, atNs, NaN));
  }

  /** The caller has the answer. */
  answer(childRow: number, atNs: number, failure: number): void {
    const call = this.outermost(childRow);
    this.set(childRow, null);
    if (call === null || isOver(call)) return;
    call.toNs = atNs;
    call.failure = failure;
  }

  /** The caller gives the call up. */
  giveUp(childRow: number, atNs: number, failure: number): void {
    const call = this.outermost(childRow);
    this.set(childRow, null);
    if (call === null || isOver(call)) return;
    cutOff(call, atNs, failure);
  }

  /** A call in the caller's own frame. */
  enter(row: number, site: number, atNs: number): void {
    const call = this.add(row, 'inner', site, atNs, NaN);
    if (call !== null) this.set(row, call);
  }

  /** The same for a call whose way there, the frame's last step, is over: that is a part of it. */
  enterBehind(row: number, site: number, cell: number, sentNs: number, atNs: number): void {
    const parts = this.of(row)?.parts;
    const way = parts?.at(-1);
    if (way?.kind === 'time' && way.what === cell && way.fromNs === sentNs && way.toNs === atNs) parts!.pop();
    this.enter(row, site, sentNs);
    this.spend(row, cell, sentNs, atNs);
  }

  leave(row: number, atNs: number, failure: number): void {
    const call = this.of(row);
    if (call?.kind !== 'inner' || isOver(call)) return;
    // A call in the same frame that times out had worked ahead.
    if (failure === 0) call.toNs = atNs;
    else cutOff(call, atNs, failure);
    this.set(row, call.parent);
  }

  // ---- branches -------------------------------------------------------------------------------------

  fork(row: number, atNs: number): void {
    this.add(row, 'fork', 0, atNs, NaN);
  }

  /** Branch `number` of the fork that the frame has just made. */
  branch(branchRow: number, row: number, number: number, atNs: number): void {
    const fork = this.of(row)?.parts.at(-1);
    this.set(
      branchRow,
      fork?.kind !== 'fork' || isOver(fork) || fork.request.tooLong
        ? null
        : this.open(fork, fork.request, 'branch', number, atNs),
    );
  }

  /** A branch ends. The last one to end is on the critical path. */
  branchEnd(branchRow: number, atNs: number): void {
    const branch = this.of(branchRow);
    this.set(branchRow, null);
    if (branch?.kind !== 'branch' || isOver(branch)) return;
    branch.toNs = atNs;
    const fork = branch.parent!;
    if (fork.last !== null && fork.last.toNs > atNs) return;
    fork.last = branch;
  }

  /** All branches have ended. */
  join(row: number, atNs: number): void {
    const fork = this.of(row)?.parts.at(-1);
    if (fork?.kind === 'fork') fork.toNs = atNs;
  }

  // ---- messages -------------------------------------------------------------------------------------

  /** A worker takes the message that waited, and works on it until `resume`, or in steps of its own. */
  take(row: number, atNs: number): void {
    this.resume(row, atNs);
    const span = this.of(row);
    if (span !== null) span.taken = span.parts.length;
  }

  /**
   * The worker is gone: what it did of the message is lost, and the message waits again. `cell` is
   * where it waits, `newRow` the row that it has from now on.
   */
  putBack(row: number, newRow: number, cell: number, atNs: number): void {
    const span = this.of(row);
    this.set(row, null);
    this.set(newRow, span);
    if (span === null || isOver(span)) return;
    const [first, ...more] = span.parts.splice(span.taken);
    if (first !== undefined && first.fromNs < atNs) {
      const lost = this.add(newRow, 'lost', cell, first.fromNs, NaN);
      lost?.parts.push(first, ...more);
      if (lost !== null) cutOff(lost, atNs, ABANDONED);
    }
    this.wait(newRow, cell, atNs);
  }

  // ---- the tree -------------------------------------------------------------------------------------

  private of(row: number): OpenSpan | null {
    return this.at[row / this.rowWidth] ?? null;
  }

  private set(row: number, span: OpenSpan | null): void {
    this.at[row / this.rowWidth] = span;
  }

  /** The call that a frame was made for, whatever call in the same frame it is in. */
  private outermost(row: number): OpenSpan | null {
    let span = this.of(row);
    while (span?.kind === 'inner') span = span.parent;
    return span;
  }

  /** Adds a part to the span that the frame is in; null when that one is over. */
  private add(row: number, kind: Kind, what: number, fromNs: number, toNs: number): OpenSpan | null {
    const parent = this.of(row);
    if (parent === null || isOver(parent) || parent.request.tooLong) return null;
    const span = this.open(parent, parent.request, kind, what, fromNs);
    span.toNs = toNs;
    return span;
  }

  private open(
    parent: OpenSpan | null,
    request: OpenRequest,
    kind: Kind,
    what: number,
    fromNs: number,
  ): OpenSpan {
    const span = new OpenSpan(parent, request, kind, what, fromNs);
    parent?.parts.push(span);
    this.live++;
    if (++request.spans < MOST_SPANS) return span;
    request.tooLong = true;
    let root = span;
    while (root.parent !== null) root = root.parent;
    root.parts.length = 0;
    return span;
  }
}

/** A request of more spans is not kept. */
const MOST_SPANS = 20_000;
/** Spans of all requests in flight, some 200 bytes each; beyond, requests that start are left out. */
const MOST_LIVE = 1_000_000;

const isOver = ({ toNs }: OpenSpan): boolean => !Number.isNaN(toNs);

/** Ends a span and what is open in it, and takes out what would have come later. */
function cutOff(span: OpenSpan, atNs: number, failure: number): void {
  span.toNs = atNs;
  if (span.kind === 'time') return;
  span.failure = failure;
  const parts = span.parts.splice(0);
  for (const part of parts) {
    if (!(part.toNs <= atNs)) cutOff(part, atNs, ABANDONED);
    if (part.fromNs < atNs) span.parts.push(part);
  }
}
