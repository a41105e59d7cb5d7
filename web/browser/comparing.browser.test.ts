import { expect, it } from 'vitest';
import { linkFragment } from '../file/index.ts';
import { canvasInBrowser } from './canvas-page.ts';
import { shortened } from './shortened.ts';

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

it(
  'ranks single changes by how far they move the p99, and can be stopped',
  { timeout: 400_000 },
  async () => {
    const { canvas } = shown;
    await canvas.open(linkFragment(shortened('tandem', 100)));
    await canvas.useShortForm();
    await canvas.runToTheEnd();
    const ask = canvas.button('What would help most?');
    await ask.click();
    await canvas.button('Cancel').click();
    await ask.waitFor();
    // As with the keyboard alone.
    await ask.focus();
    await canvas.page.keyboard.press('Enter');
    const changes = canvas.page.getByRole('table', { name: /^Changes by how far/ });
    await changes.waitFor({ timeout: 300_000 });
    const rows = await changes.getByRole('row').allInnerTexts();
    // The second queue is the bottleneck, 75 % busy; 94 % with a service time of 1.56 ms.
    expect(rows[1]).toMatch(/^second\.serviceTime\s+1\.25 ms\s+1\.56 ms.*slower$/s);
    const second = rows.find((row) => row.startsWith('second.servers'));
    expect(second).toMatch(/^second\.servers\s+1\s+2\s.*faster$/s);
    expect(await canvas.page.getByText(/^Most would help/).innerText()).toContain('second.');
  },
);

it(
  'says how far the result can be trusted, from what a verification recorded',
  { timeout: 200_000 },
  async () => {
    const { canvas } = shown;
    await canvas.open(linkFragment(shortened('mm1', 100)));
    await canvas.useShortForm();
    await canvas.runToTheEnd();
    await canvas.button('How far can I trust this?').click();
    const page = canvas.page.getByRole('dialog', { name: 'How far can I trust this?' });
    await page.getByText(/faults that were put into a copy of the engine were noticed/).waitFor();
    const held = page.getByRole('table', { name: 'How often intervals held' });
    expect(await held.getByRole('row', { name: /^mm1 mean/ }).innerText()).toMatch(/\d+ of 50/);
    await canvas.page.keyboard.press('Escape');
    await page.waitFor({ state: 'hidden' });
  },
);
