import { drawFrom } from '../../scenarios/sampling/index.ts';
import type { Memory } from './memory.ts';
import type { KeyChoice, NativeContext, NativeFunction } from './native.ts';

/** Draws of the frame's own stream: column and coin of the alias table, and a place for what has no key. */
const COLUMN = 0;
const COIN = 1;
const ANYWHERE = 2;

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/** Registers of a frame that draws a key. */
export const KEY_REGISTER = 1;
export const PLACE_REGISTER = 2;

/**
 * Function that puts the drawn key and its place into KEY_REGISTER and PLACE_REGISTER: 1; or 0 and a
 * place alone. It carries the choice, so that the kernel makes it without a call (`chooseKey` there).
 */
export function chooseKey(run: NativeContext, choice: KeyChoice): NativeFunction {
  const { table, stream, keys, placed, places } = choice;
  const choose = (frame: number): number => {
    const key = drawFrom(table, run.draw(frame, stream, COLUMN), run.draw(frame, stream, COIN));
    if (key >= keys) {
      const draw = run.draw(frame, stream, ANYWHERE);
      run.setRegister(frame, PLACE_REGISTER, Math.floor(draw * TWO_TO_MINUS_32 * places));
      return 0;
    }
    run.setRegister(frame, KEY_REGISTER, key);
    run.setRegister(frame, PLACE_REGISTER, placed[key]!);
    return 1;
  };
  return Object.assign(choose, { choice });
}

/** Bytes of the head of a choice: address of the columns, how many; keys, places, stream, limiter (int32). */
const HEAD_BYTES = 32;
/**
 * Bytes of a column: the draws for itself, its place, what else, and the place of that, in one line of
 * the cache, because each draw goes somewhere else.
 */
const COLUMN_BYTES = 16;

/**
 * Lays out the choices of a run's native functions for the kernel.
 *
 * @param heads Of those that were laid out before, by number of the function; 0: not a choice. Is added to.
 * @returns the address of that list
 */
export function placeChoices(memory: Memory, natives: readonly NativeFunction[], heads: number[]): number {
  for (const { choice } of natives.slice(heads.length))
    heads.push(choice === undefined ? 0 : place(memory, choice));
  const list = memory.allocate(heads.length * 4);
  memory.int32(list, heads.length).set(heads);
  return list;
}

function place(memory: Memory, { table, stream, keys, placed, places, limiter }: KeyChoice): number {
  const count = table.length >> 1;
  const head = memory.allocate(HEAD_BYTES);
  const columns = memory.allocate(count * COLUMN_BYTES);
  memory.int32(head, 6).set([columns, count, keys, places, stream, limiter]);
  const rows = memory.int32(columns, count * (COLUMN_BYTES / 4));
  for (let i = 0; i < count; i++) {
    const other = table[2 * i + 1]!;
    rows.set([table[2 * i]!, placed[i] ?? 0, other, placed[other] ?? 0], 4 * i);
  }
  return head;
}
