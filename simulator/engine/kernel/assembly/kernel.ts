/**
 * The kernel: the hot part of the machine's loop, in AssemblyScript, compiled to WebAssembly.
 *
 * It works on the bytes of memory.ts and does, to the last bit, what interpreter.ts does: takes frames in
 * order, carries out the common instructions, and leaves everything else (an instruction that it does
 * not know, a traced frame, a table that must grow) to interpreter.ts, which goes on from the same bytes.
 * So a component or an instruction can be added without touching it. Each instruction is described at
 * its twin in interpreter.ts or the stations beside it; why things are as they are is said there.
 *
 * interpreter.ts is its oracle: a test compares digests with and without the kernel.
 */

// ---- what TypeScript does for it -------------------------------------------------------------------

// @ts-ignore: decorator
@external("machine", "native")
declare function callNative(index: i32, h: i32): i32;
/** Takes the arrival that is due; frames may have moved. */
// @ts-ignore: decorator
@external("machine", "arrive")
declare function arrive(): void;
/** Works out the next batch of arrival times of a source. */
// @ts-ignore: decorator
@external("machine", "refill")
declare function refill(source: i32): void;
/** PendingEvents.advance, push, Timeouts.arm, cancel: the rare ways. */
// @ts-ignore: decorator
@external("machine", "openNext")
declare function openNext(): bool;
// @ts-ignore: decorator
@external("machine", "push")
declare function pushRarely(h: i32): void;
// @ts-ignore: decorator
@external("machine", "arm")
declare function armRarely(h: i32): void;
// @ts-ignore: decorator
@external("machine", "cancel")
declare function cancelRarely(h: i32): void;
// @ts-ignore: decorator
@external("machine", "serviceLater")
declare function serviceLater(station: i32, arrival: f64, start: f64, end: f64): void;
// @ts-ignore: decorator
@external("machine", "countKeyLater")
declare function countKeyLater(time: f64, component: i32, key: i32, row: i32): void;
// @ts-ignore: decorator
@external("machine", "pick")
declare function pickBy(balancer: i32, draw: i32): i32;
// @ts-ignore: decorator
@external("machine", "unpick")
declare function unpickBy(balancer: i32, instance: i32): void;
// ---- where things are ------------------------------------------------------------------------------

/** Bytes; set by `place` in the order of `TABLES` in kernel.ts. */
let frames: usize = 0;
let code: usize = 0;
let constants: usize = 0;
let ready: usize = 0;
let bins: usize = 0;
let occupiedBins: usize = 0;
let summary: usize = 0;
let run: usize = 0;
let runTime: usize = 0;
let timeoutHeads: usize = 0;
let samplers: usize = 0;
let occupied: usize = 0;
let capacity: usize = 0;
let queued: usize = 0;
let since: usize = 0;
let component: usize = 0;
/** By station, 16 bytes (servers.ts): index of its first time, servers, which is the least. */
let servers: usize = 0;
let nextFree: usize = 0;
let busy: usize = 0;
let queue: usize = 0;
let finished: usize = 0;
let noWait: usize = 0;
let counters: usize = 0;
let inFlight: usize = 0;
let arrivals: usize = 0;
let completed: usize = 0;
/** Tables of addresses: histograms by flow and component, key counts by component. */
let latencyOf: usize = 0;
let waitOf: usize = 0;
let keysOf: usize = 0;
/** By limiter, 32 bytes: component, address of read and write times, -; ns a read, a write; longest wait. */
let limiters: usize = 0;
/** By balancer, 16 bytes: policy (0: in turn), instances, turn. */
let balancers: usize = 0;
/** Addresses of the sources' rows (source.ts). */
let sources: usize = 0;
/** Early releases by station (early-releases.ts), 16 bytes. */
let early: usize = 0;
/** By native function, address of the choice that it makes (choices.ts); 0: none. */
let choices: usize = 0;
/** Room for two lists of addresses of frames that are fetched at once. */
let fetched: usize = 0;

