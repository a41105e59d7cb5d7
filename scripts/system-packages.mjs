/**
 * Programs of the system that some checks and the reference stack need. Installed without asking only
 * where that may be done: as root on a Debian-like system, announced first.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Each program with the Debian package that has it. */
export const programsOfTheStack = {
  'redis-server': 'redis-server',
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
};

/** Debian keeps servers where ordinary users do not look. */
const furtherFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** @returns {string | undefined} the path of a program */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...furtherFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Installs the packages of those programs that are not there.
 *
 * @param {Record<string, string>} programs by name, the package of each
 * @returns {string | null} null when all are there, otherwise what is missing and the command that mends it
 */
export function ensurePrograms(programs) {
  const missing = Object.entries(programs).filter(([name]) => !findProgram(name));
  if (missing.length === 0) return null;
  const failure = installPackages(missing.map(([, name]) => name));
  const still = Object.keys(programs).filter((name) => !findProgram(name));
  return still.length === 0 ? null : `${still.join(', ')} not installed. ${failure ?? ''}`.trim();
}

/**
 * @param {string[]} packages
 * @returns {string | null} null when apt-get succeeded, otherwise why not, or the command to run
 */
export function installPackages(packages) {
  const apt = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!mayInstall) return `As root: ${apt.join(' ')}`;
  console.error(`Installing system packages: ${packages.join(' ')} ...`);
  return withoutStartingServices(
    () => run(['apt-get', 'update', '-q']) ?? run([...apt.slice(0, 2), '-q', ...apt.slice(2)]),
  );
}

/** Debian starts the services that a package brings along, unless this file refuses. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(policy);
  }
}

/** @returns {string | null} why the command failed */
function run([command, ...rest]) {
  const { status, error } = spawnSync(command, rest, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0 ? null : `${command} ${rest.join(' ')} failed: ${error?.message ?? `exit ${status}`}`;
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
