/**
 * Door of `reference/replay`: the bench-scale form of a scenario on real parts, from an empty machine to a
 * result file with the checker's verdict.
 */
export { measure, type Measurement } from './measure.ts';
export { replay, type ReplayOptions, type ReplayResult } from './replay.ts';
