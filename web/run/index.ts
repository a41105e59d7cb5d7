/** Door of `run`: starting, pacing and watching a simulation that runs in a worker. */
export {
  changePace,
  check,
  clearRun,
  forgetRefusal,
  inject,
  paces,
  pause,
  resume,
  setPace,
  setRunningText,
  start,
  step,
  stop,
} from './controller.ts';
export { isUnderWay, useRun, type FinishedRun } from './store.ts';
export { findSensitivity, measureDifference, pairs, planOf } from './pairs.ts';
export { workersAtATime } from './run-jobs.ts';
export { badUtilization, warnUtilization } from './health.ts';
export { faultBand } from './fault-bands.ts';
export type { Form } from './protocol.ts';
export { LiveCharts } from './charts/live-charts.tsx';
