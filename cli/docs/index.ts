import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describeErrors, describeFormat, jsonSchema } from '../../scenarios/index.ts';
import { describeResultFormat } from './result-format.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface GeneratedPage {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function addDocsCommand(program: Command): void {
  program
    .command('docs')
    .description('rewrite the pages of docs/ that are generated from the code')
    .action(async () => {
      for (const { path, text } of await generatedPages()) {
        writeFileSync(join(root, path), text);
        console.log(path);
      }
    });
}

/** The pages that follow from the schemas and tables in scenarios/, formatted like all others. */
export async function generatedPages(): Promise<GeneratedPage[]> {
  // Development dependencies: loaded by who works on the documentation only.
  const { format, resolveConfig } = await import('prettier');
  const { default: ts } = await import('typescript');
  const resultTypes = readFileSync(join(root, 'simulator/result.ts'), 'utf8');
  const pages = [
    { path: 'docs/format.md', text: describeFormat() },
    { path: 'docs/result.md', text: describeResultFormat(ts, resultTypes) },
    { path: 'docs/errors.md', text: describeErrors() },
    { path: 'docs/scenario.schema.json', text: JSON.stringify(jsonSchema()) },
  ];
  return Promise.all(
    pages.map(async ({ path, text }) => {
      const filepath = join(root, path);
      return { path, text: await format(text, { ...(await resolveConfig(filepath)), filepath }) };
    }),
  );
}
