import { describe, expect, it } from 'vitest';
import { findBuiltin, parseScenario } from '../../scenarios/index.ts';
import { compile, createRun, summarize } from '../../simulator/index.ts';
import { canvasInBrowser } from './canvas-page.ts';

const shown = canvasInBrowser();

function digestInNode(id: string): string {
  const { scenario } = parseScenario(JSON.stringify(findBuiltin(id)), { find: findBuiltin, form: 'short' });
  const run = createRun(compile(scenario), { seed: scenario.run.seed });
  while (!run.done) run.advance({ events: 1_000_000 });
  return summarize(scenario, [run.record()]).digest;
}

describe('same scenario, same seed, same digest', () => {
  it.each(['mm1', 'tandem', 'whale-post'])(
    'in Node and in Chromium: %s',
    { timeout: 600_000 },
    async (id) => {
      const { canvas } = shown;
      await canvas.open(`?preset=${id}`);
      await canvas.useShortForm();
      expect(await canvas.runToTheEnd()).toBe(digestInNode(id));
    },
  );

  it('for a run with a live whale post and for its replay', { timeout: 600_000 }, async () => {
    const { canvas } = shown;
    await canvas.open('?preset=whale-post');
    await canvas.useShortForm();
    await canvas.page.getByRole('button', { name: /^celebrity-post/ }).click();
    await canvas.page.keyboard.press('Delete');
    await canvas.button('Run').click();
    await expect.poll(() => canvas.seconds(), { timeout: 120_000, interval: 100 }).toBeGreaterThan(3);
    await canvas.button('Drop a whale post').click();
    await canvas.page.getByRole('button', { name: /^whale-post/ }).waitFor();
    const live = await canvas.waitForTheEnd();
    expect(await canvas.runToTheEnd()).toBe(live);
  });
});
