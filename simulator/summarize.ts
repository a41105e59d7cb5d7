import type { Scenario } from '../scenarios/index.ts';
import type { Result } from './result.ts';
import { summarize as figuresOf, type RunRecord } from './statistics/index.ts';
import { explain } from './verdicts/causes/index.ts';

/** The result of one run, or of replications of one scenario, and why the first of them went as it did. */
export function summarize(scenario: Scenario, records: readonly RunRecord[]): Result {
  return { ...figuresOf(scenario, records), verdicts: explain(scenario.design, records[0]!) };
}
