/**
 * Door of `reference/verification`: proof that the checker can find what it looks for. Its tests attack a
 * stack and break it; the trials of all guards are a command, because they take minutes.
 */
export { describeTrials } from './mutations/report.ts';
export { runAllTrials } from './mutations/run-all.ts';
export type { TrialResult } from './mutations/run.ts';
