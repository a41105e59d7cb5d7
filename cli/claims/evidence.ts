import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Evidence, Observation } from '../../simulator/verdicts/index.ts';

/** One experiment that was run: what was found, and the digest by which it is known again. */
export interface RecordedRun {
  readonly experiment: string;
  readonly question: string;
  readonly scenario: string;
  readonly form: 'short' | 'full';
  readonly seed: number;
  readonly replications: number;
  /** Of one replication. */
  readonly simulatedSeconds: number;
  /** Of replication 0, whose cost they are. */
  readonly events: number;
  /** Of replication 0. */
  readonly digest: string;
  /** Of the brief form (brief-form.ts) of a short form, which every test runs. */
  readonly briefDigest?: string;
  /** Of a full-scale run: the digest of its scenario's own short form at that time. */
  readonly shortDigest?: string;
  readonly figures: Readonly<Record<string, Observation>>;
}

export interface EvidenceFile {
  readonly format: 'fanout-lab/claims-evidence';
  readonly version: 1;
  readonly runs: readonly RecordedRun[];
}

export const evidencePath = fileURLToPath(new URL('../../docs/claims-evidence.json', import.meta.url));

export function readEvidence(): EvidenceFile {
  return JSON.parse(readFileSync(evidencePath, 'utf8')) as EvidenceFile;
}

/** Figures by experiment. Asking for one that was not run is a fault of the claim that asks. */
export function evidenceOf(runs: readonly RecordedRun[]): Evidence {
  const byId = new Map(runs.map((run) => [run.experiment, run]));
  return ({ id }, figure) => {
    const found = byId.get(id)?.figures[figure];
    if (found === undefined) throw new Error(`the figure ${figure} of the experiment ${id} is not recorded`);
    return found;
  };
}
