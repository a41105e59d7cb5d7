#!/usr/bin/env node
/**
 * `fanout-lab`: makes sure that the packages are there, then runs cli/main.ts with the same arguments,
 * streams, signals and exit code.
 */
import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { ensurePackages, requireNode, root } from './packages.mjs';

requireNode();
ensurePackages();

const child = spawn(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), join(root, 'cli', 'main.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: userFolder() },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** npm runs scripts in the package's folder; a path that the user typed means the folder he stood in. */
function userFolder() {
  const startedByNpm = process.env.npm_lifecycle_event !== undefined && relative(root, process.cwd()) === '';
  return (startedByNpm && process.env.INIT_CWD) || process.cwd();
}
