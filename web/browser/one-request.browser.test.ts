import { expect, it } from 'vitest';
import { canvasInBrowser } from './canvas-page.ts';

const shown = canvasInBrowser();
/** Where to put pictures of what the test sees; unset: nowhere. */
const pictures = process.env.SCREENSHOTS;

it('shows the way of one slow request, and leads from a line to its node', async () => {
  const { canvas } = shown;
  await canvas.open('?preset=whale-post');
  await canvas.useShortForm();
  await canvas.runToTheEnd();
  const request = canvas.page.getByRole('region', { name: 'One request' });
  await request.scrollIntoViewIfNeeded();
  await request.getByRole('button', { name: 'p99', exact: true, pressed: true }).waitFor();

  const lines = request.getByRole('table', { name: 'Waterfall of feed-read p99', exact: true });
  const names = await lines.getByRole('rowheader').allInnerTexts();
  expect(names[0]).toContain('read-client');
  expect(names.length).toBeGreaterThan(4);

  // The same by keyboard: another percentile, and a line.
  await request.getByRole('button', { name: 'p50', exact: true }).focus();
  await canvas.page.keyboard.press('Enter');
  const median = request.getByRole('table', { name: 'Waterfall of feed-read p50', exact: true });
  await median.waitFor();
  await request.getByRole('button', { name: 'max', exact: true }).click();
  const slowest = request.getByRole('table', { name: 'Waterfall of feed-read max', exact: true });
  const store = slowest.getByRole('button', { name: /^post-db/ }).first();
  expect(await store.getAttribute('title')).toMatch(/on the critical path; .*(queue|service)/);
  if (pictures !== undefined)
    for (const colorScheme of ['light', 'dark'] as const) {
      await canvas.page.emulateMedia({ colorScheme });
      await request.scrollIntoViewIfNeeded();
      await canvas.page.screenshot({ path: `${pictures}/one-request-${colorScheme}.png` });
    }
  await store.focus();
  await canvas.page.keyboard.press('Enter');
  await canvas.settings().getByRole('heading', { name: 'Post database' }).waitFor();
});
