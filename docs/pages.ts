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
  const inDocs = ['docs', 'docs/scenarios'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
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

/** A block that a page tells its reader to write into a file, or to change one by. */
export interface FileBlock {
  /** From the root of the repository. */
  readonly path: string;
  /** `file`: the whole file. `change`: a diff without line numbers, its hunks parted by `@@`. */
  readonly kind: 'file' | 'change';
  readonly text: string;
}

/** Blocks behind a comment that says which file they are for: `<!-- file: path -->`, `<!-- change: path -->`. */
export function fileBlocks({ text }: Page): FileBlock[] {
  const block = /^<!-- (file|change): (\S+) -->\n\n```\w+\n([\s\S]*?)^```/gm;
  return [...text.matchAll(block)].map((match) => ({
    path: match[2]!,
    kind: match[1] as FileBlock['kind'],
    text: match[3]!,
  }));
}

/** A page whose commands and files belong together, and are tried in a copy of the repository. */
export const isWalkthrough = (page: Page): boolean => fileBlocks(page).length > 0;

/** The text after a change; throws when a hunk's old lines are not there exactly once. */
export function changed(text: string, change: string): string {
  for (const hunk of change.split(/^@@\n/m)) {
    const lines = hunk.split('\n');
    const side = (mark: string): string =>
      lines
        .filter((line) => !line.startsWith(mark))
        .map((line) => line.slice(1))
        .join('\n');
    const parts = text.split(`\n${side('+')}`);
    if (parts.length !== 2) throw new Error(`There is not exactly one place for this change:\n${hunk}`);
    text = parts.join(`\n${side('-')}`);
  }
  return text;
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
