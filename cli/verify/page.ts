import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const page = `${root}docs/verification.md`;

/** Puts lines between the two marks that docs/verification.md has for a section. */
export function writeSection(name: string, lines: readonly string[]): void {
  const text = readFileSync(page, 'utf8');
  const marked = new RegExp(`(<!-- ${name}: begin[^>]*-->\\n)[\\s\\S]*(<!-- ${name}: end -->)`);
  if (!marked.test(text)) throw new Error(`${page} has lost the marks between which ${name} goes`);
  writeFileSync(
    page,
    text.replace(marked, (_, begin: string, end: string) => [begin, ...lines, '', end].join('\n')),
  );
}
