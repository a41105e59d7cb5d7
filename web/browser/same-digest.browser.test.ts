import { describe, expect, it } from 'vitest';
import { findBuiltin, parseScenario } from '../../scenarios/index.ts';
import { compile, createRun, summarize } from '../../simulator/index.ts';
import { linkFragment } from '../file/index.ts';
import { canvasInBrowser } from './canvas-page.ts';
import { shortened } from './shortened.ts';

const shown = canvasInBrowser();

function digestInNode(text: string): string {
  const { scenario } = parseScenario(text, { find: findBuiltin, form: 'short' });
  const run = createRun(compile(scenario), { seed: scenario.run.seed });
  while (!run.done) run.advance({ events: 1_000_000 });
  return summarize(scenario, [run.record()]).digest;
}

describe('same scenario, same seed, same digest', () => {
  it.each([
    ['mm1', 100],
    ['tandem', 100],
    ['whale-post', 18],
  ])('in Node and in Chromium: %s', { timeout: 300_000 }, async (id, durationSeconds) => {
    const { canvas } = shown;
    const text = shortened(id, durationSeconds);
    await canvas.open(linkFragment(text));
    await canvas.useShortForm();
    expect(await canvas.runToTheEnd()).toBe(digestInNode(text));
  });

  it('for a run with a live whale post and for its replay', { timeout: 300_000 }, async () => {
    const { canvas } = shown;
    await canvas.open(linkFragment(shortened('whale-post', 18)));
    await canvas.useShortForm();
    await canvas.page.getByRole('button', { name: /^celebrity-post/ }).click();
    await canvas.page.keyboard.press('Delete');
    await canvas.button('Run').click();
    await expect.poll(() => canvas.seconds(), { timeout: 120_000, interval: 50 }).toBeGreaterThan(2);
    await canvas.button('Drop a whale post').click();
    await canvas.page.getByRole('button', { name: /^whale-post/ }).waitFor();
    const live = await canvas.endOf(1);
    expect(await canvas.runToTheEnd()).toBe(live);
  });
});
