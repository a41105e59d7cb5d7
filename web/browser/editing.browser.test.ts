import { describe, expect, it } from 'vitest';
import { canvasInBrowser } from './canvas-page.ts';

const shown = canvasInBrowser();

describe('editing', () => {
  it('works by keyboard alone: add, wire, configure, run, pause, step, undo', async () => {
    const { canvas } = shown;
    const { keyboard } = canvas.page;
    await canvas.open('?preset=mm1');
    await keyboard.press('a');
    await keyboard.type('service');
    await keyboard.press('Enter');
    await canvas.node('service').waitFor();

    // Tab reaches the card, Enter selects it, its settings wire it.
    await canvas.node('server').focus();
    await keyboard.press('Enter');
    await canvas.settings().getByLabel('Wire server to').focus();
    await keyboard.type('service');
    await keyboard.press('Enter');
    await canvas.wire('server->service').waitFor({ state: 'attached' });

    await canvas.settings().getByLabel('Servers').fill('3');
    await keyboard.press('Control+Enter');
    await keyboard.press('p');
    await canvas.page.getByText(/^paused/).waitFor();
    const before = await canvas.seconds();
    await keyboard.press('.');
    await expect.poll(() => canvas.seconds()).toBeGreaterThan(before);
    await canvas.button('Stop').click();

    await keyboard.press('Control+z');
    await keyboard.press('Control+z');
    await canvas.wire('server->service').waitFor({ state: 'detached' });
    await keyboard.press('?');
    await canvas.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await keyboard.press('Escape');
    await canvas.page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
  });

  it('undoes and redoes changes of the drawing, and leaves selection and view alone', async () => {
    const { canvas } = shown;
    const { keyboard, mouse } = canvas.page;
    await canvas.open('?preset=instagram-v2');
    const card = canvas.node('cdn');
    await card.waitFor();
    const home = await canvas.boxAtRest('cdn');
    await mouse.move(home.x + 60, home.y + 12);
    await mouse.down();
    await mouse.move(home.x + 60, home.y + 132, { steps: 6 });
    await mouse.up();
    await expect.poll(async () => (await card.boundingBox())!.y).toBeGreaterThan(home.y + 90);

    await keyboard.press('Delete');
    await card.waitFor({ state: 'detached' });
    await keyboard.press('Control+z');
    await card.waitFor();
    await canvas.wire('read-client->cdn').waitFor({ state: 'attached' });
    await keyboard.press('Control+z');
    await expect.poll(async () => Math.round((await card.boundingBox())!.y)).toBe(Math.round(home.y));
    expect(await canvas.button('Undo').isDisabled()).toBe(true);
    await keyboard.press('Control+Shift+z');
    await keyboard.press('Control+Shift+z');
    await card.waitFor({ state: 'detached' });
  });

  it('refuses a wire that makes no sense, and says why', async () => {
    const { canvas } = shown;
    await canvas.open('?preset=instagram-v2');
    const handle = canvas.node('post-db').locator('.react-flow__handle.source');
    await canvas.node('post-db').click();
    const target = await canvas.boxAtRest('read-client');
    await handle.hover();
    await canvas.page.mouse.down();
    await canvas.page.mouse.move(target.x + 90, target.y + 30, { steps: 8 });
    await canvas.page.mouse.up();
    await canvas.page
      .getByRole('status')
      .getByText(/requests begin there|Work travels/)
      .waitFor();
    expect(await canvas.wire('post-db->read-client').count()).toBe(0);
  });

  it('shows a wrong figure at its field and on its card, and does not run it', async () => {
    const { canvas } = shown;
    await canvas.open('?preset=mm1');
    await canvas.node('server').click();
    const servers = canvas.settings().getByLabel('Servers');
    await servers.fill('0');
    await servers.press('Enter');
    await canvas.settings().getByRole('alert').waitFor();
    expect(await servers.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => canvas.button('Run').isDisabled()).toBe(true);
    await servers.fill('2');
    await servers.press('Enter');
    await expect.poll(() => canvas.button('Run').isEnabled()).toBe(true);
  });
});