export function place(table: i32, address: usize): void {
  switch (table) {
    case 0: frames = address; break;
    case 1: code = address; break;
    case 2: constants = address; break;
    case 3: ready = address; break;
    case 4: bins = address; break;
    case 5: occupiedBins = address; break;
    case 6: summary = address; break;
    case 7: run = address; break;
    case 8: runTime = address; break;
    case 9: timeoutHeads = address; break;
    case 10: samplers = address; break;
    case 11: occupied = address; break;
    case 12: capacity = address; break;
    case 13: queued = address; break;
    case 14: since = address; break;
    case 15: component = address; break;
    case 16: servers = address; break;
    case 17: nextFree = address; break;
    case 18: busy = address; break;
    case 19: queue = address; break;
    case 20: finished = address; break;
    case 21: noWait = address; break;
    case 22: counters = address; break;
    case 23: inFlight = address; break;
    case 24: arrivals = address; break;
    case 25: completed = address; break;
    case 26: latencyOf = address; break;
    case 27: waitOf = address; break;
    case 28: keysOf = address; break;
    case 29: limiters = address; break;
    case 30: balancers = address; break;
    case 31: sources = address; break;
    case 32: early = address; break;
    case 33: choices = address; break;
    case 34: fetched = address; break;
    default: unreachable();
  }
}

// State words (memory.ts: FLOAT, INT), as addresses.
const STATE: usize = 64;
const NOW: usize = STATE;
const ARRIVAL: usize = STATE + 8;
const UNTIL: usize = STATE + 24;
const TIMEOUT_DUE: usize = STATE + 32;
const LIMIT: usize = STATE + 40;
const CELL_END: usize = STATE + 48;
const INVERSE: usize = STATE + 56;
const OPEN_BIN: usize = STATE + 64;
const WINDOW_END: usize = STATE + 72;
const EVENTS: usize = STATE + 80;
const LAST_EVENT: usize = STATE + 88;
const INTS: usize = STATE + 256;
const FREE: usize = INTS;
const USED: usize = INTS + 4;
const CAPACITY: usize = INTS + 8;
const LIVE: usize = INTS + 12;
const POSITION: usize = INTS + 20;
const COUNT: usize = INTS + 24;
const SIZE: usize = INTS + 28;
const OPENED_BINS: usize = INTS + 32;
const OPENED_EVENTS: usize = INTS + 36;
const READY_HEAD: usize = INTS + 40;
const READY_TAIL: usize = INTS + 44;
const READY_CAPACITY: usize = INTS + 48;
const FRAME: usize = INTS + 52;
const PC: usize = INTS + 56;
const UNARMED: usize = INTS + 60;
const NEXT_BUCKET: usize = INTS + 64;
const ARMED_COUNT: usize = INTS + 68;
const TRACE_MASK: usize = INTS + 72;
const SOURCES: usize = INTS + 80;
const DUE_SOURCE: usize = INTS + 84;

// Bytes in a frame (frames.ts).
const F_TIME: usize = 0;
const F_START: usize = 8;
const F_PC: usize = 16;
const F_NEXT: usize = 20;
const F_KEY0: usize = 24;
const F_KEY1: usize = 28;
const F_PARENT: usize = 32;
const F_STATUS: usize = 36;
const F_LEDGER: usize = 40;
const F_PREVIOUS: usize = 44;
const F_CHILD: usize = 48;
const F_REGISTER: usize = 52;
const FAILURE_MASK: i32 = 0x7f;
const IN_HAND: i32 = 128;
const ATTEMPT_SHIFT: i32 = 8;
const ATTEMPT_MASK: i32 = 0x7f;
const ARMED: i32 = 32768;
const BRANCH_SHIFT: i32 = 16;
const BRANCH_UNIT: i32 = 65536;
const BRANCH_MASK: i32 = 0x3fff;
const ROOT: i32 = 0x40000000;
const TIMED_OUT: i32 = 1;
const REJECTED: i32 = 2;

const TWO_TO_MINUS_32: f64 = 2.3283064365386963e-10;

// pending.ts, timeouts.ts, servers.ts, histogram.ts
const FINE: i32 = 1 << 16;
const CHUNK: f64 = 8192;
const CHUNKS_AHEAD: f64 = 7;
const SORT_LIMIT: i32 = 40;
const BUCKET_NS: f64 = 1048576;
const BUCKETS: i32 = 1 << 12;
const FIRST_BIN: i32 = (1023 + 7) << 7;
const MOST_SORTED: i32 = 128;
const HIGHEST: f64 = 8796093022079;
const TOTALS: usize = 4608 * 8;

// What `advance` ends with.
const REACHED: i32 = 0;
const BUDGET: i32 = 1;
const STEP: i32 = 2;
const TIMEOUTS: i32 = 3;

