import type { Memory } from './memory.ts';
import type { BitsChoice, Choice, KeyChoice, NativeFunction, NumberChoice } from './native.ts';

/** What the head of a choice begins with (int32). */
const KIND = { key: 0, number: 1, bits: 2 } as const;

/** Of a key: kind, address of the columns, how many; keys, places, stream, limiter (int32). */
const KEY_BYTES = 28;
/**
 * Bytes of a column: the draws for itself, its place, what else, and the place of that, in one line of
 * the cache, because each draw goes somewhere else.
 */
const COLUMN_BYTES = 16;
/** Of a number: kind, stream, `unless`, how many there are (int32); then the chances (float64). */
const NUMBER_BYTES = 16;
/** Of bits: kind, stream, register, address of `among` (int32); then `of` (float64). */
const BITS_BYTES = 24;

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

function place(memory: Memory, choice: Choice): number {
  switch (choice.kind) {
    case 'key':
      return placeKey(memory, choice);
    case 'number':
      return placeNumber(memory, choice);
    case 'bits':
      return placeBits(memory, choice);
  }
}

function placeKey(memory: Memory, choice: KeyChoice): number {
  const { table, stream, keys, placed, places, limiter } = choice;
  const count = table.length >> 1;
  const head = memory.allocate(KEY_BYTES);
  const columns = memory.allocate(count * COLUMN_BYTES);
  memory.int32(head, 7).set([KIND.key, columns, count, keys, places, stream, limiter]);
  const rows = memory.int32(columns, count * (COLUMN_BYTES / 4));
  for (let i = 0; i < count; i++) {
    const other = table[2 * i + 1]!;
    rows.set([table[2 * i]!, placed[i] ?? 0, other, placed[other] ?? 0], 4 * i);
  }
  return head;
}

function placeNumber(memory: Memory, { stream, unless, cumulative }: NumberChoice): number {
  const head = memory.allocate(NUMBER_BYTES + cumulative.length * 8);
  memory.int32(head, 4).set([KIND.number, stream, unless, cumulative.length]);
  memory.float64(head + NUMBER_BYTES, cumulative.length).set(cumulative);
  return head;
}

function placeBits(memory: Memory, { stream, register, of, among }: BitsChoice): number {
  const head = memory.allocate(BITS_BYTES);
  memory.int32(head, 4).set([KIND.bits, stream, register, among.at]);
  memory.float64(head + BITS_BYTES - 8, 1)[0] = of;
  return head;
}
