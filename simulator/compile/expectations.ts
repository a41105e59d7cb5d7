import { didYouMean, type Problem, type Scenario } from '../../scenarios/index.ts';
import type { Model } from '../engine/model.ts';
import { unknownMetrics } from '../statistics/index.ts';

/** Expectations that ask for what no result of this design has; found before hours of simulation, not after. */
export function expectationProblems(
  scenario: Scenario,
  layout: Pick<Model, 'flows' | 'components'>,
): Problem[] {
  return unknownMetrics(scenario, layout).map(({ index, unknown, known }) => {
    const { metric, phase } = scenario.expectations[index]!;
    return {
      code: 'FL-bad-metric',
      path: `expectations[${index}].${unknown}`,
      message:
        unknown === 'phase'
          ? `The run has no phase "${phase}".${didYouMean(phase ?? '', known)}`
          : `A result of this design has no figure "${metric}".${didYouMean(metric, known)}`,
      fix:
        unknown === 'phase'
          ? 'Name `before`, `during:<event>` or `after:<event>` with the id of an event of the timeline.'
          : `Begin with flows.<flow> (${layout.flows.map(({ id }) => id).join(', ')}) or components.<node>, and go on as in a result file.`,
      severity: 'error',
    };
  });
}
