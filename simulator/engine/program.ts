import type { Edge } from '../../scenarios/index.ts';
import type { Sampler } from '../../scenarios/sampling/index.ts';

/**
 * Step programs: what a request does, as flat integer code that the machine interprets.
 *
 * An instruction is its opcode and then its operands, one Int32 each; floating-point operands are
 * indices into `constants`. Times are integer ns. A step that touches nothing shared only moves the
 * frame's own time on; a step that touches shared state first waits until the clock is there.
 * A new opcode goes at the end, so that no existing one changes its number.
 *
 * Operands that recur: `station` is the first of a group of `count` alike, chosen by `selector` and
 * `argument` (SELECT); `cell` is a row of the time ledger; `stream` names a random stream;
 * `fail` is where to go on failure, with the failure's code in the frame.
 *
 * `lead` (ns) is for what a callee does at its own stations when every caller is the same constant
 * latency away: it is worked out when the request is sent instead of when it arrives, in the same
 * order, which saves the event of the arrival.
 */
export const OP = {
  /** sampler, stream, cell */
  DELAY: 0,
  /** lead, station, count, selector, argument, replicas, touched, needed, sampler, stream, queue cell, service cell */
  VISIT: 1,
  /** station, count, selector, argument, priority, cell, fail */
  ACQUIRE: 2,
  /** station, count, selector, argument */
  RELEASE: 3,
  /** entry, count, selector, argument, pass, latency, stream, timeout constant, edge, network cell, retry cell, fail */
  CALL: 4,
  RETURN: 5,
  /** target */
  JUMP: 6,
  /** probability constant, stream, else */
  CHANCE: 7,
  /** stream, fail, n, n branch entries */
  FORK: 8,
  BRANCH_END: 9,
  /** failure, target */
  FAIL: 10,
  /** flow */
  COMPLETE: 11,
  /** flow */
  FAILED: 12,
  /** entry, flow, stream, pass */
  SPAWN: 13,
  /** register, n, n targets; the last also for everything larger */
  SWITCH: 14,
  /** register, value */
  SET: 15,
  /** register: counts it down and gives the frame the key of the next round */
  ROUND: 16,
  /** lead, native, register or -1, shared, fail */
  NATIVE: 17,
  /** counter, amount constant */
  COUNT: 18,
  CLEAR: 19,
  /** as VISIT, then: extra sampler, extra stream, latency, call stream, timeout constant, network cell, retry cell, fail */
  LEAF: 20,
  /** station, count, selector, argument, sampler, stream, queue cell, service cell */
  SHARE: 21,
  /** (the frame's registers 0 and 1: station, version) */
  SHARE_TICK: 22,
  /** log, selector, argument, worker register */
  APPEND: 23,
  /** log, worker register */
  COMMIT: 24,
  /** edge, fail */
  BREAKER_ENTER: 25,
  /** edge, success */
  BREAKER_LEAVE: 26,
  /** edge, stream, retry cell, again, fail */
  RETRY: 27,
  /** edge whose budget counts the call, or -1 */
  RESET_ATTEMPT: 28,
  /** balancer, register, stream */
  PICK: 29,
  /** balancer, register */
  UNPICK: 30,
  /** lead, limiter, key register, write, cell, fail */
  LIMIT: 31,
  /** sampler, stream: a user of a closed flow thinks */
  THINK: 32,
  /** ends a frame that is no request */
  END: 33,
  /** register, stream, n: a uniform draw of 0..n-1 */
  DRAW: 34,
  /** log, fail: `rejected` when the log is full */
  ADMIT: 35,
  /** flow: a user of a closed flow starts the next request */
  BEGIN: 36,
  /** flow, stream, fail, entry: runs a part of the request as a request of another flow, and waits */
  APART: 37,
  /** takes the time of that part out of the request's own latency */
  SHIFT: 38,
  /** stream, entry: steps that nobody waits for, in a frame of their own */
  DETACH: 39,
  /** selector, argument, count, pass, latency, stream, timeout constant, back constant, network cell: goes on as the callee */
  TAIL: 40,
  /** point: goes on at that point of the program of the design as it is now */
  REENTER: 41,
  /** native, cell: time passes, as long as the function says */
  PAUSE: 42,
  /** (the frame's register 0: number of the alarm) */
  ALARM: 43,
  /** as VISIT, then: constant of the first of the factors, by station, that multiply the service time; replicas that are there, as bits */
  SLOW_VISIT: 44,
  /** sampler, stream, cell, count, selector, argument, replicas, replica stream, constant of the first factor */
  SLOW_DELAY: 45,
} as const;

/** Length of each fixed-length instruction, opcode included. FORK and SWITCH add their lists. */
export const LENGTH = {
  DELAY: 4,
  VISIT: 13,
  ACQUIRE: 8,
  RELEASE: 5,
  CALL: 13,
  CHANCE: 4,
  FORK: 4,
  COMPLETE: 2,
  FAILED: 2,
  SPAWN: 5,
  SWITCH: 3,
  SET: 3,
  ROUND: 2,
  NATIVE: 6,
  COUNT: 3,
  CLEAR: 1,
  LEAF: 21,
  SHARE: 9,
  APPEND: 5,
  COMMIT: 3,
  BREAKER_ENTER: 3,
  BREAKER_LEAVE: 3,
  RESET_ATTEMPT: 2,
  PICK: 4,
  UNPICK: 3,
  LIMIT: 7,
  THINK: 3,
  DRAW: 4,
  ADMIT: 3,
  BEGIN: 2,
  APART: 5,
  SHIFT: 1,
  DETACH: 3,
  TAIL: 10,
  REENTER: 2,
  PAUSE: 3,
  SLOW_VISIT: 15,
  SLOW_DELAY: 10,
} as const;

/** How an instruction chooses among a group of stations. */
export const SELECT = {
  /** argument: index */
  FIXED: 0,
  /** argument: register */
  REGISTER: 1,
  /** argument: stream of a uniform draw */
  DRAW: 2,
} as const;

/** Failure codes in a frame's status; the first four in the order of `failureCodes`, from 1. */
export const FAILURE = { timeout: 1, rejected: 2, unavailable: 3, notFound: 4, rateLimited: 5 } as const;
export type Failure = keyof typeof FAILURE;

/** Program text: grows when a timeline entry changes the design; frames in flight finish in the old text. */
export interface Program {
  readonly code: Int32Array;
  readonly constants: Float64Array;
  readonly samplers: readonly Sampler[];
  /** Whom a CALL, LEAF or TAIL at a position calls, for people to read. */
  readonly calls: ReadonlyMap<number, CallSite>;
  /** Positions of the DELAYs in which the answer to a TAIL comes back. */
  readonly answers: ReadonlySet<number>;
  /** Whose the code is, from each position on: of a component, or of its call over an edge that is cut. */
  readonly owners: readonly CodeOwner[];
}

/** Index of the component that is called, and its operation. */
export interface CallSite {
  readonly component: number;
  readonly operation: string;
}

export interface CodeOwner {
  readonly from: number;
  readonly component: number;
  readonly edge: Edge | null;
  /** Register that holds the instance, shard or worker that a request is at; -1: there is one, or nobody can tell. */
  readonly unitRegister: number;
}
