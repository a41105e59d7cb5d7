import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A Markdown page of the documentation. */
export interface Page {
  /** From the root of the repository: `docs/format.md`. */
  readonly path: string;
  readonly text: string;
}

/** A block of shell commands that a page tells its reader to run. */
export interface CommandBlock {
  readonly page: string;
  readonly line: number;
  /** What the page shows. */
  readonly shown: string;
  /** What is run: the same, or the short form that a comment before the block gives. */
  readonly run: string;
}

export function readPages(): Page[] {
  const inDocs = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', ...inDocs].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

/** Contents of blocks fenced with this language. */
export function fencedBlocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1]!,
  );
}

const shortForm = /^<!-- test: (.+) -->$/;

/** Blocks fenced as `sh`, in their order. */
export function commandBlocks({ path, text }: Page): CommandBlock[] {
  const lines = text.split('\n');
  const blocks: CommandBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]!.trim() !== '```sh') continue;
    const end = lines.findIndex((line, at) => at > i && line.trim() === '```');
    const shown = lines
      .slice(i + 1, end)
      .map((line) => line.trim())
      .join('\n');
    const before = lines.slice(0, i).findLast((line) => line.trim() !== '') ?? '';
    blocks.push({ page: path, line: i + 1, shown, run: shortForm.exec(before.trim())?.[1] ?? shown });
    i = end;
  }
  return blocks;
}

/** Targets of relative links and images, without anchors. */
export function relativeLinks({ text }: Page): string[] {
  const withoutCode = text.replace(/^\s*```[\s\S]*?^\s*```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/.test(target) && !target.startsWith('#'))
    .map((target) => target.split('#')[0]!);
}
