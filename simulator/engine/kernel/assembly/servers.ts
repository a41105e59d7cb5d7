/** When servers are free next (servers.ts). */
import { nextFree, servers } from './places';

const MOST_SORTED: i32 = 128;

/** Servers.reserve */
// @ts-ignore: decorator
@inline
export function reserve(station: i32, time: f64, service: f64): f64 {
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
