import type { RunRecord } from '../../statistics/index.ts';

/** What of a run an explanation looks at: nothing that the timeline says. */
export type Recorded = Pick<
  RunRecord,
  'observations' | 'seriesPaths' | 'series' | 'slidingP99Ns' | 'flows' | 'warmupSeconds' | 'simulatedSeconds'
>;

/** A series of the run, a value a second; NaN: none. */
export type Column = readonly number[];

/** Columns of a run by metric path. */
export function columnsOf({ seriesPaths, series }: Recorded): ReadonlyMap<string, Column> {
  return new Map(seriesPaths.map((path, column) => [path, series.map((row) => row[column]!)]));
}

export interface Range {
  readonly lowest: number;
  readonly highest: number;
}

/** Lowest and highest value of the whole steps between two times, s; null: there is none. */
export function rangeOf(column: Column, fromSeconds: number, toSeconds: number): Range | null {
  const values = column
    .slice(Math.ceil(fromSeconds), Math.max(0, Math.floor(toSeconds)))
    .filter((v) => v === v);
  return values.length === 0 ? null : { lowest: Math.min(...values), highest: Math.max(...values) };
}

/**
 * Start of the first step from `fromSeconds` on, and before `toSeconds`, that is `odd`, and the next one too where
 * there is one; null: none is. A single odd second is chance.
 */
export function firstOdd(
  column: Column,
  fromSeconds: number,
  toSeconds: number,
  odd: (value: number) => boolean,
): number | null {
  const end = Math.min(column.length, Math.ceil(toSeconds));
  for (let step = Math.floor(fromSeconds); step < end; step++)
    if (odd(column[step]!) && (step + 1 >= column.length || odd(column[step + 1]!)))
      return Math.max(step, fromSeconds);
  return null;
}
