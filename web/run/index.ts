/** Door of `run`: starting, pacing and watching a simulation that runs in a worker. */
export {
  changePace,
  check,
  inject,
  paces,
  pause,
  resume,
  series,
  setPace,
  setRunningText,
  start,
  step,
  stop,
} from './controller.ts';
export { isUnderWay, useRun, type FinishedRun, type NodeFigures, type RunStatus } from './store.ts';
export { badUtilization, good, warnUtilization, type Health } from './health.ts';
export { faultBand } from './fault-bands.ts';
export type { FaultBand, Form } from './protocol.ts';
export { LiveCharts } from './charts/live-charts.tsx';
