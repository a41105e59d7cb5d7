/** Code, next to those of failures, of what was going on when its caller gave it up. */
export const ABANDONED = 127;

/** `inner`: a call in the caller's own frame. `lost`: work of a worker that crashed. */
export type Kind = 'request' | 'call' | 'inner' | 'fork' | 'branch' | 'time' | 'apart' | 'lost';

/** What all spans of a request share. */
export interface OpenRequest {
  readonly flow: number;
  readonly draw: number;
  spans: number;
  tooLong: boolean;
}

/** A span as it is recorded. */
export class OpenSpan {
  /** NaN while it lasts. */
  toNs = NaN;
  /** Code of a failure, or of having been abandoned; 0: neither. */
  failure = 0;
  /** Of a fork: the branch that ended last. */
  last: OpenSpan | null = null;
  /** Parts there were when a worker took the message. */
  taken = 0;
  readonly parts: OpenSpan[];

  constructor(
    readonly parent: OpenSpan | null,
    readonly request: OpenRequest,
    readonly kind: Kind,
    /** Of a call: position of the instruction. Of time and lost work: cell of the ledger. Of a branch: its number. Else the flow. */
    readonly what: number,
    readonly fromNs: number,
  ) {
    this.parts = kind === 'time' ? NOTHING : [];
  }
}

const NOTHING: OpenSpan[] = [];
