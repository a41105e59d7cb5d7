/** Base seeds of the theory suite, fixed before any of them was run. */
export const baseSeeds: readonly number[] = Array.from({ length: 50 }, (_, i) => 1_000_003 * (i + 1));

/** What the intervals claim. */
export const confidence = 0.95;
