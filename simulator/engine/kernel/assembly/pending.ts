/** The pending-event set (pending.ts). */
import { fetch, fetchedTo } from './fetching';
import { at, F_KEY0, F_NEXT, F_START, F_TIME } from './frames';
import { openNext, pushRarely } from './host';
import { bins, occupiedBins, run, runTime, summary } from './places';
import { COUNT, INVERSE, LIMIT, OPEN_BIN, OPENED_BINS, OPENED_EVENTS, POSITION, SIZE, WINDOW_END } from './state';

const FINE: i32 = 1 << 16;
const CHUNK: f64 = 8192;
const CHUNKS_AHEAD: f64 = 7;
const SORT_LIMIT: i32 = 40;

// @ts-ignore: decorator
@inline
export function push(h: i32, time: f64): void {
  const bin = floor(time * load<f64>(INVERSE));
  if (bin > load<f64>(OPEN_BIN) && bin < load<f64>(WINDOW_END)) {
    store<i32>(SIZE, load<i32>(SIZE) + 1);
    const slot = <i32>(<i64>bin & <i64>(FINE - 1));
    const address = bins + (<usize>slot << 2);
    const head = load<i32>(address);
    store<i32>(at(h), head, F_NEXT);
    store<i32>(address, h);
    // Whether it was empty, nobody can predict.
    const word = occupiedBins + (<usize>(slot >> 5) << 2);
    store<i32>(word, load<i32>(word) | (1 << (slot & 31)));
    const group = summary + (<usize>(slot >> 10) << 2);
    store<i32>(group, load<i32>(group) | (1 << ((slot >> 5) & 31)));
  } else pushRarely(h);
}

/** PendingEvents.advance, where the next bin lies within the limit and the chunk of the open one. */
export function openNextBin(): bool {
  const open = load<f64>(OPEN_BIN);
  const limitBin = floor(load<f64>(LIMIT) * load<f64>(INVERSE));
  // Behind the chunk of the open bin the window moves, which is rare.
  const chunkEnd = load<f64>(WINDOW_END) - (CHUNKS_AHEAD - 1) * CHUNK;
  const end = min(limitBin + 1, chunkEnd);
  let bin = open + 1;
  while (bin < end) {
    const slot = <i32>(<i64>bin & <i64>(FINE - 1));
    const bits = load<i32>(occupiedBins + (<usize>(slot >> 5) << 2)) >>> (slot & 31);
    if (bits !== 0) {
      bin += <f64>ctz(bits);
      if (bin >= end) break;
      openBin(bin);
      return true;
    }
    bin += <f64>(32 - (slot & 31));
    while (bin < end) {
      const next = <i32>(<i64>bin & <i64>(FINE - 1));
      if ((next & 1023) !== 0 || load<i32>(summary + (<usize>(next >> 10) << 2)) !== 0) break;
      bin += 1024;
    }
  }
  if (limitBin + 1 > chunkEnd) return openNext();
  store<i32>(POSITION, 0);
  store<i32>(COUNT, 0);
  if (limitBin > open) store<f64>(OPEN_BIN, limitBin);
  return false;
}

/**
 * The list came last-in first-out, and most came in the order of their times: each next one goes to the front of
 * those before, or not far behind. They end where the run has room for SORT_LIMIT.
 */
function openBin(bin: f64): void {
  const slot = <i32>(<i64>bin & <i64>(FINE - 1));
  if (bin >= fetchedTo) fetch(bin, slot);
  const address = bins + (<usize>slot << 2);
  const handlesEnd = run + (<usize>SORT_LIMIT << 2);
  let handle = handlesEnd;
  let time = runTime + (<usize>SORT_LIMIT << 3);
  for (let h = load<i32>(address); h !== 0; ) {
    if (handle === run) {
      openNext();
      return;
    }
    const f = at(h);
    const due = load<f64>(f, F_TIME);
    let place = handle;
    let timePlace = time;
    while (place < handlesEnd) {
      const other = load<f64>(timePlace);
      if (due < other || (due === other && !isBefore(load<i32>(place), h))) break;
      store<i32>(place - 4, load<i32>(place));
      store<f64>(timePlace - 8, other);
      place += 4;
      timePlace += 8;
    }
    store<i32>(place - 4, h);
    store<f64>(timePlace - 8, due);
    handle -= 4;
    time -= 8;
    h = load<i32>(f, F_NEXT);
  }
  store<f64>(OPEN_BIN, bin);
  store<i32>(address, 0);
  const word = occupiedBins + (<usize>(slot >> 5) << 2);
  const bits = load<i32>(word) & ~(1 << (slot & 31));
  store<i32>(word, bits);
  if (bits === 0) {
    const group = summary + (<usize>(slot >> 10) << 2);
    store<i32>(group, load<i32>(group) & ~(1 << ((slot >> 5) & 31)));
  }
  const position = <i32>((handle - run) >>> 2);
  store<i32>(POSITION, position);
  store<i32>(COUNT, SORT_LIMIT);
  store<i32>(OPENED_BINS, load<i32>(OPENED_BINS) + 1);
  store<i32>(OPENED_EVENTS, load<i32>(OPENED_EVENTS) + SORT_LIMIT - position);
}

/** Of two frames of one time: by the request's start, then its key. */
function isBefore(a: i32, b: i32): bool {
  const startA = load<f64>(at(a), F_START);
  const startB = load<f64>(at(b), F_START);
  if (startA !== startB) return startA < startB;
  return load<i32>(at(a), F_KEY0) < load<i32>(at(b), F_KEY0);
}
