/** Door of `simulator/verdicts`: what the figures of runs say about a design and about what was claimed of it. */
export { alertLevels, firedAlerts, type AlertLevel } from './alerts.ts';
export {
  claims,
  digits,
  experimentDocument,
  experimentsOf,
  figureIn,
  holdsFor,
  isUnchanged,
  judgeClaim,
  notJudged,
  variantTable,
  type Bounds,
  type Claim,
  type ClaimVerdict,
  type Evidence,
  type Experiment,
  type FigureSource,
  type JudgedClaim,
  type Observation,
  type VariantRow,
} from './claims/index.ts';
export { repairs, throughFaults, type Repair } from './repairs.ts';
export { failOvers, simulateFailOver, type FailOver } from './fail-over.ts';
export { headroomOf, type Headroom } from './headroom.ts';
export { explain, type Recorded } from './causes/index.ts';
