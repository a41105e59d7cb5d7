/**
 * Puts the packages of package-lock.json into node_modules when they are not there, so that every
 * script works from a fresh clone. Plain JavaScript without dependencies: it runs before there are any.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const minimumNode = [20, 19];

/** Ends the process with exit code 2 when this Node is older than `engines.node` in package.json. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1])) return;
  console.error(
    `Node ${minimumNode.join('.')} or later is needed; this is ${process.versions.node}. Install a newer one from https://nodejs.org.`,
  );
  process.exit(2);
}

/** Runs `npm ci` when needed; says so in one line on standard error and writes nothing to standard output. */
export function ensurePackages() {
  // An installed package has no lock file: its dependencies are the business of whoever installed it.
  if (!existsSync(join(root, 'package-lock.json')) || packagesAreThere()) return;
  console.error('Installing the packages of package-lock.json into node_modules (npm ci) ...');
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(
    command,
    [...first, 'ci', '--loglevel=error', '--no-audit', '--no-fund'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32' && command === 'npm',
    },
  );
  if (status === 0) return;
  console.error(
    `npm ci failed${error ? ` (${error.message})` : ''}. See the lines above; it needs a reachable package registry.`,
  );
  process.exit(1);
}

/**
 * Whether node_modules holds what the lock file names. The content is compared, not the dates: a
 * checkout touches the lock file without changing it.
 */
function packagesAreThere() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null) return false;
  const locked = packagesOf(join(root, 'package-lock.json'));
  return Object.entries(locked ?? {}).every(
    ([path, entry]) =>
      path === '' || installed[path]?.version === entry.version || (!installed[path] && isForAnother(entry)),
  );
}

/** Packages that npm leaves out without complaint: those for another platform, and optional ones. */
function isForAnother(entry) {
  return entry.optional === true || entry.devOptional === true;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}
