/** Has frames come into the cache before they are worked on. It has no twin: it changes nothing. */
import { columnOf, KEY, keyIn } from './choices';
import { F_NEXT, F_PARENT, F_PC, F_PREVIOUS } from './frames';
import { bins, choices, code, fetched, frames, keysOf, limiters, occupiedBins } from './places';

/** First bin whose frames were not fetched. */
export let fetchedTo: f64 = 0;
/** Keeps the loads that only fetch. */
export let touched: i32 = 0;
/** Opcode of an instruction that may choose a key (program.ts). */
const NATIVE: i32 = 17;
const FETCH_PASSES: i32 = 5;
/** Of each of the two lists; there are at most 32 frames a pass. */
const FETCHED_BYTES: usize = 1024;

/**
 * Has the frames of the next bins, up to 32, come into the cache before they are worked on. Since they
 * went to sleep some thousand others were awake, and they have long left it; when they are asked for one by
 * one, each is waited for, and that is a quarter of the time. Here no load waits for another of the same
 * pass, so that the processor has many under way at once.
 */
export function fetch(bin: f64, slot: i32): void {
  fetchedTo = bin + <f64>(32 - (slot & 31));
  const base = frames;
  const text = code;
  const first = bins + (<usize>(slot & ~31) << 2);
  let bits = load<i32>(occupiedBins + (<usize>(slot >> 5) << 2));
  let list = fetched;
  let sum: i32 = 0;
  for (; bits !== 0; bits &= bits - 1) {
    const f = base + (<usize>load<i32>(first + (<usize>ctz(bits) << 2)) << 2);
    sum += load<i32>(f, F_NEXT);
    store<i32>(list, <i32>f);
    list += 4;
  }
  // Then their callers, to whom most come back in the same event, and the second frames; and so on.
  let from = fetched;
  const choosing = fetched + FETCHED_BYTES;
  let choosingEnd = choosing;
  for (let pass = 0; pass < FETCH_PASSES; pass++) {
    const end = list;
    for (; from < end; from += 4) {
      const f = <usize>load<i32>(from);
      const next = load<i32>(f, F_NEXT);
      const g = base + (<usize>next << 2);
      sum += load<i32>(g, F_NEXT) + load<i32>(base + (<usize>load<i32>(f, F_PARENT) << 2), F_NEXT);
      store<i32>(list, <i32>g);
      list += <usize>(next !== 0) << 2;
      const pc = load<i32>(f, F_PC);
      store<i32>(choosingEnd, <i32>f);
      choosingEnd += <usize>(load<i32>(text + (<usize>(pc ^ (pc >> 31)) << 2)) === NATIVE) << 2;
    }
  }
  // The neighbours of the callers in the list of time-outs, out of which they go when they are answered.
  for (let i = fetched; i < from; i += 4) {
    const caller = base + (<usize>load<i32>(<usize>load<i32>(i), F_PARENT) << 2);
    const after = load<i32>(caller, F_NEXT);
    const before = load<i32>(caller, F_PREVIOUS);
    sum += load<i32>(base + (<usize>after << 2)) + load<i32>(base + (<usize>(before & ~(before >> 31)) << 2));
  }
  // Of those that choose a key, the column, and then the counters of the key.
  for (let i = choosing; i < choosingEnd; i += 4) sum += fetchColumn(<usize>load<i32>(i));
  for (let i = choosing; i < choosingEnd; i += 4) sum += fetchKeyFor(<usize>load<i32>(i));
  touched += sum;
}

/** The choice of a key that a frame at a NATIVE makes; 0: none. */
// @ts-ignore: decorator
@inline
function keyChoiceAt(f: usize): usize {
  const pc = load<i32>(f, F_PC);
  const choice = <usize>load<i32>(choices + (<usize>load<i32>(code + (<usize>(pc ^ (pc >> 31)) << 2), 8) << 2));
  return choice !== 0 && load<i32>(choice) === KEY ? choice : 0;
}

// @ts-ignore: decorator
@inline
function fetchColumn(f: usize): i32 {
  const choice = keyChoiceAt(f);
  return choice === 0 ? 0 : load<i32>(columnOf(choice, f));
}

// @ts-ignore: decorator
@inline
function fetchKeyFor(f: usize): i32 {
  const choice = keyChoiceAt(f);
  if (choice === 0) return 0;
  const key = keyIn(columnOf(choice, f), choice, f);
  return key < load<i32>(choice, 12) ? fetchKey(load<i32>(choice, 24), key) : 0;
}

function fetchKey(limiter: i32, key: i32): i32 {
  const row = limiters + (<usize>limiter << 6);
  const counts = <usize>load<i32>(keysOf + (<usize>load<i32>(row) << 2)) + (<usize>key << 5);
  return load<i32>(counts) + load<i32>(<usize>load<i32>(row, 4) + (<usize>key << 3));
}
