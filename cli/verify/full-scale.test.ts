import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../docs/scenarios/index.ts';
import { readFullScale } from './full-scale-record.ts';
import { fullScaleTable } from './full-scale.ts';
import { root } from './page.ts';

const recorded = readFullScale();

describe('runs at full scale', () => {
  it('are there', () => {
    expect(recorded.length).toBeGreaterThan(0);
  });

  // That the golden digests still reproduce is asserted beside the pages of the scenarios.
  it.each(recorded)('of $scenario is by a version with the same short form', ({ scenario, shortDigest }) => {
    expect(shortDigest, `run npm run verify -- --only full-scale-${scenario}`).toBe(
      readGolden(root)[scenario]?.digest,
    );
  });

  it('are all in the table of the page', () => {
    const plain = (text: string): string => text.replaceAll(/ +|-{3,}:?/g, '');
    const page = plain(readFileSync(`${root}/docs/verification.md`, 'utf8'));
    expect(page).toContain(plain(fullScaleTable().join('\n')));
  });
});
