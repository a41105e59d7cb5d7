/** Time-outs of calls (timeouts.ts). */
import { at, F_NEXT, F_PREVIOUS, F_TIME } from './frames';
import { armRarely, cancelRarely } from './host';
import { timeoutHeads } from './places';
import { ARMED_COUNT, NEXT_BUCKET, TIMEOUT_DUE } from './state';

const BUCKET_NS: f64 = 1048576;
const BUCKETS: i32 = 1 << 12;

// @ts-ignore: decorator
@inline
export function arm(h: i32): void {
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
export function cancel(h: i32): void {
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