// ---- draws -----------------------------------------------------------------------------------------

// @ts-ignore: decorator
@inline
function draw(key0: i32, key1: i32, stream: i32, index: i32): i32 {
  let h: i32 = key0 + stream + index * -1640531535;
  h ^= h >>> 17;
  h = (h * -312814405) ^ key1;
  h ^= h >>> 11;
  h = h * -1404298415;
  h ^= h >>> 15;
  h = h * 830770091;
  return h ^ (h >>> 14);
}

/** Streams of the keys of children and of roots; set by `configure`. */
let childStream0: i32 = 0;
let childStream1: i32 = 0;
let rootStream0: i32 = 0;
let rootStream1: i32 = 0;

export function configure(child0: i32, child1: i32, root0: i32, root1: i32): void {
  childStream0 = child0;
  childStream1 = child1;
  rootStream0 = root0;
  rootStream1 = root1;
}

/** Samplers, 16 bytes each: constant ns or -1 (float64), address of the table. */
// @ts-ignore: decorator
@inline
function constantOf(sampler: i32): f64 {
  return load<f64>(samplers + (<usize>sampler << 4));
}

function sampleFrom(sampler: i32, draw: i32): f64 {
  const octave = clz(draw);
  const shifted = octave === 32 ? draw : draw << octave;
  const cell = (octave << 5) | ((shifted >>> 26) & 31);
  const at = <usize>load<i32>(samplers + (<usize>sampler << 4), 8) + (<usize>cell << 4);
  return floor(load<f64>(at) + load<f64>(at, 8) * <f64>(shifted & 0x3ffffff) + 0.5);
}

// @ts-ignore: decorator
@inline
function unsigned(draw: i32): f64 {
  return <f64>(<u32>draw);
}

/** The draw as a number between 0 and 1. */
// @ts-ignore: decorator
@inline
function uniform(draw: i32): f64 {
  return (unsigned(draw) + 0.5) * TWO_TO_MINUS_32;
}

/** The draw as one of 0 to count - 1: floor(draw x 2^-32 x count), which is exact there for counts up to 2^21. */
// @ts-ignore: decorator
@inline
function scaled(draw: i32, count: i32): i32 {
  return <i32>((<u64>(<u32>draw) * <u64>count) >>> 32);
}

// ---- frames ----------------------------------------------------------------------------------------

// @ts-ignore: decorator
@inline
function at(h: i32): usize {
  return frames + (<usize>h << 2);
}

/** May `count` frames be taken without growing or stopping? */
// @ts-ignore: decorator
@inline
function hasFrames(count: i32): bool {
  return load<i32>(LIVE) + count < load<i32>(CAPACITY);
}

// @ts-ignore: decorator
@inline
function take(): i32 {
  store<i32>(LIVE, load<i32>(LIVE) + 1);
  const h = load<i32>(FREE);
  if (h !== 0) {
    store<i32>(FREE, load<i32>(at(h), F_NEXT));
    return h;
  }
  const used = load<i32>(USED);
  store<i32>(USED, used + 1);
  return used << 4;
}

// @ts-ignore: decorator
@inline
function release(h: i32): void {
  const f = at(h);
  store<i32>(f, -1, F_PC);
  store<i32>(f, load<i32>(FREE), F_NEXT);
  store<i32>(FREE, h);
  store<i32>(LIVE, load<i32>(LIVE) - 1);
}

// @ts-ignore: decorator
@inline
function pushReady(h: i32): void {
  const tail = load<i32>(READY_TAIL);
  store<i32>(ready + (<usize>tail << 2), h);
  store<i32>(READY_TAIL, tail + 1);
}

/** A frame without a caller, a root of `flow`; its registers are 0, `register`, 0. */
// @ts-ignore: decorator
@inline
function startRoot(entry: i32, flow: i32, key0: i32, key1: i32, register: i32, time: f64): void {
  const h = take();
  const f = at(h);
  store<f64>(f, time, F_TIME);
  store<f64>(f, time, F_START);
  store<i32>(f, entry, F_PC);
  store<i32>(f, key0, F_KEY0);
  store<i32>(f, key1, F_KEY1);
  store<i32>(f, 0, F_PARENT);
  store<i32>(f, ROOT, F_STATUS);
  store<i32>(f, 0, F_LEDGER);
  store<i32>(f, 0, F_CHILD);
  store<i32>(f, 0, F_REGISTER);
  store<i32>(f, register, F_REGISTER + 4);
  store<i32>(f, 0, F_REGISTER + 8);
  pushReady(h);
  add(arrivals + (<usize>flow << 3), 1);
  add(inFlight + (<usize>flow << 3), 1);
}

