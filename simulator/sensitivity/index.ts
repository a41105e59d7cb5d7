/**
 * Door of `simulator/sensitivity`: which single change of a parameter moves the p99 of a flow most.
 *
 *     const plan = planSensitivity(scenario, result, { flow });              // what is worth a try, from a run's facts
 *     const found = await measureSensitivity(plan, { pairs: 10, run });      // `run` carries out jobs, in parallel
 *
 * One parameter at a time is multiplied by each of `factors`. Every changed design meets the same requests with the
 * same draws as the design itself, so that pairs of runs differ by the change alone.
 */
export { factors, planSensitivity, type Change, type Plan } from './plan.ts';
export { measureSensitivity, mostRuns, type Job, type Progress, type RunJobs } from './measure.ts';
