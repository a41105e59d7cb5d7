import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changed, commandBlocks, fileBlocks, readPages, root } from './pages.ts';

const guide = readPages().find(({ path }) => path === 'docs/adding-a-component.md')!;
/** What its commands need of the repository. Without a lock file the packages are taken as they are. */
const copied = [
  ...[
    'scenarios',
    'simulator',
    'cli',
    'reference',
    'web',
    'scripts',
    'docs/result.md',
    'docs/claims-evidence.json',
    'docs/repaired-evidence.json',
    'docs/verification.json',
    'docs/verification.md',
  ],
  ...['package.json', '.prettierrc.json', 'tsconfig.json', 'vitest.config.ts'],
];
const copy = mkdtempSync(join(tmpdir(), 'fanout-lab-guide-'));
const inCopy = (path: string): string => join(copy, path);
const write = (path: string, text: string): void => {
  mkdirSync(dirname(inCopy(path)), { recursive: true });
  writeFileSync(inCopy(path), text);
};

/** Runs a command in the copy, as a reader's shell would, and not as a part of this test run; gives its output. */
function run(command: string): Promise<string> {
  const own = /^(VITEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|npm_|INIT_CWD)/;
  const inherited = Object.entries(process.env).filter(([name]) => !own.test(name));
  const env = Object.fromEntries([...inherited, ['NO_COLOR', '1']]);
  return new Promise((resolve, reject) =>
    execFile('sh', ['-e', '-c', command], { cwd: copy, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command}\n${stdout}\n${stderr}`, { cause: error }));
    }),
  );
}

beforeAll(() => {
  for (const path of copied) cpSync(join(root, path), inCopy(path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), inCopy('node_modules'), 'junction');
  for (const { path, kind, text } of fileBlocks(guide))
    write(path, kind === 'file' ? text : changed(readFileSync(inCopy(path), 'utf8'), text));
});
afterAll(() => rmSync(copy, { recursive: true }));

describe.concurrent('a kind added as docs/adding-a-component.md says', () => {
  const written = fileBlocks(guide).map(({ path }) => path);
  const [proof, use] = commandBlocks(guide).map((block) => block.run);

  it('passes type checking', async () => {
    const files = written.filter((path) => path.endsWith('.ts'));
    write('tsconfig.guide.json', JSON.stringify({ extends: './tsconfig.json', files, include: [] }));
    await run('npx tsc -p tsconfig.guide.json');
  });

  it('passes its own test, and is in the palette', async () => {
    write(
      'web/canvas/palette.test.tsx',
      `import { renderToStaticMarkup } from 'react-dom/server';
       import { expect, it } from 'vitest';
       import { Palette } from './palette.tsx';
       it('lists the kind', () => {
         expect(renderToStaticMarkup(<Palette onClose={() => {}} />)).toContain('Search service');
       });`,
    );
    expect(await run(`${proof} web/canvas/palette.test.tsx`)).toMatch(/Test Files .*2 passed/);
  });

  it('is simulated, and listed by the JSON Schema and the format', async () => {
    expect(await run(use!)).toMatch(/pass {2}busy/);
    expect(readFileSync(inCopy('docs/scenario.schema.json'), 'utf8')).toContain('"const": "SearchService"');
    expect(readFileSync(inCopy('docs/format.md'), 'utf8')).toMatch(/^### SearchService$/m);
  });
});
