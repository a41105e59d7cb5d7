import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A run of a short form, on a slow machine that does other things too. */
const longestRunMs = 240_000;

/** The page as a user sees it: found by names and roles, never by what it is made of. */
export class CanvasPage {
  constructor(readonly page: Page) {}

  async open(address = ''): Promise<void> {
    await this.page.goto(`${inject('site')}${address}`);
    await this.page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  }

  node(id: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${id}"]`);
  }

  /** Where a card lies once the drawing has come to rest: it is fitted to the window some moments after it is there. */
  async boxAtRest(id: string): Promise<{ readonly x: number; readonly y: number }> {
    let box = await this.node(id).boundingBox();
    for (let still = 0; still < 5;) {
      await this.page.waitForTimeout(60);
      const now = await this.node(id).boundingBox();
      still = now !== null && now.x === box?.x && now.y === box.y ? still + 1 : 0;
      box = now;
    }
    return box!;
  }

  wire(id: string): Locator {
    return this.page.locator(`.react-flow__edge[data-id="${id}"]`);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  settings(): Locator {
    return this.page.getByRole('complementary', { name: 'Settings' });
  }

  async useShortForm(): Promise<void> {
    await this.page.getByRole('switch', { name: 'Short form' }).check();
  }

  async fromMenu(item: string): Promise<void> {
    await this.button('Scenario').click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Runs to the end; resolves to the digest of the result. */
  async runToTheEnd(): Promise<string> {
    const number = (await this.runNumber()) + 1;
    await this.button('Run').click();
    return this.endOf(number);
  }

  /** Number of the run that the report is of; 0 before the first. */
  async runNumber(): Promise<number> {
    const report = this.page.locator('[data-run]');
    return (await report.count()) === 0 ? 0 : Number(await report.getAttribute('data-run'));
  }

  /** Waits for the report of a run; resolves to its digest. A run that is refused ends it too. */
  async endOf(number: number): Promise<string> {
    const report = this.page.locator(`[data-run="${number}"]`);
    const refusal = this.page.locator('.stage__faults');
    await report.or(refusal).first().waitFor({ timeout: longestRunMs });
    if ((await refusal.count()) > 0) throw new Error(await refusal.innerText());
    const digest = await report.locator('[data-digest]').getAttribute('data-digest');
    if (digest === null) throw new Error('The report has no digest.');
    return digest;
  }

  /** The figure that a chart shows last, by the chart's and the line's name: `["Hottest key", "offered"]`. */
  async charted(chart: string, line: string): Promise<number | null> {
    const label = await this.page
      .getByRole('img', { name: new RegExp(`^${chart}:`) })
      .getAttribute('aria-label');
    return numberOf(new RegExp(`${line} ([^,]+)`).exec(label ?? '')?.[1]);
  }

  async seconds(): Promise<number> {
    const [minutes = '0', seconds = '0'] = (await this.page.getByLabel('Simulated time').innerText()).split(
      ':',
    );
    return Number(minutes) * 60 + Number(seconds);
  }
}

/** "7.39K/s" -> 7390, "88 %" -> 88; null for what is no number. */
export function numberOf(text: string | undefined): number | null {
  const match = /(-?[\d.]+)([KMB])?/.exec(text ?? '');
  if (!match) return null;
  const scales: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9 };
  return Number(match[1]) * (scales[match[2] ?? ''] ?? 1);
}

/**
 * A fresh browser profile for each test. Whatever the page writes to its console as an error fails
 * the test, breaches of its security policy among them.
 */
export function canvasInBrowser(): { readonly canvas: CanvasPage } {
  const current: { canvas: CanvasPage } = { canvas: undefined as never };
  let browser: Browser;
  let complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: flags,
    });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    current.canvas = new CanvasPage(page);
  });
  afterEach(async () => {
    await current.canvas.page.context().close();
    expect(complaints).toEqual([]);
  });
  return current;
}
