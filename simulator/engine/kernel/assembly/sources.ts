/** Where requests begin (core.ts, source.ts, request-sources.ts). */
import { draw, rootStream0, rootStream1 } from './draws';
import {
  at, F_CHILD, F_KEY0, F_KEY1, F_LEDGER, F_PARENT, F_PC, F_REGISTER, F_START, F_STATUS, F_TIME, hasFrames, isTraced,
  pushReady, ROOT, take,
} from './frames';
import { refill } from './host';
import { arrivals, inFlight, sources } from './places';
import { add } from './recorder';
import { ARRIVAL, DUE_SOURCE, SOURCES } from './state';

/** A frame without a caller, a root of `flow`; its registers are 0, `register`, 0. */
// @ts-ignore: decorator
@inline
export function startRoot(entry: i32, flow: i32, key0: i32, key1: i32, register: i32, time: f64): void {
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

/** RequestSources.arrive: the request of the source that is due, if it can be begun here. */
export function arriveHere(time: f64): bool {
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
