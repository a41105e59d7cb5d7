import { describe, expect, it } from 'vitest';
import { numberOf, canvasInBrowser, type CanvasPage } from './canvas-page.ts';

const shown = canvasInBrowser();

/** A figure of the report's table of components. */
async function utilization(canvas: CanvasPage, component: string): Promise<number> {
  const row = canvas.page.getByRole('row', { name: new RegExp(`^${component} `) }).last();
  return numberOf(await row.getByRole('cell').first().innerText()) ?? NaN;
}

/** Components in the chart of where the time went, most first. */
function slowestComponents(canvas: CanvasPage): Promise<string[]> {
  return canvas.page
    .getByRole('table', { name: 'Where the time went' })
    .getByRole('rowheader')
    .allInnerTexts();
}

describe('a new user', () => {
  it('runs the published design at its full rate with one click', async () => {
    const { canvas } = shown;
    await canvas.open();
    for (const layer of ['Traffic', 'Services', 'Stores', 'Pipeline', 'Delivery']) {
      await canvas.page.locator('.lane', { hasText: layer }).waitFor();
    }
    expect(await canvas.page.locator('.react-flow__node').count()).toBe(14);
    await canvas.button('Run').click();
    await canvas.node('feed-service').getByText('%').waitFor({ timeout: 120_000 });
    expect(await canvas.charted('Rate', 'arriving')).toBeGreaterThan(600_000);
    await canvas.button('Stop').click();
  });

  it(
    'sees what a whale does, takes the cache away, sees the database suffer, and finds the work after a reload',
    { timeout: 600_000 },
    async () => {
      const { canvas } = shown;
      await canvas.open();
      await canvas.useShortForm();
      await canvas.runToTheEnd();
      await canvas.button('Charts').click();
      const offered = (await canvas.charted('Hottest key', 'offered')) ?? 0;
      const served = (await canvas.charted('Hottest key', 'served')) ?? Infinity;
      expect(offered).toBeGreaterThan(10 * served);
      expect(await canvas.charted('Errors', 'failing')).toBeGreaterThan(5);
      await canvas.button('Report').click();
      const words = await canvas.page.getByRole('region', { name: 'What happened' }).innerText();
      expect(words).toMatch(/One key of post-db was asked for up to/);
      expect(words).toMatch(/of feed-read failed during celebrity-post/);
      const busyBefore = await utilization(canvas, 'post-db');
      expect(await slowestComponents(canvas)).toContain('feed-cache');

      await canvas.node('feed-cache').click();
      await canvas.page.keyboard.press('Delete');
      await canvas.node('feed-cache').waitFor({ state: 'detached' });
      await canvas.runToTheEnd();
      const compare = canvas.page.getByRole('checkbox', { name: 'Compare with the run before' });
      await compare.uncheck();
      const slowest = await slowestComponents(canvas);
      expect(slowest).not.toContain('feed-cache');
      expect(slowest[0]).toBe('post-db');
      expect(await utilization(canvas, 'post-db')).toBeGreaterThan(busyBefore);

      await canvas.page.reload();
      await canvas.node('post-db').waitFor();
      expect(await canvas.node('feed-cache').count()).toBe(0);
      expect(await canvas.page.getByText('edited').count()).toBe(1);
    },
  );
});
