/**
 * The kernel: the hot part of the machine's loop, in AssemblyScript, compiled to WebAssembly.
 *
 * It works on the bytes of memory.ts and does, to the last bit, what interpreter.ts does: takes frames in
 * order, carries out the common instructions, and leaves everything else (an instruction that it does
 * not know, a traced frame, a table that must grow) to interpreter.ts, which goes on from the same bytes.
 * So a component or an instruction can be added without touching it. Each instruction is described at
 * its twin in interpreter.ts or the stations beside it; why things are as they are is said there. The files
 * beside this one are called as their twins in the folder above, or say which they are.
 *
 * interpreter.ts is its oracle: a test compares digests with and without the kernel.
 */
import { isOurs, makeChoice } from './choices';
import {
  childStream0, childStream1, constantOf, draw, ownDraw, sampleFrom, TWO_TO_MINUS_32, uniform, unsigned,
} from './draws';
import {
  ARMED, at, ATTEMPT_MASK, ATTEMPT_SHIFT, BRANCH_MASK, BRANCH_SHIFT, BRANCH_UNIT, F_CHILD, F_KEY0, F_KEY1, F_LEDGER,
  F_PARENT, F_PC, F_REGISTER, F_START, F_STATUS, F_TIME, FAILURE_MASK, hasFrames, isTraced, pushReady, REJECTED,
  release, ROOT, take, TIMED_OUT,
} from './frames';
import { arrive, callNative, countKeyLater, pickBy, unpickBy } from './host';
import { openNextBin, push } from './pending';
import {
  balancers, capacity, choices, code, completed, component, constants, counters, early, finished, inFlight, keysOf,
  latencyOf, limiters, noWait, occupied, queued, ready, run, runTime,
} from './places';
import { add, record } from './recorder';
import { arriveHere, startRoot } from './sources';
import {
  ARRIVAL, CELL_END, COUNT, EVENTS, FRAME, LAST_EVENT, LIMIT, NOW, PC, POSITION, READY_CAPACITY, READY_HEAD,
  READY_TAIL, SIZE, TIMEOUT_DUE, UNARMED, UNTIL,
} from './state';
import { arm, cancel } from './timeouts';
import { releaseEarly, touch } from './tokens';
import { choose, replyLatency, visit } from './visits';

export { configure } from './draws';
export { touched } from './fetching';
export { place } from './places';

// What `advance` ends with.
const REACHED: i32 = 0;
const BUDGET: i32 = 1;
const STEP: i32 = 2;
const TIMEOUTS: i32 = 3;

