import { expect, it } from 'vitest';
import { canvasInBrowser, type CanvasPage } from './canvas-page.ts';

const shown = canvasInBrowser();

/** Pairs of neighbours in the header of which one begins before the other ends. */
function overlaps(canvas: CanvasPage): Promise<string[]> {
  return canvas.page.getByRole('banner').evaluate((bar) => {
    const parts = [...bar.querySelectorAll('h1 svg, button, label')]
      .map((part) => ({ name: part.textContent, ...part.getBoundingClientRect().toJSON() }))
      .sort((a, b) => a.left - b.left);
    return parts.flatMap((part, i) =>
      i > 0 && part.left < parts[i - 1].right ? [`${parts[i - 1].name} | ${part.name}`] : [],
    );
  });
}

it('leaves the header whole and room for the drawing in a small window', { timeout: 300_000 }, async () => {
  const { canvas } = shown;
  const { page } = canvas;
  await canvas.open('?preset=whale-post');
  await canvas.node('cdn').click();
  await page.keyboard.press('Delete');
  await page.getByText('edited').waitFor();
  await canvas.useShortForm();
  await page.getByLabel('Speed').selectOption('1');
  await canvas.button('Run').click();
  await canvas.button('Pause').waitFor();

  const grip = (await page.getByRole('separator', { name: 'Height of the lower part' }).boundingBox())!;
  await page.mouse.move(grip.x + 100, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(grip.x + 100, 10, { steps: 4 });
  await page.mouse.up();
  for (const [width, height] of [
    [1440, 900],
    [1200, 800],
    [1024, 700],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect
      .poll(async () => (await page.getByRole('main').boundingBox())!.height)
      .toBeGreaterThanOrEqual(200);
    expect((await page.getByRole('banner').boundingBox())!.height).toBe(54);
    expect(await overlaps(canvas)).toEqual([]);
  }
});
