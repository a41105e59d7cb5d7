import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { root } from './packages.mjs';

/** The sources, to be changed. */
const copy = mkdtempSync(join(tmpdir(), 'fanout-lab-programs-'));
for (const name of ['cli', 'docs', 'reference', 'scenarios', 'scripts', 'simulator', 'package.json'])
  cpSync(join(root, name), join(copy, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
afterAll(() => {
  rmSync(copy, { recursive: true });
});

const programsFolder = join(copy, '.cache', 'programs');
const compiled = () => readdirSync(programsFolder).length;
const change = (file, from, to) => {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
};
const version = async (environment = {}) => {
  const args = [join(copy, 'scripts', 'bootstrap.mjs'), '--version'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...environment },
  });
  return stdout.trim();
};

test('runs what the sources say now, whether compiled or as they are', async () => {
  const { version: now } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
  change('package.json', `"version": "${now}"`, '"version": "7.7.7"');
  // Several at once compile it once each at most, and one stays.
  expect(await Promise.all([version(), version()])).toEqual(['7.7.7', '7.7.7']);
  expect(compiled()).toBe(1);
  expect(await version()).toBe('7.7.7');
  expect(compiled()).toBe(1);
  change('package.json', '"version": "7.7.7"', '"version": "8.8.8"');
  expect(await version()).toBe('8.8.8');
  expect(compiled()).toBe(2);
  change('package.json', '"version": "8.8.8"', '"version": "9.9.9"');
  expect(await version({ FANOUT_LAB_SOURCES: '1' })).toBe('9.9.9');
  expect(compiled()).toBe(2);
});

test('leaves out of a program what it does not use', () => {
  const [state] = readdirSync(programsFolder);
  const gateway = readFileSync(
    join(programsFolder, state, 'reference', 'services', 'gateway', 'main.mjs'),
    'utf8',
  );
  expect(gateway).toContain('from "fastify"');
  for (const clientOfAStore of ['cassandra-driver', 'kafkajs', '@aws-sdk/client-s3'])
    expect(gateway).not.toContain(`"${clientOfAStore}"`);
});

test('leaves out nothing that is imported for what it does when it is loaded: there is no such import', () => {
  const sources = ['cli', 'reference', 'scenarios', 'simulator'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.ts$/.test(name))
      .map((name) => join(folder, name)),
  );
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter((name) => /^import ['"]/m.test(readFileSync(join(root, name), 'utf8')))).toEqual([]);
});

test('lets the workers of one process compile at once', async () => {
  change('package.json', '"version": "9.9.9"', '"version": "9.9.10"');
  writeFileSync(
    join(copy, 'workers.mjs'),
    `import { Worker } from 'node:worker_threads';
     for (let i = 0; i < 3; i++) new Worker('./scripts/run.mjs', { argv: ['cli/main.ts', '--version'] });`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['workers.mjs'], { cwd: copy });
  expect(stdout.trim().split('\n')).toEqual(['9.9.10', '9.9.10', '9.9.10']);
  expect(compiled()).toBe(3);
});

test('names the line of the source where our fault is', async () => {
  change('cli/main.ts', 'addSiteCommands(program);', "throw new Error('here');");
  const line = readFileSync(join(copy, 'cli', 'main.ts'), 'utf8')
    .split("throw new Error('here')")[0]
    .split('\n');
  await expect(version()).rejects.toThrow(`cli/main.ts:${line.length}`);
});

test('refuses what is no program', async () => {
  const args = [join(copy, 'scripts', 'run.mjs'), 'cli/exit.ts'];
  await expect(promisify(execFile)(process.execPath, args)).rejects.toThrow(
    'There is no program cli/exit.ts.',
  );
});