/** Goes on until the time, the number of events, or what only TypeScript does. */
export function advance(): i32 {
  for (;;) {
    let h: i32;
    const readyHead = load<i32>(READY_HEAD);
    if (readyHead < load<i32>(READY_TAIL)) {
      h = load<i32>(ready + (<usize>readyHead << 2));
      if (readyHead + 1 === load<i32>(READY_TAIL)) {
        store<i32>(READY_HEAD, 0);
        store<i32>(READY_TAIL, 0);
      } else store<i32>(READY_HEAD, readyHead + 1);
    } else {
      if (load<f64>(EVENTS) >= load<f64>(LAST_EVENT)) return BUDGET;
      const until = load<f64>(UNTIL);
      const sourceDue = load<f64>(ARRIVAL);
      const timeoutDue = load<f64>(TIMEOUT_DUE);
      const other = sourceDue < timeoutDue ? sourceDue : timeoutDue;
      let next: f64 = Infinity;
      store<f64>(LIMIT, other < until ? other : until);
      let position = load<i32>(POSITION);
      if (position < load<i32>(COUNT)) next = load<f64>(runTime + (<usize>position << 3));
      else if (openNextBin()) {
        position = load<i32>(POSITION);
        next = load<f64>(runTime + (<usize>position << 3));
      }
      if (next >= until && other >= until) {
        store<f64>(NOW, until);
        return REACHED;
      }
      if (next > other) {
        if (timeoutDue <= sourceDue) return TIMEOUTS;
        store<f64>(NOW, sourceDue);
        store<f64>(EVENTS, load<f64>(EVENTS) + 1);
        if (!arriveHere(sourceDue)) arrive();
        continue;
      }
      h = load<i32>(run + (<usize>position << 2));
      store<i32>(POSITION, position + 1);
      store<i32>(SIZE, load<i32>(SIZE) - 1);
      store<f64>(NOW, next);
      store<f64>(EVENTS, load<f64>(EVENTS) + 1);
    }

    let f = at(h);
    let pc = load<i32>(f, F_PC);
    let t = load<f64>(f, F_TIME);
    if (pc < 0) {
      pc = ~pc;
      t += <f64>load<i32>(code + (<usize>pc << 2), 4);
    }
    let unarmed: i32 = 0;
    if (load<i32>(f, F_STATUS) < 0 || load<i32>(f, F_LEDGER) !== 0) return leave(h, pc, t, 0);
    const now = load<f64>(NOW);

    for (;;) {
      const p = code + (<usize>pc << 2);
      switch (load<i32>(p)) {
        case 0: { // DELAY
          const sampler = load<i32>(p, 4);
          const constant = constantOf(sampler);
          t +=
            constant >= 0
              ? constant
              : sampleFrom(
                  sampler,
                  ownDraw(f, load<i32>(p, 8), (load<i32>(f, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK),
                );
          pc += 4;
          continue;
        }
        case 1: { // VISIT
          const lead = <f64>load<i32>(p, 4);
          if (t - lead > now) {
            store<i32>(f, ~pc, F_PC);
            t -= lead;
            break;
          }
          t = visit(
            p,
            f,
            load<i32>(f, F_KEY0),
            load<i32>(f, F_KEY1),
            (load<i32>(f, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK,
            t,
          );
          pc += 13;
          continue;
        }
        case 20: { // LEAF
          const lead = <f64>load<i32>(p, 4);
          if (t - lead > now) {
            store<i32>(f, ~pc, F_PC);
            t -= lead;
            break;
          }
          const parent0 = load<i32>(f, F_KEY0);
          const parent1 = load<i32>(f, F_KEY1);
          const attempt = (load<i32>(f, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
          const child = load<i32>(p, 64) + attempt;
          const key0 = draw(parent0, parent1, childStream0, child);
          const key1 = draw(parent0, parent1, childStream1, child);
          const latency = constantOf(load<i32>(p, 60));
          let end = visit(p, f, key0, key1, 0, t);
          const extra = load<i32>(p, 52);
          const rest = constantOf(extra);
          end += (rest >= 0 ? rest : sampleFrom(extra, draw(key0, key1, load<i32>(p, 56), 0))) + latency;
          const timeout = load<f64>(constants + (<usize>load<i32>(p, 68) << 3));
          if (timeout >= 0) {
            const deadline = t - latency + timeout;
            if (end > deadline) {
              store<i32>(f, (load<i32>(f, F_STATUS) & ~FAILURE_MASK) | TIMED_OUT, F_STATUS);
              t = deadline;
              pc = load<i32>(p, 80);
              continue;
            }
          }
          t = end;
          pc += 21;
          continue;
        }
        case 2: { // ACQUIRE
          if (t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          const station =
            load<i32>(p, 4) +
            choose(load<i32>(p, 12), load<i32>(p, 16), load<i32>(p, 8), f, load<i32>(f, F_KEY0), load<i32>(f, F_KEY1));
          const at = <usize>station << 2;
          if (load<i32>(occupied + at) + load<i32>(early + (<usize>station << 4)) >= load<i32>(capacity + at))
            return leave(h, pc, t, unarmed);
          touch(station);
          store<i32>(occupied + at, load<i32>(occupied + at) + 1);
          add(noWait + (<usize>load<i32>(component + at) << 3), 1);
          pc += 8;
          continue;
        }
        case 3: { // RELEASE
          const station =
            load<i32>(p, 4) +
            choose(load<i32>(p, 12), load<i32>(p, 16), load<i32>(p, 8), f, load<i32>(f, F_KEY0), load<i32>(f, F_KEY1));
          if (t > now) {
            if (!releaseEarly(station, h, t)) {
              store<i32>(f, pc, F_PC);
              break;
            }
            pc += 5;
            continue;
          }
          const at = <usize>station << 2;
          if (load<i32>(queued + at) > 0) return leave(h, pc, t, unarmed);
          touch(station);
          add(finished + (<usize>station << 3), 1);
          store<i32>(occupied + at, load<i32>(occupied + at) - 1);
          pc += 5;
          continue;
        }
        case 4: { // CALL
          if (!hasFrames(1)) return leave(h, pc, t, unarmed);
          const status = load<i32>(f, F_STATUS);
          const attempt = (status >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
          // A retry draws among the other instances.
          if (attempt > 0 && load<i32>(p, 12) === 2) return leave(h, pc, t, unarmed);
          const key0 = load<i32>(f, F_KEY0);
          const key1 = load<i32>(f, F_KEY1);
          const stream = load<i32>(p, 28);
          const child = stream + attempt;
          const sampler = load<i32>(p, 24);
          const constant = constantOf(sampler);
          const latency = constant >= 0 ? constant : sampleFrom(sampler, draw(key0, key1, stream, 2 * attempt));
          const c = take();
          const g = at(c);
          store<f64>(g, load<f64>(f, F_START), F_START);
          store<i32>(g, draw(key0, key1, childStream0, child), F_KEY0);
          store<i32>(g, draw(key0, key1, childStream1, child), F_KEY1);
          store<i32>(g, h, F_PARENT);
          store<i32>(g, 0, F_STATUS);
          store<i32>(g, 0, F_LEDGER);
          store<i32>(g, 0, F_CHILD);
          store<i32>(g, choose(load<i32>(p, 12), load<i32>(p, 16), load<i32>(p, 8), f, key0, key1), F_REGISTER);
          const pass = load<i32>(p, 20);
          store<i32>(g, pass < 0 ? 0 : load<i32>(f + (<usize>pass << 2), F_REGISTER), F_REGISTER + 4);
          store<i32>(g, 0, F_REGISTER + 8);
          store<i32>(f, pc, F_PC);
          store<i32>(f, c, F_CHILD);
          const timeout = load<f64>(constants + (<usize>load<i32>(p, 32) << 3));
          if (timeout >= 0) {
            if (unarmed !== 0) arm(unarmed);
            store<i32>(f, status | ARMED, F_STATUS);
            store<f64>(f, t + timeout, F_TIME);
            unarmed = h;
          }
          t += latency;
          h = c;
          f = g;
          pc = load<i32>(p, 4);
          continue;
        }
        case 5: { // RETURN
          const parent = load<i32>(f, F_PARENT);
          if (parent === 0) {
            release(h);
            h = 0;
            break;
          }
          const g = at(parent);
          const reply = t + replyLatency(g);
          const status = load<i32>(g, F_STATUS);
          if ((status & ARMED) !== 0) {
            if (reply > load<f64>(g, F_TIME)) {
              store<i32>(g, 0, F_CHILD);
              release(h);
              h = 0;
              break;
            }
            if (unarmed === parent) unarmed = 0;
            else cancel(parent);
          }
          const call = load<i32>(g, F_PC);
          const failure = load<i32>(f, F_STATUS) & FAILURE_MASK;
          release(h);
          h = parent;
          f = g;
          store<i32>(f, 0, F_CHILD);
          t = reply;
          if (failure === 0) {
            store<i32>(f, status & ~ARMED, F_STATUS);
            pc = call + 13;
          } else {
            store<i32>(f, (status & ~(ARMED | FAILURE_MASK)) | failure, F_STATUS);
            pc = load<i32>(code + (<usize>call << 2), 48);
          }
          continue;
        }
        case 6: // JUMP
          pc = load<i32>(p, 4);
          continue;
        case 7: { // CHANCE
          const attempt = (load<i32>(f, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
          const u = uniform(ownDraw(f, load<i32>(p, 8), attempt));
          pc = u < load<f64>(constants + (<usize>load<i32>(p, 4) << 3)) ? pc + 4 : load<i32>(p, 12);
          continue;
        }
        case 8: { // FORK
          if (t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          const branches = load<i32>(p, 12);
          if (!hasFrames(branches) || load<i32>(READY_TAIL) + branches > load<i32>(READY_CAPACITY))
            return leave(h, pc, t, unarmed);
          store<i32>(f, pc, F_PC);
          store<i32>(f, 0, F_CHILD);
          store<f64>(f, t, F_TIME);
          store<i32>(f, load<i32>(f, F_STATUS) + branches * BRANCH_UNIT, F_STATUS);
          const key0 = load<i32>(f, F_KEY0);
          const key1 = load<i32>(f, F_KEY1);
          for (let i = 0; i < branches; i++) {
            const c = take();
            const g = at(c);
            const child = load<i32>(p, 4) + i;
            store<f64>(g, t, F_TIME);
            store<f64>(g, load<f64>(f, F_START), F_START);
            store<i32>(g, load<i32>(p + (<usize>i << 2), 16), F_PC);
            store<i32>(g, draw(key0, key1, childStream0, child), F_KEY0);
            store<i32>(g, draw(key0, key1, childStream1, child), F_KEY1);
            store<i32>(g, h, F_PARENT);
            store<i32>(g, 0, F_STATUS);
            store<i32>(g, 0, F_LEDGER);
            store<i32>(g, 0, F_CHILD);
            store<i32>(g, load<i32>(f, F_REGISTER), F_REGISTER);
            store<i32>(g, load<i32>(f, F_REGISTER + 4), F_REGISTER + 4);
            store<i32>(g, load<i32>(f, F_REGISTER + 8), F_REGISTER + 8);
            pushReady(c);
          }
          h = 0;
          break;
        }
        case 9: { // BRANCH_END
          const parent = load<i32>(f, F_PARENT);
          const g = at(parent);
          const failure = load<i32>(f, F_STATUS) & FAILURE_MASK;
          let status = load<i32>(g, F_STATUS) - BRANCH_UNIT;
          if (failure !== 0 && (status & FAILURE_MASK) === 0) status |= failure;
          store<i32>(g, status, F_STATUS);
          if (t >= load<f64>(g, F_TIME)) store<f64>(g, t, F_TIME);
          release(h);
          h = 0;
          if (((status >>> BRANCH_SHIFT) & BRANCH_MASK) !== 0) break;
          if (status < 0) {
            // Killed meanwhile.
            release(parent);
            break;
          }
          h = parent;
          f = g;
          t = load<f64>(f, F_TIME);
          pc = load<i32>(f, F_PC);
          const fork = code + (<usize>pc << 2);
          const isFork = load<i32>(fork) === 8;
          if ((status & FAILURE_MASK) === 0) pc += isFork ? 4 + load<i32>(fork, 12) : 5;
          else pc = isFork ? load<i32>(fork, 8) : load<i32>(fork, 12);
          continue;
        }
        case 10: // FAIL
          store<i32>(f, (load<i32>(f, F_STATUS) & ~FAILURE_MASK) | load<i32>(p, 4), F_STATUS);
          pc = load<i32>(p, 8);
          continue;
        case 11: { // COMPLETE
          if (t >= load<f64>(CELL_END) && t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          const flow = <usize>load<i32>(p, 4);
          add(completed + (flow << 3), 1);
          record(<usize>load<i32>(latencyOf + (flow << 2)), t - load<f64>(f, F_START));
          add(inFlight + (flow << 3), -1);
          store<i32>(f, load<i32>(f, F_STATUS) & ~ROOT, F_STATUS);
          pc += 2;
          continue;
        }
        case 13: { // SPAWN
          if (t >= load<f64>(CELL_END) && t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          const key0 = load<i32>(f, F_KEY0);
          const key1 = load<i32>(f, F_KEY1);
          const stream = load<i32>(p, 12);
          const child1 = draw(key0, key1, childStream1, stream);
          if (isTraced(child1) || !hasFrames(1) || load<i32>(READY_TAIL) === load<i32>(READY_CAPACITY))
            return leave(h, pc, t, unarmed);
          const pass = load<i32>(p, 16);
          startRoot(
            load<i32>(p, 4),
            load<i32>(p, 8),
            draw(key0, key1, childStream0, stream),
            child1,
            pass < 0 ? 0 : load<i32>(f + (<usize>pass << 2), F_REGISTER),
            t,
          );
          pc += 5;
          continue;
        }
        case 14: { // SWITCH
          const value = load<i32>(f + (<usize>load<i32>(p, 4) << 2), F_REGISTER);
          const last = load<i32>(p, 8) - 1;
          pc = load<i32>(p + (<usize>(value < last ? value : last) << 2), 12);
          continue;
        }
        case 15: // SET
          store<i32>(f + (<usize>load<i32>(p, 4) << 2), load<i32>(p, 8), F_REGISTER);
          pc += 3;
          continue;
        case 16: { // ROUND
          const register = f + (<usize>load<i32>(p, 4) << 2);
          const left = load<i32>(register, F_REGISTER) - 1;
          store<i32>(register, left, F_REGISTER);
          store<i32>(f, ownDraw(f, childStream0, left), F_KEY0);
          pc += 2;
          continue;
        }
        case 17: { // NATIVE
          if (load<i32>(p, 16) !== 0) {
            const lead = <f64>load<i32>(p, 4);
            if (t - lead > now) {
              store<i32>(f, ~pc, F_PC);
              t -= lead;
              break;
            }
          }
          const choice = <usize>load<i32>(choices + (<usize>load<i32>(p, 8) << 2));
          let q = p;
          let value: i32;
          if (isOurs(choice, f)) value = makeChoice(choice, f);
          else {
            store<i32>(f, pc, F_PC);
            store<f64>(f, t, F_TIME);
            value = callNative(load<i32>(p, 8), h);
            // The function may have made the memory grow.
            f = at(h);
            q = code + (<usize>pc << 2);
          }
          if (value < 0) {
            store<i32>(f, (load<i32>(f, F_STATUS) & ~FAILURE_MASK) | -value, F_STATUS);
            pc = load<i32>(q, 20);
            continue;
          }
          const register = load<i32>(q, 12);
          if (register >= 0) store<i32>(f + (<usize>register << 2), value, F_REGISTER);
          pc += 6;
          continue;
        }
        case 18: { // COUNT
          if (t >= load<f64>(CELL_END) && t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          add(
            counters + (<usize>load<i32>(p, 4) << 3),
            load<f64>(constants + (<usize>load<i32>(p, 8) << 3)),
          );
          pc += 3;
          continue;
        }
        case 19: // CLEAR
          store<i32>(f, load<i32>(f, F_STATUS) & ~FAILURE_MASK, F_STATUS);
          pc += 1;
          continue;
        case 29: { // PICK
          if (t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          if (((load<i32>(f, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK) > 0) return leave(h, pc, t, unarmed);
          const b = balancers + (<usize>load<i32>(p, 4) << 4);
          let instance: i32;
          if (load<i32>(b) === 0) {
            instance = load<i32>(b, 8);
            store<i32>(b, instance + 1 === load<i32>(b, 4) ? 0 : instance + 1, 8);
          } else
            instance = pickBy(
              load<i32>(p, 4),
              ownDraw(f, load<i32>(p, 12), 0),
            );
          store<i32>(f + (<usize>load<i32>(p, 8) << 2), instance, F_REGISTER);
          pc += 4;
          continue;
        }
        case 30: { // UNPICK
          if (t > now) {
            store<i32>(f, pc, F_PC);
            break;
          }
          const balancer = load<i32>(p, 4);
          if (load<i32>(balancers + (<usize>balancer << 4)) !== 0)
            unpickBy(balancer, load<i32>(f + (<usize>load<i32>(p, 8) << 2), F_REGISTER));
          pc += 3;
          continue;
        }
        case 31: { // LIMIT
          const lead = <f64>load<i32>(p, 4);
          if (t - lead > now) {
            store<i32>(f, ~pc, F_PC);
            t -= lead;
            break;
          }
          const limiter = limiters + (<usize>load<i32>(p, 8) << 6);
          const key = load<i32>(f + (<usize>load<i32>(p, 12) << 2), F_REGISTER);
          const write = load<i32>(p, 16) === 1;
          const owner = load<i32>(limiter);
          const offered: i32 = write ? 2 : 0;
          const cellEnd = load<f64>(CELL_END);
          const counts = <usize>load<i32>(keysOf + (<usize>owner << 2)) + (<usize>(4 * key + offered) << 3);
          if (t < cellEnd) add(counts, 1);
          else countKeyLater(t, owner, key, offered);
          const busyUntil = <usize>(write ? load<i32>(limiter, 8) : load<i32>(limiter, 4)) + (<usize>key << 3);
          const until = load<f64>(busyUntil);
          const start = t < until ? until : t;
          if (start - t > load<f64>(limiter, 32)) {
            store<i32>(f, (load<i32>(f, F_STATUS) & ~FAILURE_MASK) | REJECTED, F_STATUS);
            pc = load<i32>(p, 24);
            continue;
          }
          store<f64>(busyUntil, start + (write ? load<f64>(limiter, 24) : load<f64>(limiter, 16)));
          const wait = floor(start - t + 0.5);
          if (t + wait < cellEnd) add(counts + 8, 1);
          else countKeyLater(t + wait, owner, key, offered + 1);
          t += wait;
          pc += 7;
          continue;
        }
        case 33: // END
          release(h);
          h = 0;
          break;
        case 34: // DRAW
          store<i32>(
            f + (<usize>load<i32>(p, 4) << 2),
            <i32>floor(
              unsigned(ownDraw(f, load<i32>(p, 8), 0)) *
                TWO_TO_MINUS_32 *
                <f64>load<i32>(p, 12),
            ),
            F_REGISTER,
          );
          pc += 4;
          continue;
        case 39: { // DETACH
          if (!hasFrames(1) || load<i32>(READY_TAIL) === load<i32>(READY_CAPACITY))
            return leave(h, pc, t, unarmed);
          const key0 = load<i32>(f, F_KEY0);
          const key1 = load<i32>(f, F_KEY1);
          const stream = load<i32>(p, 4);
          const c = take();
          const g = at(c);
          store<f64>(g, t, F_TIME);
          store<f64>(g, t, F_START);
          store<i32>(g, load<i32>(p, 8), F_PC);
          store<i32>(g, draw(key0, key1, childStream0, stream), F_KEY0);
          store<i32>(g, draw(key0, key1, childStream1, stream), F_KEY1);
          store<i32>(g, 0, F_PARENT);
          store<i32>(g, 0, F_STATUS);
          store<i32>(g, 0, F_LEDGER);
          store<i32>(g, 0, F_CHILD);
          store<i32>(g, load<i32>(f, F_REGISTER), F_REGISTER);
          store<i32>(g, load<i32>(f, F_REGISTER + 4), F_REGISTER + 4);
          store<i32>(g, load<i32>(f, F_REGISTER + 8), F_REGISTER + 8);
          pushReady(c);
          pc += 3;
          continue;
        }
        case 40: { // TAIL
          const key0 = load<i32>(f, F_KEY0);
          const key1 = load<i32>(f, F_KEY1);
          const timeout = load<f64>(constants + (<usize>load<i32>(p, 28) << 3));
          const parent = load<i32>(f, F_PARENT);
          if (timeout >= 0 && parent !== 0) {
            const g = at(parent);
            const deadline =
              t + timeout + load<f64>(constants + (<usize>load<i32>(p, 32) << 3)) + replyLatency(g);
            const status = load<i32>(g, F_STATUS);
            const armed = (status & ARMED) !== 0;
            if (!armed || deadline < load<f64>(g, F_TIME)) {
              if (unarmed !== parent) {
                if (armed) cancel(parent);
                if (unarmed !== 0) arm(unarmed);
                unarmed = parent;
              }
              store<i32>(g, status | ARMED, F_STATUS);
              store<f64>(g, deadline, F_TIME);
            }
          }
          const instance = choose(load<i32>(p, 4), load<i32>(p, 8), load<i32>(p, 12), f, key0, key1);
          const pass = load<i32>(p, 16);
          const passed = pass < 0 ? 0 : load<i32>(f + (<usize>pass << 2), F_REGISTER);
          store<i32>(f, instance, F_REGISTER);
          store<i32>(f, passed, F_REGISTER + 4);
          store<i32>(f, 0, F_REGISTER + 8);
          const stream = load<i32>(p, 24);
          store<i32>(f, draw(key0, key1, childStream0, stream), F_KEY0);
          store<i32>(f, draw(key0, key1, childStream1, stream), F_KEY1);
          t += constantOf(load<i32>(p, 20));
          pc += 10;
          continue;
        }
        default:
          return leave(h, pc, t, unarmed);
      }
      // The event is over, or the clock has to come to the frame first.
      if (h !== 0) {
        store<f64>(f, t, F_TIME);
        push(h, t);
      }
      break;
    }
    if (unarmed !== 0) arm(unarmed);
  }
  return REACHED;
}

/** Leaves the frame's next instruction to TypeScript. */
function leave(h: i32, pc: i32, t: f64, unarmed: i32): i32 {
  store<f64>(at(h), t, F_TIME);
  store<i32>(FRAME, h);
  store<i32>(PC, pc);
  store<i32>(UNARMED, unarmed);
  return STEP;
}
