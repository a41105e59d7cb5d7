import { childKey0, childKey1, drawInt32, sampleNs } from '../../scenarios/sampling/index.ts';
import type { Balancer } from '../stations/balancer.ts';
import type { KeyLimiter } from '../stations/key-limiter.ts';
import type { Alarms } from './alarms.ts';
import type { CallGuards } from './call-guards.ts';
import type { Consumers } from './consumers.ts';
import { NOW, START_TIME, type Core } from './core.ts';
import { FLOAT } from './memory.ts';
import type { NativeFunction } from './native.ts';
import { modeOfFail, type Notes } from './notes.ts';
import type { Occupancy } from './occupancy.ts';
import { FAILURE, type LENGTH, type OP, type SELECT } from './program.ts';
import { anotherOf, type Selection } from './selection.ts';
import type { SharedStations } from './shared-stations.ts';
import type { TokenStations } from './token-stations.ts';
import type { Visits } from './visits.ts';

/**
 * The frame's layout of frames.ts, as literals: an enum of the same file folds into the code, an import
 * is a load each time. A test holds the two together.
 */
/* eslint-disable @typescript-eslint/no-duplicate-enum-values -- words and shifts share numbers */
export enum F {
  PC = 4,
  NEXT = 5,
  KEY0 = 6,
  KEY1 = 7,
  PARENT = 8,
  STATUS = 9,
  LEDGER = 10,
  CHILD = 12,
  REGISTER = 13,
  START = 1,
  TIME = 0,
  FREE = -1,
  FAILURE_MASK = 0x7f,
  IN_HAND = 128,
  ATTEMPT_SHIFT = 8,
  ATTEMPT_MASK = 0x7f,
  BRANCH_SHIFT = 16,
  BRANCH_UNIT = 65536,
  BRANCH_MASK = 0x3fff,
  ROOT = 0x40000000,
  KILLED = -0x80000000,
  ARMED = 32768,
  FRAME_WORDS = 16,
}
/* eslint-enable @typescript-eslint/no-duplicate-enum-values */

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;
const FORK: typeof OP.FORK = 8;
const VISIT: typeof OP.VISIT = 1;
const LEAF: typeof OP.LEAF = 20;
const LIMIT: typeof OP.LIMIT = 31;
const NATIVE: typeof OP.NATIVE = 17;
const DRAWN: typeof SELECT.DRAW = 2;

/** What instructions act on, apart from frames. */
export interface Parts {
  readonly core: Core;
  readonly occupancy: Occupancy;
  readonly tokens: TokenStations;
  readonly shared: SharedStations;
  readonly visits: Visits;
  readonly selection: Selection;
  readonly consumers: Consumers;
  readonly guards: CallGuards;
  readonly balancers: readonly Balancer[];
  readonly limiters: readonly KeyLimiter[];
  readonly natives: readonly NativeFunction[];
  readonly alarms: Alarms;
  readonly notes: Notes;
}

/**
 * Carries out the steps of requests (program.ts).
 *
 * One big switch over typed arrays, by measurement: flat code in one function is several times
 * faster than objects and closures. What it must not do is allocate in the loop, or hold doubles in
 * captured variables. A step that needs the clock to have come to the frame's own time puts the
 * frame into the pending events and comes back to the same instruction.
 *
 * Opcodes and lengths of instructions stand as numbers, checked against their names by the type
 * system: only literals become a jump table and fold into the code.
 */
export class Interpreter {
  private readonly core: Core;
  private readonly occupancy: Occupancy;
  private readonly tokens: TokenStations;
  private readonly shared: SharedStations;
  private readonly visits: Visits;
  private readonly selection: Selection;
  private readonly consumers: Consumers;
  private readonly guards: CallGuards;
  private readonly balancers: readonly Balancer[];
  private readonly limiters: readonly KeyLimiter[];
  private readonly natives: readonly NativeFunction[];
  private readonly alarms: Alarms;
  private readonly notes: Notes;

  constructor(parts: Parts) {
    this.core = parts.core;
    this.occupancy = parts.occupancy;
    this.tokens = parts.tokens;
    this.shared = parts.shared;
    this.visits = parts.visits;
    this.selection = parts.selection;
    this.consumers = parts.consumers;
    this.guards = parts.guards;
    this.balancers = parts.balancers;
    this.limiters = parts.limiters;
    this.natives = parts.natives;
    this.alarms = parts.alarms;
    this.notes = parts.notes;
  }

  /** Takes a frame up where it waited for its time. */
  resume(h: number): void {
    const { int, float } = this.core.frames;
    let pc = int[h + F.PC]!;
    if (pc < 0) {
      pc = ~pc;
      float[h >> 1]! += this.core.code[pc + 1]!;
    }
    if (int[h + F.STATUS]! < 0) this.core.free(h);
    else this.step(h, pc, 0);
  }

