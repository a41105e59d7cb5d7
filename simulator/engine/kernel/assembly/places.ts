/** Where the tables are in the memory: what the door of the kernel (../kernel.ts) tells it. */

/** Bytes; set by `place` in the order of `TABLES` there. */
export let frames: usize = 0;
export let code: usize = 0;
export let constants: usize = 0;
export let ready: usize = 0;
export let bins: usize = 0;
export let occupiedBins: usize = 0;
export let summary: usize = 0;
export let run: usize = 0;
export let runTime: usize = 0;
export let timeoutHeads: usize = 0;
export let samplers: usize = 0;
export let occupied: usize = 0;
export let capacity: usize = 0;
export let queued: usize = 0;
export let since: usize = 0;
export let component: usize = 0;
/** By station, 16 bytes (servers.ts): index of its first time, servers, which is the least. */
export let servers: usize = 0;
export let nextFree: usize = 0;
export let busy: usize = 0;
export let queue: usize = 0;
export let finished: usize = 0;
export let noWait: usize = 0;
export let counters: usize = 0;
export let inFlight: usize = 0;
export let arrivals: usize = 0;
export let completed: usize = 0;
/** Tables of addresses: histograms by flow and component, key counts by component. */
export let latencyOf: usize = 0;
export let waitOf: usize = 0;
export let keysOf: usize = 0;
/** By limiter, 64 bytes: component, address of read and write times, -; ns a read, a write; longest wait. */
export let limiters: usize = 0;
/** By balancer, 16 bytes: policy (0: in turn), instances, turn. */
export let balancers: usize = 0;
/** Addresses of the sources' rows (source.ts). */
export let sources: usize = 0;
/** Early releases by station (early-releases.ts), 16 bytes. */
export let early: usize = 0;
/** By native function, address of the choice that it makes (choices.ts); 0: none. */
export let choices: usize = 0;
/** Room for two lists of addresses of frames that are fetched at once. */
export let fetched: usize = 0;

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
