import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { failOvers } from '../../simulator/verdicts/index.ts';
import { simulatedFailOvers } from './fail-over.ts';
import { failOverPage } from './index.ts';

const simulated = simulatedFailOvers();

it.each(failOvers.map((experiment, i) => ({ ...experiment, simulated: simulated[i]! })))(
  '$system, $what: within 20 % of what was measured',
  ({ measuredSeconds: [least, most], simulated }) => {
    const middle = (least + most) / 2;
    expect(simulated).toBeGreaterThanOrEqual(middle * 0.8);
    expect(simulated).toBeLessThanOrEqual(middle * 1.2);
  },
);

it('is what the page says', async () => {
  const { path, text } = await failOverPage(simulated);
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
});
