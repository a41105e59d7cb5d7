import { z } from '../zod.ts';

/**
 * Number schemas by unit. Bounds keep every time inside what integer nanoseconds in a float64 can
 * hold exactly (2^53 ns = 104 days), and every count inside what a run can allocate.
 */

/** Longest time given in ms: 1e9 ms = 11.6 days. */
export const maximumMs = 1e9;
/** Longest time given in seconds. */
export const maximumSeconds = 1e6;
/** Highest rate; a thousand times the published design's. */
export const maximumRatePerSecond = 1e9;

/** A time in ms, zero allowed. */
export const milliseconds = z.number().min(0).max(maximumMs);
/** A time in ms above zero. */
export const positiveMilliseconds = z.number().gt(0).max(maximumMs);
/** A time in seconds, zero allowed. */
export const seconds = z.number().min(0).max(maximumSeconds);
/** A time in seconds above zero. */
export const positiveSeconds = z.number().gt(0).max(maximumSeconds);
/** Events a second, above zero. */
export const rate = z.number().gt(0).max(maximumRatePerSecond);
/** A share, 0 to 1. */
export const ratio = z.number().min(0).max(1);

/** A whole number from `minimum` to `maximum`. */
export const count = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/** An id: of a scenario, a node, a flow, an event. */
export const id = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/);
