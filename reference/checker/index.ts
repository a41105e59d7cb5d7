/**
 * Door of `reference/checker`: what clients were told against what is there. `check` reads everything back
 * from a healed stack and judges it; `promises` is the pure part of it: from the
 * operation history of a run and what was observed after healing it says for each promise of the stack
 * how many cases it looked at and which broke it. Operations with unknown outcome may have happened or not.
 */
export { check, type CheckOptions } from './check.ts';
export { connectParts, type Parts } from './observation/parts.ts';
export { promises } from './promises.ts';
export { describeVerdict } from './report.ts';
export { observe, type ObservedStack, type ObserveOptions } from './observation/observe.ts';
export type { FinalRead, Limits, Observed, StoredAuthor, StoredPost, Variant } from './observed.ts';
export {
  promiseTexts,
  type PromiseId,
  type PromiseVerdict,
  type Verdict,
  type Violation,
} from './verdict.ts';
