#!/usr/bin/env node
/** `fanout-lab`: makes sure that the packages are there, then runs cli/main.ts with the same arguments. */
import { relative } from 'node:path';
import { ensurePackages, requireNode, root } from './packages.mjs';
import { runProgram } from './programs.mjs';

requireNode();
ensurePackages();
process.chdir(userFolder());
await runProgram('cli/main.ts');

/** npm runs scripts in the package's folder; a path that the user typed means the folder he stood in. */
function userFolder() {
  const startedByNpm = process.env.npm_lifecycle_event !== undefined && relative(root, process.cwd()) === '';
  return (startedByNpm && process.env.INIT_CWD) || process.cwd();
}
