/** Visits of stations, and the way back from them (visits.ts, selection.ts). */
import { constantOf, draw, sampleFrom, scaled } from './draws';
import { ATTEMPT_MASK, ATTEMPT_SHIFT, F_KEY0, F_KEY1, F_PC, F_REGISTER, F_STATUS } from './frames';
import { code } from './places';
import { recordService } from './recorder';
import { reserve } from './servers';
import { STATE } from './state';

/** Sixteen doubles at the end of the state block. */
const SCRATCH: usize = STATE + 384;

// @ts-ignore: decorator
@inline
export function choose(selector: i32, argument: i32, count: i32, f: usize, key0: i32, key1: i32): i32 {
  if (selector === 0) return argument;
  if (selector === 1) return load<i32>(f + (<usize>argument << 2), F_REGISTER);
  return scaled(draw(key0, key1, argument, 0), count);
}

/** VISIT and the visit of a LEAF at `p`, arriving at `t`: time of the answer. */
// @ts-ignore: decorator
@inline
export function visit(p: usize, f: usize, key0: i32, key1: i32, attempt: i32, t: f64): f64 {
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

/** Latency of the answer that the caller `parent` will get: the same draw as on its RETURN. */
// @ts-ignore: decorator
@inline
export function replyLatency(parent: usize): f64 {
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
