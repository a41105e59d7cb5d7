/** Frames of requests (frames.ts, ready-queue.ts). */
import { frames, ready } from './places';
import { CAPACITY, FREE, LIVE, READY_TAIL, TRACE_MASK, USED } from './state';

// Bytes in a frame (frames.ts).
export const F_TIME: usize = 0;
export const F_START: usize = 8;
export const F_PC: usize = 16;
export const F_NEXT: usize = 20;
export const F_KEY0: usize = 24;
export const F_KEY1: usize = 28;
export const F_PARENT: usize = 32;
export const F_STATUS: usize = 36;
export const F_LEDGER: usize = 40;
export const F_PREVIOUS: usize = 44;
export const F_CHILD: usize = 48;
export const F_REGISTER: usize = 52;
export const FAILURE_MASK: i32 = 0x7f;
export const IN_HAND: i32 = 128;
export const ATTEMPT_SHIFT: i32 = 8;
export const ATTEMPT_MASK: i32 = 0x7f;
export const ARMED: i32 = 32768;
export const BRANCH_SHIFT: i32 = 16;
export const BRANCH_UNIT: i32 = 65536;
export const BRANCH_MASK: i32 = 0x3fff;
export const ROOT: i32 = 0x40000000;
export const TIMED_OUT: i32 = 1;
export const REJECTED: i32 = 2;

// @ts-ignore: decorator
@inline
export function at(h: i32): usize {
  return frames + (<usize>h << 2);
}

/** May `count` frames be taken without growing or stopping? */
// @ts-ignore: decorator
@inline
export function hasFrames(count: i32): bool {
  return load<i32>(LIVE) + count < load<i32>(CAPACITY);
}

// @ts-ignore: decorator
@inline
export function take(): i32 {
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
export function release(h: i32): void {
  const f = at(h);
  store<i32>(f, -1, F_PC);
  store<i32>(f, load<i32>(FREE), F_NEXT);
  store<i32>(FREE, h);
  store<i32>(LIVE, load<i32>(LIVE) - 1);
}

// @ts-ignore: decorator
@inline
export function pushReady(h: i32): void {
  const tail = load<i32>(READY_TAIL);
  store<i32>(ready + (<usize>tail << 2), h);
  store<i32>(READY_TAIL, tail + 1);
}

// @ts-ignore: decorator
@inline
export function isTraced(key1: i32): bool {
  return (key1 & load<i32>(TRACE_MASK)) === 0;
}
