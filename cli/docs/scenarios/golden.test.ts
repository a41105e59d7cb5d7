import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtins } from '../../../scenarios/index.ts';
import { briefDigest } from '../../brief-form.ts';
import { SCENARIO_PAGES, readGolden, scenarioDigest, shortForm } from './index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const golden = readGolden(root);

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

// Running all of them to their end takes minutes; the first part of a run tells whether it is still the same.
it.each(builtins.map(({ id }) => id))('%s still begins as it did', (id) => {
  const { events, briefDigest: recorded } = golden[id]!;
  expect(briefDigest(shortForm(id), events), `run npm run docs -- scenarios ${id}`).toBe(recorded);
});
