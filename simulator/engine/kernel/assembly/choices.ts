/** Native functions that only draw (choices.ts). */
import { ownDraw, scaled, uniform } from './draws';
import { F_REGISTER } from './frames';

// What the head of a choice begins with; what is neither is bits.
export const KEY: i32 = 0;
const NUMBER: i32 = 1;

const MOST_BITS: i32 = 31;

/** Address of the column that a frame draws. */
// @ts-ignore: decorator
@inline
export function columnOf(choice: usize, f: usize): usize {
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
export function keyIn(column: usize, choice: usize, f: usize): i32 {
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

/** Can the choice of a native function be made here? */
// @ts-ignore: decorator
@inline
export function isOurs(choice: usize, f: usize): bool {
  return (
    choice !== 0 &&
    (load<i32>(choice) !== NUMBER || load<i32>(f + (<usize>load<i32>(choice, 8) << 2), F_REGISTER) === 0)
  );
}

// @ts-ignore: decorator
@inline
export function makeChoice(choice: usize, f: usize): i32 {
  const kind = load<i32>(choice);
  if (kind === KEY) return chooseKey(choice, f);
  return kind === NUMBER ? chooseNumber(choice, f) : chooseBits(choice, f);
}
