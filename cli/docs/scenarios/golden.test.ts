import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtins } from '../../../scenarios/index.ts';
import { SCENARIO_PAGES, readGolden, runScenario, scenarioDigest, shortForm } from './index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const golden = readGolden(root);

/** Runs that fit into half a minute of this test; the others are run when their page is written. */
const MAXIMUM_EVENTS = 10_000_000;

function cheapest(): string[] {
  const chosen: string[] = [];
  let left = MAXIMUM_EVENTS;
  for (const [id, { events }] of Object.entries(golden).sort(([, a], [, b]) => a.events - b.events)) {
    left -= events;
    if (left < 0) break;
    chosen.push(id);
  }
  return chosen;
}

describe.each(builtins.map(({ id }) => id))('%s', (id) => {
  it('has a page and charts of its present short form', () => {
    expect(golden[id], 'run npm run docs -- scenarios').toBeDefined();
    expect(golden[id]!.scenario, `${id} has changed: run npm run docs -- scenarios ${id}`).toBe(
      scenarioDigest(shortForm(id)),
    );
    const page = readFileSync(join(root, SCENARIO_PAGES, `${id}.md`), 'utf8');
    expect(page).toContain(golden[id]!.digest);
    const charts = [...page.matchAll(/\]\(([^)]+\.svg)\)/g)].map((match) => match[1]!);
    expect(charts.length).toBeGreaterThan(0);
    for (const chart of charts) expect(existsSync(join(root, SCENARIO_PAGES, chart))).toBe(true);
    expect(readFileSync(join(root, SCENARIO_PAGES, 'README.md'), 'utf8')).toContain(`(${id}.md)`);
  });
});

it('the cheapest are there to be run', () => {
  expect(cheapest().length).toBeGreaterThan(2);
});

it.each(cheapest())('%s still gives its golden digest', async (id) => {
  const { digest } = await runScenario(shortForm(id));
  expect(digest).toBe(golden[id]!.digest);
});
