/**
 * `npm test`: checks two at a time; then tests of the code on all cores and those with a browser one after the
 * other, beside those with real servers, which mostly wait, and those of the documentation. The last line is
 * `N passed, N failed`, counting every test and every check; what did not run counts as failed and says why. Exit
 * code 1 when anything failed.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { countTests } from './count-tests.mjs';
import { ensurePackages, requireNode, root } from './packages.mjs';
import { ensurePrograms, programsOfTheStack } from './system-packages.mjs';

requireNode();
ensurePackages();

const reports = join(root, '.cache', 'test');
mkdirSync(reports, { recursive: true });

/** Packages' programs by their file, so that it works whatever the shell's PATH is. */
const bin = (path) => join(root, 'node_modules', path);
const tsc = bin('typescript-7/bin/tsc');

const checks = [
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  ['lint', [bin('eslint/bin/eslint.js'), '.']],
  ['lint with types', [bin('oxlint/bin/oxlint'), '--type-aware', '.']],
  ['types', [tsc, '-p', 'tsconfig.json']],
  ['types of scenarios, without DOM and Node', [tsc, '-p', 'scenarios/tsconfig.json']],
  ['types of simulator, without DOM and Node', [tsc, '-p', 'simulator/tsconfig.json']],
  [
    'dependency rules',
    [
      bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', '.dependency-cruiser.mjs', 'scenarios', 'simulator', 'reference', 'web', 'cli'],
    ],
  ],
];

let passed = 0;
let failed = 0;

const chromium = ensureChromium();
const missingPrograms = ensurePrograms(programsOfTheStack);
// Each is one thread.
await Promise.all([checksInTurn(), checksInTurn()]);
await Promise.all([testCodeAndPage(), testServersAndDocumentation()]);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function testCodeAndPage() {
  await tests('unit, property and theory tests', 'node');
  if (chromium.path) await tests('browser tests', 'browser', { CHROMIUM_PATH: chromium.path }, 'at the end');
  else report('browser tests', 0, 1, `not run: ${chromium.reason}`);
}

async function testServersAndDocumentation() {
  if (missingPrograms === null) await tests('reference stack', 'reference', {}, 'at the end');
  else report('reference stack', 0, 1, `not run: ${missingPrograms}`);
  await tests('documentation', 'documentation', {}, 'at the end');
}

async function checksInTurn() {
  for (let next = checks.shift(); next !== undefined; next = checks.shift()) await check(...next);
}

async function check(name, args) {
  const { status, output } = await run(args, {});
  if (status !== 0) console.log(output);
  report(name, status === 0 ? 1 : 0, status === 0 ? 0 : 1);
}

/** Runs one vitest project and counts from its JSON report; shows what it writes at once, or when it has ended. */
async function tests(name, project, environment = {}, show = 'at once') {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  const { status, output } = await run(
    [
      bin('vitest/vitest.mjs'),
      ...['run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`],
    ],
    environment,
    show,
  );
  if (output !== '') console.log(output);
  const counted = readCounts(file);
  if (counted === null) return report(name, 0, 1, `vitest ended with exit ${status} and wrote no report`);
  for (const problem of counted.problems) console.log(`  ${problem}`);
  // An error outside of any test fails the run without failing a test.
  const unexplained = status !== 0 && counted.failed === 0 ? 1 : 0;
  report(
    name,
    counted.passed,
    counted.failed + unexplained,
    unexplained ? `vitest exit ${status}` : undefined,
  );
}

function readCounts(file) {
  try {
    return countTests(JSON.parse(readFileSync(file, 'utf8')).testResults, root);
  } catch {
    return null;
  }
}

function report(name, newlyPassed, newlyFailed, reason) {
  passed += newlyPassed;
  failed += newlyFailed;
  const verdict =
    newlyFailed === 0 ? `${newlyPassed} passed` : `${newlyPassed} passed, ${newlyFailed} FAILED`;
  console.log(`${name}: ${verdict}${reason ? ` (${reason})` : ''}`);
}

/** @returns {Promise<{ status: number | null, output: string }>} */
function run(args, environment, show = 'at the end') {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), ...environment },
      stdio: ['ignore', ...(show === 'at once' ? ['inherit', 'inherit'] : ['pipe', 'pipe'])],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('close', (status) => resolve({ status, output }));
  });
}
