/**
 * Runs our programs, which are written in TypeScript. Each is compiled beforehand with all that it imports,
 * for Node loads a dozen compiled files in a quarter of the time that it takes to translate and link three
 * hundred. The compiled programs lie in .cache/programs, in a folder called after the state of the sources,
 * so that nobody runs stale code, and several may compile at once.
 */
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { threadId } from 'node:worker_threads';
import { root } from './packages.mjs';

/** The script that has Node run a program: `node ${runner} PROGRAM [ARGUMENT ...]`. */
export const runner = join(root, 'scripts', 'run.mjs');

/** What Node is told to run, by its path from the root; the programs of tests are not compiled. */
const programs = [
  'cli/main.ts',
  'cli/replications/worker.ts',
  'cli/verify/cause-batch.ts',
  'cli/verify/design-batch.ts',
  'reference/bench/bare-feed.ts',
  'reference/bench/bare-images.ts',
  'reference/load/main.ts',
  ...['fanout', 'feed', 'gateway', 'images', 'relay', 'upload'].map(
    (service) => `reference/services/${service}/main.ts`,
  ),
];
/** Where they and what they import are. */
const folders = ['cli', 'docs', 'reference', 'scenarios', 'scripts', 'simulator'];
const folder = join(root, '.cache', 'programs');
/** A program that has been started may load a part of itself later. */
const keepMs = 7 * 24 * 3600 * 1000;

/**
 * Runs a program in this process, or in this worker thread.
 *
 * FANOUT_LAB_SOURCES=1 has it run from its sources as they are, as do folders that can't be written.
 *
 * @param {string} program one of `programs`
 */
export async function runProgram(program) {
  if (!programs.includes(program)) throw new Error(`There is no program ${program}.`);
  if (process.env.FANOUT_LAB_SOURCES === '1' || !mayWrite()) {
    const { register } = await import('tsx/esm/api');
    register();
    await import(pathToFileURL(join(root, program)).href);
    return;
  }
  const compiled = join(folder, stateOfSources());
  if (!existsSync(compiled)) await compile(compiled);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(join(compiled, program.replace(/\.ts$/, '.mjs'))).href);
}

function mayWrite() {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A hash of where the sources are, how long they are and when they were changed. */
function stateOfSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  add(join(root, 'package.json'));
  for (const name of folders)
    for (const entry of readdirSync(join(root, name), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && isSource(entry.name)) add(join(entry.parentPath, entry.name));
  return hash.digest('hex').slice(0, 16);
}

const isSource = (name) => /\.(ts|mjs|json)$/.test(name) && !name.includes('.test.');

/** Compiles all programs into the folder, which is there as a whole or not at all. */
async function compile(compiled) {
  // The workers of one process may compile at once too.
  const unfinished = `${compiled}.${process.pid}.${threadId}`;
  const commandLine = programs.filter((program) => program.startsWith('cli/'));
  const others = programs.filter((program) => !commandLine.includes(program));
  await Promise.all(
    [commandLine, ...others.map((program) => [program])].map((some) => compileSome(some, unfinished)),
  );
  try {
    renameSync(unfinished, compiled);
  } catch (error) {
    // Another process or thread was faster.
    if (!existsSync(compiled)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  removeOld();
}

/**
 * Those of the command line have most in common. The others are compiled each by itself: what several share would
 * be loaded by all of them, the packages that few need included.
 */
async function compileSome(some, into) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: some,
    outbase: '.',
    outdir: into,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [
      { name: 'own-url', setup: keepOwnUrl },
      { name: 'only-what-is-used', setup: leaveOutUnused },
    ],
  });
}

/**
 * A program does not load modules and packages of which it uses nothing: a service has no client of a store that it
 * never asks. So a module must not be imported for what it does when it is loaded alone; one of which something is used
 * still does that (scenarios/zod.ts).
 */
function leaveOutUnused({ onResolve }) {
  onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => ({
    path: join(resolveDir, path),
    sideEffects: false,
  }));
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
    kind === 'entry-point' ? undefined : { path, external: true, sideEffects: false },
  );
}

/** What our modules find beside themselves is beside their source. */
function keepOwnUrl({ onLoad }) {
  onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
    const text = await readFile(path, 'utf8');
    return {
      contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    };
  });
}

function removeOld() {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > keepMs) rmSync(path, { recursive: true, force: true });
  }
}
