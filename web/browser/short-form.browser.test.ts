import { expect, it } from 'vitest';
import { canvasInBrowser } from './canvas-page.ts';

const shown = canvasInBrowser();

it('says what the short form runs with, changes it there, and stays on after a reload', async () => {
  const { canvas } = shown;
  const { page } = canvas;
  await canvas.open('?preset=whale-post');
  await canvas.node('fanout-worker').click();
  const settings = canvas.settings();
  expect(await settings.getByText('The short form runs with').count()).toBe(0);
  await canvas.useShortForm();
  const workers = settings.getByLabel('Workers in the short form');
  expect(await workers.inputValue()).toBe('1');
  expect(await settings.getByLabel('Workers', { exact: true }).inputValue()).toBe('16');
  await workers.fill('3');
  await workers.press('Enter');
  await page.getByText('edited').waitFor();
  // The draft is written a moment after the change.
  await page.waitForTimeout(1000);

  await page.reload();
  await canvas.node('fanout-worker').click();
  expect(await page.getByRole('switch', { name: 'Short form' }).isChecked()).toBe(true);
  expect(await workers.inputValue()).toBe('3');
});

it('forgets the run when another scenario is opened, and has shown every card by its id', async () => {
  const { canvas } = shown;
  const { page } = canvas;
  await canvas.open('?preset=tandem');
  await canvas.useShortForm();
  await canvas.runToTheEnd();
  for (const id of ['first', 'second']) await canvas.node(id).getByText(id, { exact: true }).waitFor();
  await canvas.runToTheEnd();
  await page.getByText('Compare with the run before').waitFor();

  await canvas.fromMenu('M/M/1 at 80 % utilisation');
  await canvas.node('server').waitFor();
  expect(await canvas.runNumber()).toBe(0);
  expect(await canvas.seconds()).toBe(0);
  expect(await canvas.node('server').getByText('%').count()).toBe(0);
  await canvas.runToTheEnd();
  expect(await page.getByText('Compare with the run before').count()).toBe(0);
});
