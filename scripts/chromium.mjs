/**
 * Finds the system's Chromium for the browser tests; installs it where that may be done without
 * asking: as root on a Debian-like system.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const packages = ['chromium', 'fonts-dejavu-core'];
const apt = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];

/**
 * @returns {{ path: string } | { reason: string }} the executable, or why there is none and the
 * command that mends it. `CHROMIUM_PATH` overrides the search.
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return { path: found };
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!mayInstall)
    return { reason: `Chromium is not installed. As root: ${apt.join(' ')} (or set CHROMIUM_PATH).` };
  console.error(`Installing system packages for the browser tests: ${packages.join(' ')} ...`);
  const failure = withoutStartingServices(
    () => run(['apt-get', 'update', '-q']) ?? run([...apt.slice(0, 2), '-q', ...apt.slice(2)]),
  );
  const installed = findChromium();
  return installed ? { path: installed } : { reason: failure ?? `${apt.join(' ')} installed no Chromium.` };
}

function findChromium() {
  const candidates = process.env.CHROMIUM_PATH
    ? [process.env.CHROMIUM_PATH]
    : (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
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

/** @returns {string | undefined} why the command failed */
function run([command, ...rest]) {
  const { status, error } = spawnSync(command, rest, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0
    ? undefined
    : `${command} ${rest.join(' ')} failed: ${error?.message ?? `exit ${status}`}`;
}
