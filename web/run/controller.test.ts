import { expect, it } from 'vitest';
import { clearRun, series } from './controller.ts';
import { noRun, useRun, type FinishedRun } from './store.ts';

it('forgets a run with its figures and the run before, and keeps the speed that was chosen', async () => {
  const finished = { number: 2 } as FinishedRun;
  series.setColumns(['flows.work.offeredPerSecond']);
  useRun.setState({
    status: 'finished',
    pace: 5,
    nowSeconds: 60,
    durationSeconds: 60,
    rowsVersion: 9,
    flows: ['work'],
    offered: { work: 3 },
    figures: { server: { health: { level: 'good', reason: null }, values: {} } },
    finished,
    previous: { ...finished, number: 1 },
  });
  await clearRun();
  expect(useRun.getState()).toEqual({ ...noRun, pace: 5, rowsVersion: 10 });
  expect(series.paths).toEqual([]);
});
