/**
 * Door of `simulator/verification`: queueing systems with exact answers, as scenarios, and how the
 * engine's figures are held against them.
 *
 *     for (const item of theoryCases()) {
 *       const records = seeds.map((seed) => runToEnd(compile(item.scenario), seed));
 *       const estimates = estimate(item, records, 0.95);   // one a figure: point, interval, exact value
 *     }
 *
 * And random designs, which have to run without a crash, a hang, a NaN or a broken invariant:
 *
 *     tryDesign(seed).outcome   // 'ran', 'refused' or 'wrong'
 *
 * And faults at random parts of random designs that work, of which the first cause has to be named:
 *
 *     isFound(tryFault(faultCase(number)))
 */
export type { ExactFigure, TheoryCase } from './case.ts';
export { estimate, type Estimate } from './estimate.ts';
export { shortSuite, theoryCases } from './cases.ts';
export { suiteFalseAlarm } from './findings.ts';
export type {
  CaseFindings,
  CoverageFindings,
  DesignFindings,
  FigureCoverage,
  Findings,
  MutantFindings,
  SuiteFindings,
} from './findings.ts';
export { randomDesign, type RandomFile } from './random-design.ts';
export { tryDesign, type Trial } from './try-design.ts';
export { faultCase, isFound, tryFault, type FaultCase, type FaultFinding } from './fault-case.ts';