  /**
   * Carries out the steps of a frame, and of those that it calls or returns to, until one has to wait.
   *
   * @param h Its time is in the frame.
   * @param unarmed The caller whose time-out starts in this event: armed only if the event leaves it waiting.
   */
  step(h: number, pc: number, unarmed: number): void {
    const { core } = this;
    const { pending, frames, recorder, ledger, spans, timeouts } = core;
    const { samplers } = core.model.program;
    let int = frames.int;
    let float = frames.float;
    let { code, constants } = core;
    const now = core.clock[NOW]!;
    let t = float[h >> 1]!;

    steps: for (;;) {
      switch (code[pc]!) {
        case 0 satisfies typeof OP.DELAY: {
          const sampler = samplers[code[pc + 1]!]!;
          const time =
            sampler.constantNs >= 0
              ? sampler.constantNs
              : sampleNs(
                  sampler,
                  drawInt32(
                    int[h + F.KEY0]!,
                    int[h + F.KEY1]!,
                    code[pc + 2]!,
                    (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK,
                  ),
                );
          t += time;
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 3]!]! += time;
            if (spans !== null) this.showDelay(row, pc, h, t, time);
            this.notes.time(code[pc + 3]!, code[pc + 2]!, pc, h, time);
          }
          pc += 4 satisfies (typeof LENGTH)['DELAY'];
          continue;
        }

        case 1 satisfies typeof OP.VISIT: {
          if (t - code[pc + 1]! > now) break;
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          float[h >> 1] = t;
          this.visits.visit(h, pc, key0, key1, attempt);
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            const start = this.visits.start[0]!;
            ledger.rows[row + code[pc + 11]!]! += start - t;
            ledger.rows[row + code[pc + 12]!]! += float[h >> 1]! - start;
            spans?.spend(row, code[pc + 11]!, t, start);
            spans?.spend(row, code[pc + 12]!, start, float[h >> 1]!);
          }
          t = float[h >> 1]!;
          pc += 13 satisfies (typeof LENGTH)['VISIT'];
          continue;
        }

        case 20 satisfies typeof OP.LEAF: {
          if (t - code[pc + 1]! > now) break;
          // The keys that the callee's frame would have had.
          const parent0 = int[h + F.KEY0]!;
          const parent1 = int[h + F.KEY1]!;
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const child = (code[pc + 16]! + attempt) | 0;
          const key0 = childKey0(parent0, parent1, child) | 0;
          const key1 = childKey1(parent0, parent1, child) | 0;
          const row = int[h + F.LEDGER]!;
          const latency = samplers[code[pc + 15]!]!.constantNs;
          const timeout = constants[code[pc + 17]!]!;
          float[h >> 1] = t;
          this.visits.visit(h, pc, key0, key1, 0);
          const served = float[h >> 1]!;
          const extra = samplers[code[pc + 13]!]!;
          const rest =
            extra.constantNs >= 0
              ? extra.constantNs
              : sampleNs(extra, drawInt32(key0, key1, code[pc + 14]!, 0));
          const end = served + (rest + latency);
          if (row !== 0 && spans !== null) this.showLeaf(row, pc, t, served, rest, latency, timeout);
          if (row !== 0) {
            core.observer.time(code[pc + 12]!, code[pc + 14]!, -1, rest, now);
            core.observer.time(code[pc + 18]!, code[pc + 16]!, -1, latency, now);
          }
          if (timeout >= 0 && end > t - latency + timeout) {
            if (row !== 0) {
              this.notes.callFailed('timed-out', pc, h, code[pc + 18]!);
              ledger.rows[row + code[pc + 18]!]! -= latency;
              ledger.rows[row + code[pc + 19]!]! += timeout;
            }
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.timeout;
            t = t - latency + timeout;
            pc = code[pc + 20]!;
            continue;
          }
          if (row !== 0) {
            const start = this.visits.start[0]!;
            ledger.rows[row + code[pc + 11]!]! += start - t;
            ledger.rows[row + code[pc + 12]!]! += served - start + rest;
            ledger.rows[row + code[pc + 18]!]! += latency;
          }
          t = end;
          pc += 21 satisfies (typeof LENGTH)['LEAF'];
          continue;
        }

