import { describe, expect, inject, it } from 'vitest';
import { findBuiltin } from '../../scenarios/index.ts';
import { linkFragment } from '../file/index.ts';
import { canvasInBrowser, type CanvasPage } from './canvas-page.ts';

const shown = canvasInBrowser();
const mm1 = findBuiltin('mm1') as Record<string, unknown>;

async function openFile(canvas: CanvasPage, name: string, text: string): Promise<void> {
  const chooser = canvas.page.waitForEvent('filechooser');
  await canvas.fromMenu('Open a file …');
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

describe('files and links', () => {
  it.each([
    ['that is not JSON', '{ "format": ', 'FL-not-json'],
    ['with an unknown member', JSON.stringify({ ...mm1, colour: 'red' }), 'FL-unknown-key'],
    ['that reaches for the prototype', '{"__proto__": {"polluted": true}}', 'FL-'],
  ])('a file %s is refused with its problems, and nothing is lost', async (_what, text, code) => {
    const { canvas } = shown;
    await canvas.open('?preset=tandem');
    await openFile(canvas, 'broken.json', text);
    const dialog = canvas.page.getByRole('dialog', { name: 'broken.json cannot be opened' });
    await dialog.getByText(code).first().waitFor();
    await canvas.page.keyboard.press('Escape');
    await canvas.page.getByRole('heading', { name: 'Two M/M/1 queues in tandem' }).waitFor();
    expect(await canvas.page.evaluate(() => (({}) as Record<string, unknown>).polluted)).toBeUndefined();
  });

  it('shows the text of a file as text, never as markup', async () => {
    const { canvas } = shown;
    const attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await canvas.open('?preset=tandem');
    const text = JSON.stringify({
      ...mm1,
      title: attack,
      description: `${attack} [go](javascript:alert(1))`,
    });
    await openFile(canvas, 'hostile.json', text);
    await canvas.page.getByRole('heading', { name: attack }).waitFor();
    await canvas.button('More').click();
    await canvas.settings().locator('.markdown', { hasText: 'go' }).waitFor();
    await canvas.runToTheEnd();
    expect(await canvas.page.title()).toBe('Fanout Lab');
    expect(await canvas.page.locator('img, a[href^="javascript"]').count()).toBe(0);
  });

  it('brings back a saved file just as it was', async () => {
    const { canvas } = shown;
    await canvas.open('?preset=whale-post');
    const download = canvas.page.waitForEvent('download');
    await canvas.fromMenu('Save as a file');
    const file = await (await download).path();
    await canvas.fromMenu('M/M/1 at 80 % utilisation');
    await canvas.node('server').waitFor();
    const chooser = canvas.page.waitForEvent('filechooser');
    await canvas.fromMenu('Open a file …');
    await (await chooser).setFiles(file);
    await canvas.node('feed-cache').waitFor();
    expect(await canvas.page.locator('.react-flow__node').count()).toBe(14);
    await canvas.page.getByRole('button', { name: /^celebrity-post/ }).waitFor();
  });

  it('opens a link, asks before a long run from outside, and keeps the work that was there', async () => {
    const { canvas } = shown;
    await canvas.open('?preset=tandem');
    await canvas.page.locator('.react-flow__node').first().click();
    await canvas.page.keyboard.press('Delete');
    await canvas.page.getByText('edited').waitFor();
    // The draft is written a moment after the change.
    await canvas.page.waitForTimeout(1000);

    const long = {
      ...mm1,
      title: 'From a link',
      run: { durationSeconds: 100_000, warmupSeconds: 5, seed: 1 },
    };
    await canvas.page.goto('about:blank');
    await canvas.open(linkFragment(JSON.stringify(long)));
    await canvas.page.getByRole('heading', { name: 'From a link' }).waitFor();
    await canvas.button('Run').click();
    await canvas.page.getByRole('dialog', { name: 'This run takes a while' }).waitFor();
    await canvas.button('Not now').click();

    await canvas.fromMenu('Bring back what was put aside');
    await canvas.page.getByRole('heading', { name: 'Two M/M/1 queues in tandem' }).waitFor();
  });

  it('says of a damaged link that it is damaged', async () => {
    const { canvas } = shown;
    await canvas.open('#d=v1.AAAA');
    await canvas.page
      .getByRole('status')
      .getByText(/link is damaged/)
      .waitFor();
    await canvas.node('feed-cache').waitFor();
  });

  it('runs a preset when the address says so', async () => {
    const { canvas } = shown;
    await canvas.page.goto(`${inject('site')}?preset=mm1&run=1`);
    await canvas.page.getByRole('heading', { name: 'What happened' }).waitFor({ timeout: 120_000 });
  });
});
