import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Findings } from '../../simulator/verification/index.ts';
import { formatted } from '../docs/formatted.ts';
import { root, verificationPage } from './page.ts';

/** From the root of the repository. */
export const findingsPath = 'docs/verification.json';
export const pagePath = 'docs/verification.md';

const none: Findings = { suite: null, coverage: null, mutations: null, designs: null };

/** What the last verifications found. */
export function readFindings(): Findings {
  const path = `${root}${findingsPath}`;
  return existsSync(path) ? { ...none, ...(JSON.parse(readFileSync(path, 'utf8')) as Findings) } : none;
}

/** Both forms of the findings: the file, and the page with its tables made of it. */
export function findingsPages(
  findings: Findings = readFindings(),
): { readonly path: string; readonly text: string }[] {
  const page = readFileSync(`${root}${pagePath}`, 'utf8');
  const { suite, coverage, mutations, designs } = findings;
  const file = { format: 'fanout-lab/verification', version: 1, suite, coverage, mutations, designs };
  return [
    { path: findingsPath, text: JSON.stringify(file) },
    { path: pagePath, text: verificationPage(page, findings) },
  ];
}

/** Puts what was found in the place of what was found before. */
export async function record(found: Partial<Findings>): Promise<void> {
  const pages = await Promise.all(findingsPages({ ...readFindings(), ...found }).map(formatted));
  for (const { path, text } of pages) writeFileSync(`${root}${path}`, text);
}

/**
 * Rows of earlier and of new findings: those of a new key stand where the earlier ones of that key stood, or at
 * the end.
 */
export function replaced<Row>(
  known: readonly Row[],
  found: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const rows = new Map<string, Row[]>();
  for (const row of known) rows.set(keyOf(row), [...(rows.get(keyOf(row)) ?? []), row]);
  for (const row of found) rows.set(keyOf(row), []);
  for (const row of found) rows.get(keyOf(row))!.push(row);
  return [...rows.values()].flat();
}
