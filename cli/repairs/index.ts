/** Door of `cli/repairs`: docs/repaired.md and the runs that it rests on. */
export {
  readRepairEvidence,
  repairEvidencePath,
  repairExperiments,
  runRepairs,
  type RepairEvidence,
} from './evidence.ts';
export { findRepairs, repairedPage, type RepairFinding } from './page.ts';
