/** What the stack does beside what a bare loop does, on the same machine in the same run. */
export interface Ratio {
  readonly what: string;
  readonly unit: string;
  readonly bare: number;
  readonly ours: number;
  /** `ours` / `bare`. */
  readonly ratio: number;
  /** At least so much is promised. */
  readonly atLeast: number;
  readonly note: string;
}

/** Both sides take turns, so that what else the machine does falls on both; the middle one of each counts. */
export function ratioOf(
  names: Pick<Ratio, 'what' | 'unit' | 'atLeast' | 'note'>,
  bare: readonly number[],
  ours: readonly number[],
): Ratio {
  const sides = { bare: median(bare), ours: median(ours) };
  return { ...names, ...sides, ratio: sides.ours / sides.bare };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
