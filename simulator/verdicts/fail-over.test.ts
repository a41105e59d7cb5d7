import { expect, it } from 'vitest';
import { failOvers, simulateFailOver } from './fail-over.ts';

it.each(failOvers)('$system, $what: within 20 % of what was measured', (experiment) => {
  const [least, most] = experiment.measuredSeconds;
  const simulated = simulateFailOver(experiment);
  expect(simulated).toBeGreaterThanOrEqual(((least + most) / 2) * 0.8);
  expect(simulated).toBeLessThanOrEqual(((least + most) / 2) * 1.2);
});
