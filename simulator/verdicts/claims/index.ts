/**
 * Door of `simulator/verdicts/claims`: every statement of the published design that a simulation or
 * arithmetic can judge, and the judgement.
 *
 *     const experiments = experimentsOf(claims);            // what has to be run
 *     const judged = claims.map((claim) => judgeClaim(claim, evidence));
 */
import { alertClaims } from './alerts.ts';
import { billClaims } from './bill.ts';
import { cacheClaims } from './caches.ts';
import { cdnClaims } from './cdn.ts';
import type { Claim } from './claim.ts';
import type { Experiment } from './experiment.ts';
import { fanoutClaims } from './fanout.ts';
import { growthClaims } from './growth.ts';
import { imageClaims } from './images.ts';
import { loadClaims } from './load.ts';
import { moneyClaims } from './money.ts';
import { operationsClaims } from './operations.ts';
import { readClaims } from './reads.ts';
import { serviceClaims } from './services.ts';
import { storeClaims } from './stores.ts';
import { variantClaims } from './variants.ts';

export type { Bounds, Claim, Evidence, NotJudged, Observation } from './claim.ts';
export { writeSide } from './experiments.ts';
export {
  experimentDocument,
  figureIn,
  isUnchanged,
  type Experiment,
  type FigureSource,
} from './experiment.ts';
export { holdsFor, judgeClaim, type ClaimVerdict, type JudgedClaim } from './judge.ts';
export { notJudged } from './not-judged.ts';
export { variantTable, type VariantRow } from './variants.ts';
export { digits } from './words.ts';

/** In the order of the page. */
export const claims: readonly Claim[] = [
  ...loadClaims,
  ...fanoutClaims,
  ...readClaims,
  ...cacheClaims,
  ...imageClaims,
  ...cdnClaims,
  ...storeClaims,
  ...serviceClaims,
  ...operationsClaims,
  ...growthClaims,
  ...moneyClaims,
  ...billClaims,
  ...variantClaims,
  ...alertClaims,
];

/**
 * The experiments that claims rest on, each once.
 *
 * @throws Error when two different experiments have the same id
 */
export function experimentsOf(some: readonly Claim[]): readonly Experiment[] {
  const found = new Map<string, Experiment>();
  for (const experiment of some.flatMap(({ runs, again }) => [...runs, ...(again?.runs ?? [])])) {
    const known = found.get(experiment.id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(experiment))
      throw new Error(`two experiments are called ${experiment.id}`);
    found.set(experiment.id, experiment);
  }
  return [...found.values()];
}
