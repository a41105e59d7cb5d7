import type { Estimate } from './estimate.ts';

/**
 * What a verification found, as `npm run verify` records it in docs/verification.json: the one source of the page of
 * the documentation and of that of the canvas. A part that was not run yet is null.
 */
export interface Findings {
  readonly suite: SuiteFindings | null;
  readonly coverage: CoverageFindings | null;
  readonly mutations: readonly MutantFindings[] | null;
  readonly designs: DesignFindings | null;
}

/** Every case of the theory suite once, in its short form. */
export interface SuiteFindings {
  readonly replications: number;
  /** Of each interval, e.g. 0.9999. */
  readonly confidence: number;
  readonly cases: readonly CaseFindings[];
}

export interface CaseFindings {
  readonly id: string;
  readonly title: string;
  /** Who found the answer. */
  readonly source: string;
  /** Latencies in ms, everything else as in the result. */
  readonly figures: readonly Estimate[];
}

/** How often the intervals of the full forms held, over many base seeds. */
export interface CoverageFindings {
  readonly baseSeeds: number;
  /** A figure that was covered less often counts as wrong. */
  readonly leastCovered: number;
  /** Probability that a correct program covers one figure less often. */
  readonly falseAlarm: number;
  readonly figures: readonly FigureCoverage[];
}

/** How often the intervals of one figure covered its exact value. */
export interface FigureCoverage {
  readonly scenario: string;
  readonly figure: string;
  /** Latencies in ms, everything else as in the result. */
  readonly exact: number;
  readonly baseSeeds: number;
  readonly covered: number;
  /** Mean of the point estimates - exact value, and its standard error. */
  readonly bias: number;
  readonly biasStandardError: number;
  readonly meanHalfWidth: number;
}

/** What became of one fault put into the engine on purpose. */
export interface MutantFindings {
  readonly id: string;
  /** What is wrong with the engine. */
  readonly what: string;
  /** Tests that failed because of it, of so many. */
  readonly failed: number;
  readonly of: number;
  readonly first: string | null;
}

export interface DesignFindings {
  readonly tried: number;
  readonly ran: number;
  readonly events: number;
  /** Codes with which the others were refused. */
  readonly refusedWith: readonly string[];
  /** Numbers of those that show a fault of ours. */
  readonly wrong: readonly number[];
}

/** Bound on the probability that a correct program leaves any interval of the suite (Bonferroni). */
export function suiteFalseAlarm({ cases, confidence }: SuiteFindings): number {
  const figures = cases.reduce((sum, item) => sum + item.figures.length, 0);
  return figures * (1 - confidence);
}
