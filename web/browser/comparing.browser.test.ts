import { expect, it } from 'vitest';
import { canvasInBrowser } from './canvas-page.ts';

const shown = canvasInBrowser();

it('measures by how much a change helped, with an interval', { timeout: 400_000 }, async () => {
  const { canvas } = shown;
  await canvas.open('?preset=mm1');
  await canvas.useShortForm();
  await canvas.runToTheEnd();
  await canvas.node('server').click();
  await canvas.settings().getByLabel('Servers').fill('2');
  await canvas.runToTheEnd();
  await canvas.button('Measure the difference').click();
  const measured = canvas.page.getByRole('table', { name: 'Measured difference' });
  await measured.waitFor({ timeout: 300_000 });
  const mean = await measured.getByRole('row', { name: /^work mean/ }).innerText();
  // M/M/1 at 80 % takes 5 ms on average, with a second server 1.19: 3.81 ms less.
  const [, low, high] = /−([\d.]+) ms to −([\d.]+) ms\s+better/.exec(mean) ?? [];
  expect(Number(low)).toBeGreaterThan(3.81);
  expect(Number(high)).toBeLessThan(3.81);
});