// @ts-ignore: decorator
@inline
function add(address: usize, amount: f64): void {
  store<f64>(address, load<f64>(address) + amount);
}

// @ts-ignore: decorator
@inline
function isTraced(key1: i32): bool {
  return (key1 & load<i32>(TRACE_MASK)) === 0;
}

/** Machine.arrive: the request of the source that is due, if it can be begun here. */
function arriveHere(time: f64): bool {
  const count = load<i32>(SOURCES);
  if (count === 0 || !hasFrames(1)) return false;
  const due = load<i32>(DUE_SOURCE);
  const row = <usize>load<i32>(sources + (<usize>due << 2));
  const sequence = load<f64>(row);
  const low = <i32>(<i64>sequence);
  const high = <i32>(<i64>sequence >> 32);
  const source0 = load<i32>(row, 20);
  const source1 = load<i32>(row, 24) ^ high;
  const key1 = draw(source0, source1, rootStream1, low);
  if (isTraced(key1)) return false;
  startRoot(
    load<i32>(row, 8),
    load<i32>(row, 12),
    draw(source0, source1, rootStream0, low),
    key1,
    load<i32>(row, 16),
    time,
  );
  store<f64>(row, sequence + 1);
  const position = load<i32>(row, 28) + 1;
  store<i32>(row, position, 28);
  if (position === load<i32>(row, 32)) refill(due);
  let least: f64 = Infinity;
  store<i32>(DUE_SOURCE, 0);
  for (let i = 0; i < count; i++) {
    const source = <usize>load<i32>(sources + (<usize>i << 2));
    const next = load<f64>(<usize>load<i32>(source, 40) + (<usize>load<i32>(source, 28) << 3));
    if (next < least) {
      least = next;
      store<i32>(DUE_SOURCE, i);
    }
  }
  store<f64>(ARRIVAL, least);
  return true;
}

// ---- pending events and time-outs --------------------------------------------------------------------

