import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { generatedPages } from '../cli/index.ts';
import { findBuiltin, parseScenario } from '../scenarios/index.ts';
import { compile } from '../simulator/index.ts';
import { commandBlocks, fencedBlocks, isWalkthrough, readPages, relativeLinks, root } from './pages.ts';

const pages = readPages();
const read = pages.filter((page) => !isWalkthrough(page));

describe('commands in the documentation', () => {
  const blocks = read.flatMap(commandBlocks);

  it('are found', () => {
    expect(new Set(blocks.map(({ page }) => page))).toContain('README.md');
  });

  it.each(blocks)('$page:$line $run', ({ run }) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', run], { cwd: root, encoding: 'utf8' });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  });

  it.each(pages)('$path names only scripts that exist', ({ text }) => {
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:]*)/g)].map((match) => match[1]!);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(named));
  });
});

describe('scenarios in the documentation', () => {
  const scenarios = read.flatMap((page) =>
    fencedBlocks(page, 'json')
      .filter((text) => text.includes('fanout-lab/scenario'))
      .map((text) => ({ path: page.path, text })),
  );

  it('are found', () => {
    expect(scenarios.length).toBeGreaterThan(1);
  });

  it.each(scenarios)('$path', ({ text }) => {
    const { scenario, notes } = parseScenario(text, { find: findBuiltin });
    expect(notes).toEqual([]);
    expect(() => compile(scenario)).not.toThrow();
  });
});

describe('the library in the documentation', () => {
  it('runs as README.md shows it, from what build:lib makes', () => {
    const [example] = fencedBlocks(
      pages.find(({ path }) => path === 'README.md')!,
      'js',
    );
    const built = spawnSync(
      process.execPath,
      ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.lib.json'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect(built.status, built.stdout).toBe(0);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', example!],
      { cwd: root, encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    expect(Number(stdout)).toBeGreaterThan(10);
  });
});

describe('links in the documentation', () => {
  it.each(pages)('$path', (page) => {
    const broken = relativeLinks(page).filter(
      (target) => !existsSync(join(root, dirname(page.path), target)),
    );
    expect(broken).toEqual([]);
  });
});

describe('generated pages', async () => {
  it.each(await generatedPages())('$path is what npm run docs writes', ({ path, text }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });
});
