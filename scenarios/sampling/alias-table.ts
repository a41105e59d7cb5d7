/**
 * Draws one of n in constant time, in proportion to weights: Vose, A linear algorithm for generating random
 * numbers with a given distribution, IEEE TSE 1991.
 *
 * By column two words, for a draw touches one place in the memory: the 32-bit draws below which the
 * column itself is chosen, and what is chosen by the others.
 */
export function aliasTable(weights: readonly number[]): Uint32Array {
  const n = weights.length;
  const total = weights.reduce((sum, w) => sum + w, 0);
  const scaled = Float64Array.from(weights, (w) => (w * n) / total);
  const probability = new Float64Array(n).fill(1);
  const alias = Int32Array.from({ length: n }, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < n; i++) (scaled[i]! < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large[large.length - 1]!;
    probability[less] = scaled[less]!;
    alias[less] = more;
    scaled[more] = scaled[more]! - (1 - scaled[less]!);
    if (scaled[more]! < 1) {
      large.pop();
      small.push(more);
    }
  }
  const table = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const draws = Math.ceil(probability[i]! * 2 ** 32);
    // All draws are one more than a word holds; the column may as well stand for itself.
    if (draws < 2 ** 32) table.set([draws, alias[i]!], 2 * i);
    else table.set([0, i], 2 * i);
  }
  return table;
}

/** What a table of `aliasTable` gives for two uniform draws of 32 bits, as unsigned numbers. */
export function drawFrom(table: Uint32Array, column: number, coin: number): number {
  const i = Math.floor(column * 2.3283064365386963e-10 * (table.length >> 1));
  return coin < table[2 * i]! ? i : table[2 * i + 1]!;
}