// @ts-ignore: decorator
@inline
function push(h: i32, time: f64): void {
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
function openNextBin(): bool {
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

/** First bin whose frames were not fetched. */
let fetchedTo: f64 = 0;
/** Keeps the loads that only fetch. */
export let touched: i32 = 0;

/**
 * Has the frames of the next bins, up to 32, come into the cache before they are worked on. Since they
 * went to sleep some thousand others were awake, and they have long left it; when they are asked for one by
 * one, each is waited for, and that is a quarter of the time. Here no load waits for another of the same
 * pass, so that the processor has many under way at once.
 */
function fetch(bin: f64, slot: i32): void {
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
      choosingEnd += <usize>(load<i32>(text + (<usize>(pc ^ (pc >> 31)) << 2)) === 17) << 2;
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
const FETCH_PASSES: i32 = 5;
/** Of each of the two lists; there are at most 32 frames a pass. */
const FETCHED_BYTES: usize = 1024;

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

// @ts-ignore: decorator
@inline
function arm(h: i32): void {
  const f = at(h);
  const bucket = <i32>floor(load<f64>(f, F_TIME) / BUCKET_NS);
  const next = load<i32>(NEXT_BUCKET);
  if (bucket < next || load<f64>(TIMEOUT_DUE) === Infinity) {
    armRarely(h);
    return;
  }
  store<i32>(ARMED_COUNT, load<i32>(ARMED_COUNT) + 1);
  const last = next + BUCKETS - 1;
  const slot = (bucket < last ? bucket : last) & (BUCKETS - 1);
  const address = timeoutHeads + (<usize>slot << 2);
  const head = load<i32>(address);
  store<i32>(f, head, F_NEXT);
  store<i32>(f, -(slot + 1), F_PREVIOUS);
  if (head !== 0) store<i32>(at(head), h, F_PREVIOUS);
  store<i32>(address, h);
}

// @ts-ignore: decorator
@inline
function cancel(h: i32): void {
  const f = at(h);
  const before = load<i32>(f, F_PREVIOUS);
  if (before === -(BUCKETS + 1)) {
    cancelRarely(h);
    return;
  }
  store<i32>(ARMED_COUNT, load<i32>(ARMED_COUNT) - 1);
  const after = load<i32>(f, F_NEXT);
  if (before < 0) store<i32>(timeoutHeads + (<usize>(-before - 1) << 2), after);
  else store<i32>(at(before), after, F_NEXT);
  if (after !== 0) store<i32>(at(after), before, F_PREVIOUS);
}

// ---- stations ----------------------------------------------------------------------------------------

/** Servers.reserve */
// @ts-ignore: decorator
@inline
function reserve(station: i32, time: f64, service: f64): f64 {
  const row = servers + (<usize>station << 4);
  const times = nextFree + (<usize>load<i32>(row) << 3);
  const count = load<i32>(row, 4);
  const first = load<i32>(row, 8);
  const free = load<f64>(times + (<usize>first << 3));
  const start = time < free ? free : time;
  const end = start + service;
  if (count > MOST_SORTED) {
    sink(times, count, end);
    return start;
  }
  const next = first + 1 === count ? 0 : first + 1;
  store<i32>(row, next, 8);
  let i = first;
  while (i !== next) {
    const before = (i === 0 ? count : i) - 1;
    const other = load<f64>(times + (<usize>before << 3));
    if (other <= end) break;
    store<f64>(times + (<usize>i << 3), other);
    i = before;
  }
  store<f64>(times + (<usize>i << 3), end);
  return start;
}

function sink(heap: usize, count: i32, end: f64): void {
  let i: i32 = 0;
  for (;;) {
    let below = 2 * i + 1;
    if (below >= count) break;
    // Nobody can predict which of the two it is: by arithmetic, without a branch.
    const two = heap + (<usize>below << 3);
    below += <i32>(load<f64>(two, 8) < load<f64>(two));
    const least = load<f64>(heap + (<usize>below << 3));
    if (least >= end) break;
    store<f64>(heap + (<usize>i << 3), least);
    i = below;
  }
  store<f64>(heap + (<usize>i << 3), end);
}

function record(histogram: usize, ns: f64): void {
  const value: f64 = ns < HIGHEST ? ns + 128 : HIGHEST + 128;
  const bin = <i32>(reinterpret<i64>(value) >>> 45) - FIRST_BIN;
  add(histogram + (<usize>bin << 3), 1);
  const totals = histogram + TOTALS;
  add(totals, 1);
  add(totals + 8, ns);
  if (ns < load<f64>(totals, 16)) store<f64>(totals, ns, 16);
  if (ns > load<f64>(totals, 24)) store<f64>(totals, ns, 24);
}

// @ts-ignore: decorator
@inline
function recordService(station: i32, arrival: f64, start: f64, end: f64): void {
  if (end < load<f64>(CELL_END)) {
    add(busy + (<usize>station << 3), end - start);
    add(finished + (<usize>station << 3), 1);
    const owner = <usize>load<i32>(component + (<usize>station << 2));
    if (start === arrival) add(noWait + (owner << 3), 1);
    else {
      add(queue + (<usize>station << 3), start - arrival);
      record(<usize>load<i32>(waitOf + (owner << 2)), start - arrival);
    }
  } else serviceLater(station, arrival, start, end);
}

function touch(station: i32): void {
  const time = load<f64>(NOW);
  const at = since + (<usize>station << 3);
  const passed = time - load<f64>(at);
  if (passed > 0) {
    add(busy + (<usize>station << 3), <f64>load<i32>(occupied + (<usize>station << 2)) * passed);
    add(queue + (<usize>station << 3), <f64>load<i32>(queued + (<usize>station << 2)) * passed);
    store<f64>(at, time);
  }
}

/** EarlyReleases.drop, of what is due. */
function dropDue(row: usize): void {
  const time = load<f64>(NOW);
  const first = <usize>load<i32>(row, 8);
  const end = first + <usize>(load<i32>(row) * 24);
  let kept = first;
  for (let entry = first; entry < end; entry += 24) {
    if (load<f64>(entry) < time) continue;
    store<f64>(kept, load<f64>(entry));
    store<f64>(kept, load<f64>(entry, 8), 8);
    store<i32>(kept, load<i32>(entry, 16), 16);
    kept += 24;
  }
  store<i32>(row, <i32>((kept - first) / 24));
}

/** Machine.releaseEarly: of a server held by the frame `h`, at the time `t` to come. */
function releaseEarly(station: i32, h: i32, t: f64): bool {
  const at4 = <usize>station << 2;
  if (load<i32>(queued + at4) > 0 || t >= load<f64>(CELL_END)) return false;
  for (let g = h; g !== 0; g = load<i32>(at(g), F_PARENT))
    if ((load<i32>(at(g), F_STATUS) & IN_HAND) !== 0) return false;
  const row = early + (<usize>station << 4);
  const held = load<i32>(occupied + at4);
  const servers = load<i32>(capacity + at4);
  const spare = servers >> 3;
  const room = load<i32>(row, 4);
  const free = servers - (spare > 1 ? spare : 1) - held;
  const most = room <= free ? room - 1 : free;
  if (load<i32>(row) > most) {
    dropDue(row);
    if (load<i32>(row) > most) return false;
  }
  const count = load<i32>(row);
  const f = at(h);
  touch(station);
  add(finished + (<usize>station << 3), 1);
  add(busy + (<usize>station << 3), t - load<f64>(NOW));
  store<i32>(occupied + at4, held - 1);
  const entry = <usize>load<i32>(row, 8) + <usize>(count * 24);
  store<f64>(entry, t);
  store<f64>(entry, load<f64>(f, F_START), 8);
  store<i32>(entry, load<i32>(f, F_KEY0), 16);
  store<i32>(row, count + 1);
  return true;
}

// @ts-ignore: decorator
@inline
function choose(selector: i32, argument: i32, count: i32, f: usize, key0: i32, key1: i32): i32 {
  if (selector === 0) return argument;
  if (selector === 1) return load<i32>(f + (<usize>argument << 2), F_REGISTER);
  return scaled(draw(key0, key1, argument, 0), count);
}

// choices.ts: what the head of a choice begins with.
const KEY: i32 = 0;
const NUMBER: i32 = 1;

// @ts-ignore: decorator
@inline
function ownDraw(f: usize, stream: i32, index: i32): i32 {
  return draw(load<i32>(f, F_KEY0), load<i32>(f, F_KEY1), stream, index);
}

/** Address of the column that a frame draws. */
// @ts-ignore: decorator
@inline
function columnOf(choice: usize, f: usize): usize {
  const column = scaled(ownDraw(f, load<i32>(choice, 20), 0), load<i32>(choice, 8));
  return <usize>load<i32>(choice, 4) + (<usize>column << 4);
}

// @ts-ignore: decorator
@inline
function indexOf(column: usize, choice: usize): i32 {
  return <i32>((column - <usize>load<i32>(choice, 4)) >>> 4);
}

// @ts-ignore: decorator
@inline
function keyIn(column: usize, choice: usize, f: usize): i32 {
  return <u32>ownDraw(f, load<i32>(choice, 20), 1) < load<u32>(column) ? indexOf(column, choice) : load<i32>(column, 8);
}

/** key-choice.ts */
function chooseKey(choice: usize, f: usize): i32 {
  const column = columnOf(choice, f);
  const key = keyIn(column, choice, f);
  if (key >= load<i32>(choice, 12)) {
    store<i32>(f, scaled(ownDraw(f, load<i32>(choice, 20), 2), load<i32>(choice, 16)), F_REGISTER + 8);
    return 0;
  }
  store<i32>(f, key, F_REGISTER + 4);
  store<i32>(f, key === indexOf(column, choice) ? load<i32>(column, 4) : load<i32>(column, 12), F_REGISTER + 8);
  return 1;
}

/** number-choice.ts */
// @ts-ignore: decorator
@inline
function chooseNumber(choice: usize, f: usize): i32 {
  const u = uniform(ownDraw(f, load<i32>(choice, 4), 0));
  const last = load<i32>(choice, 12) - 1;
  let number: i32 = 0;
  while (number < last && u >= load<f64>(choice + (<usize>number << 3), 16)) number++;
  return number;
}

/** bits-choice.ts */
// @ts-ignore: decorator
@inline
function chooseBits(choice: usize, f: usize): i32 {
  const values = <usize>load<i32>(choice, 12);
  let bits = load<i32>(f + (<usize>load<i32>(choice, 8) << 2), F_REGISTER);
  for (let i = 0; i < MOST_BITS; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    if (value < 0) break;
    if (uniform(ownDraw(f, load<i32>(choice, 4), i)) * load<f64>(choice, 16) < value) bits |= 1 << i;
  }
  return bits;
}
const MOST_BITS: i32 = 31;

/** Can the choice of a native function be made here? */
// @ts-ignore: decorator
@inline
function isOurs(choice: usize, f: usize): bool {
  return (
    choice !== 0 &&
    (load<i32>(choice) !== NUMBER || load<i32>(f + (<usize>load<i32>(choice, 8) << 2), F_REGISTER) === 0)
  );
}

// @ts-ignore: decorator
@inline
function makeChoice(choice: usize, f: usize): i32 {
  const kind = load<i32>(choice);
  if (kind === KEY) return chooseKey(choice, f);
  return kind === NUMBER ? chooseNumber(choice, f) : chooseBits(choice, f);
}

/** VISIT and the visit of a LEAF at `p`, arriving at `t`: time of the answer. */
// @ts-ignore: decorator
@inline
function visit(p: usize, f: usize, key0: i32, key1: i32, attempt: i32, t: f64): f64 {
  const first = load<i32>(p, 8);
  const index = choose(load<i32>(p, 16), load<i32>(p, 20), load<i32>(p, 12), f, key0, key1);
  const replicas = load<i32>(p, 24);
  const touched = load<i32>(p, 28);
  const sampler = load<i32>(p, 36);
  const stream = load<i32>(p, 40);
  const constant = constantOf(sampler);
  if (touched === 1) {
    let station = first + index;
    if (replicas > 1)
      station =
        first +
        index * replicas +
        scaled(draw(key0, key1, stream, 256 + attempt), replicas);
    const service = constant >= 0 ? constant : sampleFrom(sampler, draw(key0, key1, stream, attempt));
    const start = reserve(station, t, service);
    const end = start + service;
    recordService(station, t, start, end);
    return end;
  }
  // All replicas work; the answer is there with the `needed`-th fastest, kept sorted in scratch memory.
  const needed = load<i32>(p, 32);
  for (let r = 0; r < replicas; r++) {
    const station = first + index * replicas + r;
    const service =
      constant >= 0 ? constant : sampleFrom(sampler, draw(key0, key1, stream, attempt + 512 * r));
    const start = reserve(station, t, service);
    const end = start + service;
    recordService(station, t, start, end);
    let i = r;
    while (i > 0 && load<f64>(SCRATCH + (<usize>(i - 1) << 3)) > end) {
      store<f64>(SCRATCH + (<usize>i << 3), load<f64>(SCRATCH + (<usize>(i - 1) << 3)));
      i--;
    }
    store<f64>(SCRATCH + (<usize>i << 3), end);
  }
  return load<f64>(SCRATCH + (<usize>(needed - 1) << 3));
}
/** Sixteen doubles at the end of the state block. */
const SCRATCH: usize = STATE + 384;

/** Latency of the answer that the caller `parent` will get: the same draw as on its RETURN. */
// @ts-ignore: decorator
@inline
function replyLatency(parent: usize): f64 {
  const call = code + (<usize>load<i32>(parent, F_PC) << 2);
  const constant = constantOf(load<i32>(call, 24));
  return constant >= 0 ? constant : drawnReplyLatency(parent, call);
}

function drawnReplyLatency(parent: usize, call: usize): f64 {
  const attempt = (load<i32>(parent, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
  return sampleFrom(
    load<i32>(call, 24),
    draw(load<i32>(parent, F_KEY0), load<i32>(parent, F_KEY1), load<i32>(call, 28), 2 * attempt + 1),
  );
}

// ---- the loop ------------------------------------------------------------------------------------------

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
                  draw(
                    load<i32>(f, F_KEY0),
                    load<i32>(f, F_KEY1),
                    load<i32>(p, 8),
                    (load<i32>(f, F_STATUS) >>> ATTEMPT_SHIFT) & ATTEMPT_MASK,
                  ),
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
          store<i32>(f, draw(load<i32>(f, F_KEY0), load<i32>(f, F_KEY1), childStream0, left), F_KEY0);
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
              draw(load<i32>(f, F_KEY0), load<i32>(f, F_KEY1), load<i32>(p, 12), 0),
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
              unsigned(draw(load<i32>(f, F_KEY0), load<i32>(f, F_KEY1), load<i32>(p, 8), 0)) *
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