        case 21 satisfies typeof OP.SHARE: {
          if (t > now) break;
          const station = code[pc + 1]! + this.selection.select(h, pc, int[h + F.KEY0]!, int[h + F.KEY1]!);
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const demand = sampleNs(
            samplers[code[pc + 5]!]!,
            drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 6]!, attempt),
          );
          if (int[h + F.LEDGER] !== 0) core.observer.visit(station, code[pc + 6]!, demand, now);
          int[h + F.PC] = pc;
          if (int[h + F.LEDGER] !== 0) spans?.wait(int[h + F.LEDGER]!, code[pc + 7]!, t);
          this.shared.arrive(station, h, demand);
          break steps;
        }

        case 22 satisfies typeof OP.SHARE_TICK: {
          this.shared.tick(h);
          break steps;
        }

        case 2 satisfies typeof OP.ACQUIRE: {
          if (t > now) break;
          const station = code[pc + 1]! + this.selection.select(h, pc, int[h + F.KEY0]!, int[h + F.KEY1]!);
          this.occupancy.touch(station);
          if (
            this.occupancy.occupied[station]! + this.tokens.early.count(station) >=
            this.occupancy.capacity[station]!
          ) {
            this.tokens.settleReleases(station, h);
            int = frames.int;
            float = frames.float;
            ({ code, constants } = core);
          }
          if (
            this.occupancy.occupied[station]! + this.tokens.early.count(station) <
            this.occupancy.capacity[station]!
          ) {
            this.occupancy.occupied[station]! += 1;
            recorder.noWait[this.occupancy.component[station]!]! += 1;
            recorder.books.served[station]! -= now;
            pc += 8 satisfies (typeof LENGTH)['ACQUIRE'];
            continue;
          }
          if (this.occupancy.queued[station]! >= this.tokens.queueCapacity[station]!) {
            this.notes.failure('queue-full', pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.rejected;
            pc = code[pc + 7]!;
            continue;
          }
          int[h + F.PC] = pc;
          float[h >> 1] = t;
          if (int[h + F.LEDGER] !== 0) spans?.wait(int[h + F.LEDGER]!, code[pc + 6]!, t);
          this.tokens.enqueue(station, code[pc + 5]!, h);
          break steps;
        }

        case 3 satisfies typeof OP.RELEASE: {
          const station = code[pc + 1]! + this.selection.select(h, pc, int[h + F.KEY0]!, int[h + F.KEY1]!);
          if (t > now) {
            float[h >> 1] = t;
            if (!this.tokens.releaseEarly(station, h)) break;
          } else this.tokens.release(station);
          pc += 5 satisfies (typeof LENGTH)['RELEASE'];
          continue;
        }

        case 4 satisfies typeof OP.CALL: {
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          let c = frames.free;
          if (c !== 0) {
            frames.free = int[c + F.NEXT]!;
            frames.live++;
          } else {
            c = core.allocate();
            int = frames.int;
            float = frames.float;
            ({ code, constants } = core);
          }
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          const stream = code[pc + 7]!;
          const child = (stream + attempt) | 0;
          const sampler = samplers[code[pc + 6]!]!;
          const latency =
            sampler.constantNs >= 0
              ? sampler.constantNs
              : sampleNs(sampler, drawInt32(key0, key1, stream, 2 * attempt));
          float[(c >> 1) + F.START] = float[(h >> 1) + F.START]!;
          int[c + F.KEY0] = childKey0(key0, key1, child);
          int[c + F.KEY1] = childKey1(key0, key1, child);
          int[c + F.PARENT] = h;
          int[c + F.STATUS] = 0;
          int[c + F.CHILD] = 0;
          int[c + F.REGISTER] =
            attempt > 0 && code[pc + 3] === DRAWN
              ? anotherOf(code[pc + 2]!, key0, key1, code[pc + 4]!, attempt)
              : this.selection.select(h, pc, key0, key1);
          const pass = code[pc + 5]!;
          int[c + F.REGISTER + 1] = pass < 0 ? 0 : int[h + F.REGISTER + pass]!;
          int[c + F.REGISTER + 2] = 0;
          if (int[h + F.LEDGER] === 0) int[c + F.LEDGER] = 0;
          else {
            core.observer.time(code[pc + 10]!, stream, -1, latency, now);
            ledger.now[0] = t;
            const row = ledger.open();
            ledger.rows[row + code[pc + 10]!] = latency;
            int[c + F.LEDGER] = row;
            spans?.call(row, int[h + F.LEDGER]!, pc, t);
            spans?.spend(row, code[pc + 10]!, t, t + latency);
          }
          int[h + F.PC] = pc;
          int[h + F.CHILD] = c;
          const timeout = constants[code[pc + 8]!]!;
          if (timeout >= 0) {
            if (unarmed !== 0) timeouts.arm(unarmed);
            int[h + F.STATUS]! |= F.ARMED;
            float[h >> 1] = t + timeout;
            unarmed = h;
          }
          t += latency;
          h = c;
          pc = code[pc + 1]!;
          continue;
        }

        case 5 satisfies typeof OP.RETURN: {
          const parent = int[h + F.PARENT]!;
          if (parent === 0) {
            core.free(h);
            break steps;
          }
          const call = int[parent + F.PC]!;
          const attempt = (int[parent + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const sampler = samplers[code[call + 6]!]!;
          const latency =
            sampler.constantNs >= 0
              ? sampler.constantNs
              : sampleNs(
                  sampler,
                  drawInt32(int[parent + F.KEY0]!, int[parent + F.KEY1]!, code[call + 7]!, 2 * attempt + 1),
                );
          const reply = t + latency;
          const row = int[parent + F.LEDGER]!;
          const childRow = int[h + F.LEDGER]!;
          if ((int[parent + F.STATUS]! & F.ARMED) !== 0) {
            const deadline = float[parent >> 1]!;
            if (reply > deadline) {
              // Too late: the caller's time-out is still to come, the answer will find nobody.
              if (row !== 0 && childRow !== 0) {
                ledger.rows[row + code[call + 11]!]! += deadline - ledger.rows[childRow]!;
                spans?.giveUp(childRow, deadline, FAILURE.timeout);
              }
              int[parent + F.CHILD] = 0;
              core.free(h);
              break steps;
            }
            if (unarmed === parent) unarmed = 0;
            else timeouts.cancel(parent);
            int[parent + F.STATUS]! &= ~F.ARMED;
          }
          const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
          if (row !== 0 && childRow !== 0) {
            if (failure === 0) {
              ledger.rows[childRow + code[call + 10]!]! += latency;
              spans?.spend(childRow, code[call + 10]!, t, reply);
              spans?.answer(childRow, reply, 0);
              ledger.merge(row, childRow);
            } else {
              spans?.spend(childRow, code[call + 10]!, t, reply);
              spans?.answer(childRow, reply, failure);
              ledger.rows[row + code[call + 11]!]! += reply - ledger.rows[childRow]!;
              ledger.close(childRow);
            }
            int[h + F.LEDGER] = 0;
          } else if (childRow !== 0) {
            // The caller was given up itself, and nobody asks any more.
            ledger.close(childRow);
            int[h + F.LEDGER] = 0;
          }
          int[h + F.PC] = F.FREE;
          int[h + F.NEXT] = frames.free;
          frames.free = h;
          frames.live--;
          h = parent;
          int[h + F.CHILD] = 0;
          t = reply;
          if (failure === 0) pc = call + (13 satisfies (typeof LENGTH)['CALL']);
          else {
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | failure;
            pc = code[call + 12]!;
          }
          continue;
        }

        case 6 satisfies typeof OP.JUMP:
          pc = code[pc + 1]!;
          continue;

        case 7 satisfies typeof OP.CHANCE: {
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const u =
            ((drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 2]!, attempt) >>> 0) + 0.5) *
            TWO_TO_MINUS_32;
          pc = u < constants[code[pc + 1]!]! ? pc + (4 satisfies (typeof LENGTH)['CHANCE']) : code[pc + 3]!;
          continue;
        }

        case 8 satisfies typeof OP.FORK: {
          // Branches share what they touch first: one event here saves one in each of them.
          if (t > now) break;
          const branches = code[pc + 3]!;
          const row = int[h + F.LEDGER]!;
          int[h + F.PC] = pc;
          int[h + F.CHILD] = 0;
          float[h >> 1] = t;
          int[h + F.STATUS] = int[h + F.STATUS]! + branches * F.BRANCH_UNIT;
          if (row !== 0) spans?.fork(row, t);
          for (let i = 0; i < branches; i++) {
            const c = core.allocate();
            int = frames.int;
            float = frames.float;
            ({ code } = core);
            const child = (code[pc + 1]! + i) | 0;
            float[c >> 1] = t;
            float[(c >> 1) + F.START] = float[(h >> 1) + F.START]!;
            int[c + F.PC] = code[pc + 4 + i]!;
            int[c + F.KEY0] = childKey0(int[h + F.KEY0]!, int[h + F.KEY1]!, child);
            int[c + F.KEY1] = childKey1(int[h + F.KEY0]!, int[h + F.KEY1]!, child);
            int[c + F.PARENT] = h;
            int[c + F.STATUS] = 0;
            ledger.now[0] = t;
            int[c + F.LEDGER] = row === 0 ? 0 : ledger.open();
            if (row !== 0) spans?.branch(int[c + F.LEDGER]!, row, i, t);
            int[c + F.CHILD] = 0;
            for (let r = 0; r < 3; r++) int[c + F.REGISTER + r] = int[h + F.REGISTER + r]!;
            core.ready.push(c);
          }
          break steps;
        }

        case 9 satisfies typeof OP.BRANCH_END: {
          const parent = int[h + F.PARENT]!;
          const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
          let status = int[parent + F.STATUS]! - F.BRANCH_UNIT;
          if (failure !== 0 && (status & F.FAILURE_MASK) === 0) status |= failure;
          int[parent + F.STATUS] = status;
          const apart = code[int[parent + F.PC]!] !== FORK;
          if (int[h + F.LEDGER] !== 0) spans?.branchEnd(int[h + F.LEDGER]!, t);
          if (apart && int[parent + F.LEDGER] !== 0)
            spans?.apart(
              int[parent + F.LEDGER]!,
              code[int[parent + F.PC]! + 1]!,
              float[(h >> 1) + F.START]!,
              t,
            );
          // The last branch is the critical path: its ledger row waits in the parent's child word.
          if (t >= float[parent >> 1]!) {
            float[parent >> 1] = t;
            if (int[h + F.LEDGER] !== 0) {
              ledger.close(int[parent + F.CHILD]!);
              int[parent + F.CHILD] = int[h + F.LEDGER]!;
              int[h + F.LEDGER] = 0;
            }
          }
          core.free(h);
          if (((status >>> F.BRANCH_SHIFT) & F.BRANCH_MASK) !== 0) break steps;
          h = parent;
          const critical = int[h + F.CHILD]!;
          if (critical !== 0) {
            if (int[h + F.LEDGER] !== 0) ledger.merge(int[h + F.LEDGER]!, critical);
            else ledger.close(critical);
            int[h + F.CHILD] = 0;
          }
          if (status < 0) {
            core.free(h);
            break steps;
          }
          t = float[h >> 1]!;
          if (int[h + F.LEDGER] !== 0) spans?.join(int[h + F.LEDGER]!, t);
          pc = int[h + F.PC]!;
          // FORK has its number of branches, APART its one entry, behind the place to go on failure.
          if ((status & F.FAILURE_MASK) === 0)
            pc +=
              code[pc] === FORK
                ? (4 satisfies (typeof LENGTH)['FORK']) + code[pc + 3]!
                : (5 satisfies (typeof LENGTH)['APART']);
          else pc = code[pc + (code[pc] === FORK ? 2 : 3)]!;
          continue;
        }

        case 10 satisfies typeof OP.FAIL:
          this.notes.failure(modeOfFail(code[pc + 1]!), pc, h);
          int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | code[pc + 1]!;
          pc = code[pc + 2]!;
          continue;

        case 11 satisfies typeof OP.COMPLETE: {
          if (t >= recorder.cellEnd && t > now) break;
          const flowIndex = code[pc + 1]!;
          const flow = recorder.flows[flowIndex]!;
          recorder.completed[flowIndex]! += 1;
          flow.latency.record(t - float[(h >> 1) + F.START]!);
          recorder.inFlight[flowIndex]!--;
          int[h + F.STATUS] = int[h + F.STATUS]! & ~F.ROOT;
          if (int[h + F.LEDGER] !== 0) {
            spans?.end(int[h + F.LEDGER]!, t, t - float[(h >> 1) + F.START]!, 0);
            this.closeTrace(h, flowIndex);
          }
          pc += 2 satisfies (typeof LENGTH)['COMPLETE'];
          continue;
        }

        case 12 satisfies typeof OP.FAILED: {
          if (t >= recorder.cellEnd && t > now) break;
          const flowIndex = code[pc + 1]!;
          const flow = recorder.flows[flowIndex]!;
          const failure = int[h + F.STATUS]! & F.FAILURE_MASK;
          if (failure === FAILURE.rateLimited) flow.rateLimited++;
          else {
            flow.failed[failure - 1]!++;
            flow.failedLatency.record(t - float[(h >> 1) + F.START]!);
          }
          recorder.inFlight[flowIndex]!--;
          if (int[h + F.LEDGER] !== 0) {
            spans?.end(int[h + F.LEDGER]!, t, t - float[(h >> 1) + F.START]!, failure);
            ledger.close(int[h + F.LEDGER]!);
            int[h + F.LEDGER] = 0;
          }
          int[h + F.STATUS] = int[h + F.STATUS]! & ~F.ROOT;
          pc += 2 satisfies (typeof LENGTH)['FAILED'];
          continue;
        }

        case 13 satisfies typeof OP.SPAWN: {
          if (t >= recorder.cellEnd && t > now) break;
          const stream = code[pc + 3]!;
          const pass = code[pc + 4]!;
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          core.clock[START_TIME] = t;
          const c = core.startFrame(
            code[pc + 1]!,
            childKey0(key0, key1, stream),
            childKey1(key0, key1, stream),
            pass < 0 ? 0 : int[h + F.REGISTER + pass]!,
          );
          int = frames.int;
          float = frames.float;
          ({ code, constants } = core);
          core.beginRequest(c, code[pc + 2]!);
          pc += 5 satisfies (typeof LENGTH)['SPAWN'];
          continue;
        }

        case 14 satisfies typeof OP.SWITCH: {
          const value = int[h + F.REGISTER + code[pc + 1]!]!;
          const last = code[pc + 2]! - 1;
          pc = code[pc + 3 + (value < last ? value : last)]!;
          continue;
        }

        case 15 satisfies typeof OP.SET:
          int[h + F.REGISTER + code[pc + 1]!] = code[pc + 2]!;
          pc += 3 satisfies (typeof LENGTH)['SET'];
          continue;

        case 16 satisfies typeof OP.ROUND: {
          const register = h + F.REGISTER + code[pc + 1]!;
          const left = int[register]! - 1;
          int[register] = left;
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          int[h + F.KEY0] = childKey0(key0, key1, left);
          pc += 2 satisfies (typeof LENGTH)['ROUND'];
          continue;
        }

        case 17 satisfies typeof OP.NATIVE: {
          if (code[pc + 4] !== 0 && t - code[pc + 1]! > now) break;
          int[h + F.PC] = pc;
          float[h >> 1] = t;
          const value = this.natives[code[pc + 2]!]!(h);
          int = frames.int;
          float = frames.float;
          ({ code, constants } = core);
          if (value < 0) {
            this.notes.failure(modeOfFail(-value), pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | -value;
            pc = code[pc + 5]!;
            continue;
          }
          const register = code[pc + 3]!;
          if (register >= 0) int[h + F.REGISTER + register] = value;
          pc += 6 satisfies (typeof LENGTH)['NATIVE'];
          continue;
        }

        case 18 satisfies typeof OP.COUNT: {
          if (t >= recorder.cellEnd && t > now) break;
          recorder.counters[code[pc + 1]!]! += constants[code[pc + 2]!]!;
          pc += 3 satisfies (typeof LENGTH)['COUNT'];
          continue;
        }

        case 19 satisfies typeof OP.CLEAR:
          int[h + F.STATUS] = int[h + F.STATUS]! & ~F.FAILURE_MASK;
          pc += 1 satisfies (typeof LENGTH)['CLEAR'];
          continue;

        case 23 satisfies typeof OP.APPEND: {
          if (t > now) break;
          int[h + F.PC] = pc;
          const partition = this.selection.choose(
            code[pc + 2]!,
            code[pc + 3]!,
            this.consumers.logs[code[pc + 1]!]!.partitions,
            h,
            int[h + F.KEY0]!,
            int[h + F.KEY1]!,
          );
          this.consumers.append(code[pc + 1]!, h, partition);
          break steps;
        }

        case 24 satisfies typeof OP.COMMIT: {
          if (t > now) break;
          this.consumers.commit(code[pc + 1]!, int[h + F.REGISTER + code[pc + 2]!]!, h, pc);
          pc += 3 satisfies (typeof LENGTH)['COMMIT'];
          continue;
        }

        case 35 satisfies typeof OP.ADMIT: {
          if (t > now) break;
          if (this.consumers.logs[code[pc + 1]!]!.isFull()) {
            this.notes.failure('queue-full', pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.rejected;
            pc = code[pc + 2]!;
          } else pc += 3 satisfies (typeof LENGTH)['ADMIT'];
          continue;
        }

        case 25 satisfies typeof OP.BREAKER_ENTER: {
          if (t > now) break;
          if (this.guards.mayCall(code[pc + 1]!)) pc += 3 satisfies (typeof LENGTH)['BREAKER_ENTER'];
          else {
            this.notes.breakerOpen(code[pc + 1]!, pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.unavailable;
            pc = code[pc + 2]!;
          }
          continue;
        }

        case 26 satisfies typeof OP.BREAKER_LEAVE: {
          if (t > now) break;
          this.guards.leaveBreaker(code[pc + 1]!, code[pc + 2] === 1);
          pc += 3 satisfies (typeof LENGTH)['BREAKER_LEAVE'];
          continue;
        }

        case 28 satisfies typeof OP.RESET_ATTEMPT: {
          const edge = code[pc + 1]!;
          if (edge >= 0 && this.guards.hasBudget(edge)) {
            if (t > now) break;
            this.guards.countCall(edge);
          }
          int[h + F.STATUS] = int[h + F.STATUS]! & ~(F.ATTEMPT_MASK << F.ATTEMPT_SHIFT);
          pc += 2 satisfies (typeof LENGTH)['RESET_ATTEMPT'];
          continue;
        }

        case 27 satisfies typeof OP.RETRY: {
          if (t > now) break;
          const pause = this.guards.retryPause(h, pc);
          if (pause < 0) {
            int[h + F.STATUS] = int[h + F.STATUS]! & ~(F.ATTEMPT_MASK << F.ATTEMPT_SHIFT);
            pc = code[pc + 5]!;
          } else {
            const row = int[h + F.LEDGER]!;
            if (row !== 0) {
              ledger.rows[row + code[pc + 3]!]! += pause;
              spans?.spend(row, code[pc + 3]!, t, t + pause);
            }
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) + (1 << F.ATTEMPT_SHIFT);
            t += pause;
            pc = code[pc + 4]!;
          }
          continue;
        }

        case 29 satisfies typeof OP.PICK: {
          if (t > now) break;
          const attempt = (int[h + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
          const register = h + F.REGISTER + code[pc + 2]!;
          const draw = drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 3]!, attempt) >>> 0;
          int[register] = this.balancers[code[pc + 1]!]!.pick(draw, attempt > 0 ? int[register]! : -1);
          pc += 4 satisfies (typeof LENGTH)['PICK'];
          continue;
        }

        case 30 satisfies typeof OP.UNPICK: {
          if (t > now) break;
          this.balancers[code[pc + 1]!]!.release(int[h + F.REGISTER + code[pc + 2]!]!);
          pc += 3 satisfies (typeof LENGTH)['UNPICK'];
          continue;
        }

        case 31 satisfies typeof OP.LIMIT: {
          if (t - code[pc + 1]! > now) break;
          const limiter = code[pc + 2]!;
          const key = int[h + F.REGISTER + code[pc + 3]!]!;
          const write = code[pc + 4]! === 1;
          const component = core.model.limiters[limiter]!.component;
          const offered = write ? 2 : 0;
          const { keys } = recorder.components[component]!;
          if (t < recorder.cellEnd) keys![4 * key + offered]! += 1;
          else {
            recorder.keyTime[0] = t;
            recorder.countKeyLater(component, key, offered);
          }
          const limit = this.limiters[limiter]!;
          limit.now = t;
          const wait = limit.enter(key, write);
          if (wait < 0) {
            this.notes.failure('over-limit', pc, h);
            int[h + F.STATUS] = (int[h + F.STATUS]! & ~F.FAILURE_MASK) | FAILURE.rejected;
            pc = code[pc + 6]!;
            continue;
          }
          if (t + wait < recorder.cellEnd) keys![4 * key + offered + 1]! += 1;
          else {
            recorder.keyTime[0] = t + wait;
            recorder.countKeyLater(component, key, offered + 1);
          }
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 5]!]! += wait;
            spans?.spend(row, code[pc + 5]!, t, t + wait);
          }
          t += wait;
          pc += 7 satisfies (typeof LENGTH)['LIMIT'];
          continue;
        }

        case 32 satisfies typeof OP.THINK: {
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          t += sampleNs(samplers[code[pc + 1]!]!, drawInt32(key0, key1, code[pc + 2]!, 0));
          int[h + F.KEY0] = childKey0(key0, key1, 0);
          int[h + F.KEY1] = childKey1(key0, key1, 0);
          pc += 3 satisfies (typeof LENGTH)['THINK'];
          continue;
        }

        case 36 satisfies typeof OP.BEGIN: {
          if (t > now) break;
          float[h >> 1] = t;
          core.beginRequest(h, code[pc + 1]!);
          pc += 2 satisfies (typeof LENGTH)['BEGIN'];
          continue;
        }

        case 33 satisfies typeof OP.END:
          core.free(h);
          break steps;

        case 34 satisfies typeof OP.DRAW: {
          const draw = drawInt32(int[h + F.KEY0]!, int[h + F.KEY1]!, code[pc + 2]!, 0) >>> 0;
          int[h + F.REGISTER + code[pc + 1]!] = Math.floor(draw * TWO_TO_MINUS_32 * code[pc + 3]!);
          pc += 4 satisfies (typeof LENGTH)['DRAW'];
          continue;
        }

        case 37 satisfies typeof OP.APART: {
          if (t >= recorder.cellEnd && t > now) break;
          const c = core.allocate();
          int = frames.int;
          float = frames.float;
          ({ code, constants } = core);
          const stream = code[pc + 2]!;
          float[c >> 1] = t;
          int[c + F.PC] = code[pc + 4]!;
          int[c + F.KEY0] = childKey0(int[h + F.KEY0]!, int[h + F.KEY1]!, stream);
          int[c + F.KEY1] = childKey1(int[h + F.KEY0]!, int[h + F.KEY1]!, stream);
          int[c + F.PARENT] = h;
          int[c + F.STATUS] = 0;
          int[c + F.LEDGER] = 0;
          int[c + F.CHILD] = 0;
          for (let r = 0; r < 3; r++) int[c + F.REGISTER + r] = int[h + F.REGISTER + r]!;
          core.beginRequest(c, code[pc + 1]!);
          int[h + F.PC] = pc;
          int[h + F.CHILD] = 0;
          float[h >> 1] = t;
          int[h + F.STATUS] = int[h + F.STATUS]! + F.BRANCH_UNIT;
          h = c;
          pc = int[c + F.PC]!;
          continue;
        }

        case 38 satisfies typeof OP.SHIFT: {
          const parent = int[h + F.PARENT]!;
          float[(parent >> 1) + F.START]! += t - float[(h >> 1) + F.START]!;
          pc += 1 satisfies (typeof LENGTH)['SHIFT'];
          continue;
        }

        case 39 satisfies typeof OP.DETACH: {
          const stream = code[pc + 1]!;
          core.clock[START_TIME] = t;
          const c = core.startFrame(
            code[pc + 2]!,
            childKey0(int[h + F.KEY0]!, int[h + F.KEY1]!, stream),
            childKey1(int[h + F.KEY0]!, int[h + F.KEY1]!, stream),
            0,
          );
          int = frames.int;
          float = frames.float;
          ({ code, constants } = core);
          for (let r = 0; r < 3; r++) int[c + F.REGISTER + r] = int[h + F.REGISTER + r]!;
          pc += 3 satisfies (typeof LENGTH)['DETACH'];
          continue;
        }

        case 40 satisfies typeof OP.TAIL: {
          const key0 = int[h + F.KEY0]!;
          const key1 = int[h + F.KEY1]!;
          const stream = code[pc + 6]!;
          const latency = samplers[code[pc + 5]!]!.constantNs;
          const timeout = constants[code[pc + 7]!]!;
          const parent = int[h + F.PARENT]!;
          if (timeout >= 0 && parent !== 0) {
            // When this call would have timed out, its failure would have come to the parent so much later.
            const deadline = t + timeout + constants[code[pc + 8]!]! + this.replyLatency(parent);
            const armed = (int[parent + F.STATUS]! & F.ARMED) !== 0;
            if (!armed || deadline < float[parent >> 1]!) {
              if (unarmed !== parent) {
                if (armed) timeouts.cancel(parent);
                if (unarmed !== 0) timeouts.arm(unarmed);
                unarmed = parent;
              }
              int[parent + F.STATUS]! |= F.ARMED;
              float[parent >> 1] = deadline;
            }
          }
          const instance = this.selection.choose(code[pc + 1]!, code[pc + 2]!, code[pc + 3]!, h, key0, key1);
          const pass = code[pc + 4]!;
          const passed = pass < 0 ? 0 : int[h + F.REGISTER + pass]!;
          int[h + F.REGISTER] = instance;
          int[h + F.REGISTER + 1] = passed;
          int[h + F.REGISTER + 2] = 0;
          int[h + F.KEY0] = childKey0(key0, key1, stream);
          int[h + F.KEY1] = childKey1(key0, key1, stream);
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 9]!]! += latency;
            spans?.enter(row, pc, t);
            spans?.spend(row, code[pc + 9]!, t, t + latency);
            core.observer.time(code[pc + 9]!, stream, -1, latency, now);
          }
          t += latency;
          pc += 10 satisfies (typeof LENGTH)['TAIL'];
          continue;
        }

        case 41 satisfies typeof OP.REENTER: {
          if (t > now) break;
          pc =
            core.model.variants[core.variant]!.points[code[pc + 1]!] ??
            pc + (2 satisfies (typeof LENGTH)['REENTER']);
          continue;
        }

        case 42 satisfies typeof OP.PAUSE: {
          if (t > now) break;
          int[h + F.PC] = pc;
          float[h >> 1] = t;
          const time = this.natives[code[pc + 1]!]!(h);
          int = frames.int;
          float = frames.float;
          ({ code, constants } = core);
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 2]!]! += time;
            spans?.spend(row, code[pc + 2]!, t, t + time);
            if (time > 0) this.notes.failure('held', pc, h);
          }
          t += time;
          pc += 3 satisfies (typeof LENGTH)['PAUSE'];
          continue;
        }

        case 43 satisfies typeof OP.ALARM:
          this.alarms.ring(h);
          break steps;

        case 44 satisfies typeof OP.SLOW_VISIT: {
          const lead = code[pc + 1]!;
          if (t - lead > now) {
            int[h + F.PC] = ~pc;
            float[h >> 1] = t - lead;
            pending.push(h);
            break steps;
          }
          float[h >> 1] = t;
          this.visits.slowVisit(h, pc);
          t = float[h >> 1]!;
          pc += 15 satisfies (typeof LENGTH)['SLOW_VISIT'];
          continue;
        }

        case 45 satisfies typeof OP.SLOW_DELAY: {
          const time = this.visits.slowDelay(h, pc);
          t += time;
          const row = int[h + F.LEDGER]!;
          if (row !== 0) {
            ledger.rows[row + code[pc + 3]!]! += time;
            spans?.spend(row, code[pc + 3]!, t - time, t);
            this.notes.time(code[pc + 3]!, code[pc + 2]!, pc, h, time);
          }
          pc += 10 satisfies (typeof LENGTH)['SLOW_DELAY'];
          continue;
        }

        default:
          throw new Error(`There is no instruction ${code[pc]} at ${pc}.`);
      }
      // The clock has to come to the frame first, or to the time at which it is sent.
      const op = code[pc]!;
      if (op === VISIT || op === LEAF || op === LIMIT || op === NATIVE) {
        const lead = code[pc + 1]!;
        int[h + F.PC] = ~pc;
        t -= lead;
      } else int[h + F.PC] = pc;
      float[h >> 1] = t;
      pending.push(h);
      break;
    }
    if (unarmed !== 0) timeouts.arm(unarmed);
  }

  /** Ends the calls whose time is up at `time`. */
  endLateCalls(time: number): void {
    for (let h = this.core.timeouts.take(time); h !== 0; h = this.core.timeouts.take(time)) {
      const { int, float } = this.core.frames;
      const deadline = float[(h >> 1) + F.TIME]!;
      this.core.now = deadline;
      this.core.state.float[FLOAT.EVENTS]! += 1;
      const call = int[h + F.PC]!;
      const child = int[h + F.CHILD]!;
      const row = int[h + F.LEDGER]!;
      this.notes.callFailed('timed-out', call, h, this.core.code[call + 10]!);
      if (child !== 0) {
        const childRow = int[child + F.LEDGER]!;
        if (row !== 0 && childRow !== 0)
          this.core.ledger.rows[row + this.core.code[call + 11]!]! +=
            deadline - this.core.ledger.rows[childRow]!;
        int[child + F.PARENT] = 0;
        if (childRow !== 0) this.core.spans?.giveUp(childRow, deadline, FAILURE.timeout);
        this.core.ledger.close(childRow);
        int[child + F.LEDGER] = 0;
        int[h + F.CHILD] = 0;
      }
      int[h + F.STATUS] = (int[h + F.STATUS]! & ~(F.FAILURE_MASK | F.ARMED)) | FAILURE.timeout;
      this.core.resumeAt(h, deadline, this.core.code[call + 12]!);
    }
  }

  /** The span of a DELAY, which may be the answer to a TAIL. */
  private showDelay(row: number, pc: number, h: number, end: number, time: number): void {
    const spans = this.core.spans!;
    spans.spend(row, this.core.code[pc + 3]!, end - time, end);
    if (this.core.model.program.answers.has(pc))
      spans.leave(row, end, this.core.frames.int[h + F.STATUS]! & F.FAILURE_MASK);
  }

  /** The spans of a LEAF that arrived at `t` and was served until `served`. */
  private showLeaf(
    row: number,
    pc: number,
    t: number,
    served: number,
    rest: number,
    latency: number,
    timeout: number,
  ): void {
    const spans = this.core.spans!;
    const { code } = this.core;
    const [start] = this.visits.start;
    const answer = served + rest;
    spans.enterBehind(row, pc, code[pc + 18]!, t - latency, t);
    spans.spend(row, code[pc + 11]!, t, start!);
    spans.spend(row, code[pc + 12]!, start!, served);
    spans.spend(row, code[pc + 12]!, served, answer);
    spans.spend(row, code[pc + 18]!, answer, answer + latency);
    const deadline = timeout < 0 ? Infinity : t - latency + timeout;
    if (answer + latency > deadline) spans.leave(row, deadline, FAILURE.timeout);
    else spans.leave(row, answer + latency, 0);
  }

  /** One-way latency of the answer that a waiting caller will get: the same draw as on its return. */
  private replyLatency(parent: number): number {
    const { int } = this.core.frames;
    const call = int[parent + F.PC]!;
    const attempt = (int[parent + F.STATUS]! >>> F.ATTEMPT_SHIFT) & F.ATTEMPT_MASK;
    return sampleNs(
      this.core.model.program.samplers[this.core.code[call + 6]!]!,
      drawInt32(int[parent + F.KEY0]!, int[parent + F.KEY1]!, this.core.code[call + 7]!, 2 * attempt + 1),
    );
  }

  /** Adds a traced success to its flow's time by component and category. */
  private closeTrace(h: number, flowIndex: number): void {
    const { int } = this.core.frames;
    const row = int[h + F.LEDGER]!;
    const flow = this.core.recorder.flows[flowIndex]!;
    flow.traced++;
    for (let i = 0; i < flow.time.length; i++) flow.time[i]! += this.core.ledger.rows[row + 1 + i]!;
    this.core.ledger.close(row);
    int[h + F.LEDGER] = 0;
  }
}
