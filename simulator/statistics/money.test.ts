import { expect, it } from 'vitest';
import { checkScenario, findBuiltin } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { Run } from '../engine/run.ts';
import { summarize } from './index.ts';

const written = {
  format: 'fanout-lab/scenario',
  version: 1,
  id: 'money',
  title: 'Money',
  design: {
    extends: 'instagram-v2',
    set: {
      'read-client.feedRead': { process: 'constant', ratePerSecond: 10 },
      'read-client.clientCacheHitRatio': 0,
      'read-client.postDetail': null,
      'upload-client.photoUpload': { process: 'constant', ratePerSecond: 2 },
      'upload-client.like': null,
      'upload-client.comment': null,
      'cdn.webpShare': 0,
    },
  },
  run: { durationSeconds: 8, warmupSeconds: 4, seed: 1 },
};
const expectation = { id: 'cost', claim: 'x', metric: 'components.cdn.moneyPerMonth', between: [1, 1e9] };
const resultOf = (more: object = {}) => {
  const { scenario } = checkScenario({ ...written, ...more }, { find: findBuiltin });
  const run = new Run(compile(scenario), 1);
  run.advance();
  return summarize(scenario, [run.record()]);
};
const result = resultOf();

it('a bill is the sum of its items, by component and all together', () => {
  const { money, components } = result;
  const sum = (items: readonly { usdPerMonth: number }[]) => items.reduce((s, i) => s + i.usdPerMonth, 0);
  expect(money!.perMonth).toBe(sum(money!.items));
  for (const [id, { moneyPerMonth }] of Object.entries(components))
    if (moneyPerMonth !== undefined)
      expect(moneyPerMonth).toBe(sum(money!.items.filter((i) => i.component === id)));
  expect(components['read-client']!.moneyPerMonth).toBeUndefined();
});

it('bytes are views and images times their sizes', () => {
  const { components, flows } = result;
  expect(flows['image-view']!.completedPerSecond).toBeCloseTo(50, 9);
  expect(components['cdn']!['egressBytesPerSecond']).toBeCloseTo(50 * 80_000, 3);
  // Two photos a second of 2 MB, and all of their variants.
  expect(components['object-storage']!['storedBytesPerSecond']).toBeCloseTo(2 * (2_000_000 + 1_627_143), 3);
});

it('expectations may ask for money, and the digest does not know it', () => {
  const asked = resultOf({ expectations: [expectation] });
  expect(asked.expectations[0]).toEqual({
    id: 'cost',
    status: 'pass',
    observed: result.components['cdn']!.moneyPerMonth,
  });
  const { money, ...rest } = result;
  expect(money).toBeDefined();
  expect(resultOf().digest).toBe(rest.digest);
  // A storage a hundred times as full costs more and does nothing else.
  const design = { ...written.design, set: { ...written.design.set, 'object-storage.storedTerabytes': 5e6 } };
  const fuller = resultOf({ design });
  expect(fuller.digest).toBe(result.digest);
  expect(fuller.money!.perMonth).toBeGreaterThan(50 * result.components['object-storage']!.moneyPerMonth!);
});
