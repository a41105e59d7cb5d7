/** What is measured (recorder.ts, histogram.ts). */
import { serviceLater } from './host';
import { busy, component, finished, noWait, queue, waitOf } from './places';
import { CELL_END } from './state';

const FIRST_BIN: i32 = (1023 + 7) << 7;
const HIGHEST: f64 = 8796093022079;
const TOTALS: usize = 4608 * 8;

// @ts-ignore: decorator
@inline
export function add(address: usize, amount: f64): void {
  store<f64>(address, load<f64>(address) + amount);
}

export function record(histogram: usize, ns: f64): void {
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
export function recordService(station: i32, arrival: f64, start: f64, end: f64): void {
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
