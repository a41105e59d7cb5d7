/**
 * Door of `reference/soak`: every fault on the full stack under load, in random order, for as long as one
 * likes; and the report of it.
 */
export { soakScenario, troubledScenario } from './plan.ts';
export { describeSoak, type SoakRun } from './report.ts';
