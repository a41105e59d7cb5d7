/**
 * Compiles the kernel (simulator/engine/kernel/assembly) into kernel.wasm.ts beside its door. The module is
 * kept in the repository, so that nobody needs the compiler to run the simulator; a test holds the two together.
 *
 *     npm run kernel
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';

const folder = join(root, 'simulator/engine/kernel');

/** The text of kernel.wasm.ts. */
export function compileKernel() {
  const temporary = mkdtempSync(join(tmpdir(), 'fanout-lab-kernel-'));
  const file = join(temporary, 'kernel.wasm');
  const asc = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [asc, join(folder, 'assembly/kernel.ts'), ...options, '--outFile', file],
    { encoding: 'utf8', cwd: root },
  );
  if (status !== 0) throw new Error(`The kernel does not compile.\n${stdout}${stderr}`);
  const base64 = readFileSync(file).toString('base64');
  rmSync(temporary, { recursive: true });
  return [
    '// Written by `npm run kernel` from assembly/.',
    '/** The WebAssembly module of the kernel, base64. */',
    'export const KERNEL =',
    `  '${base64}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(folder, 'kernel.wasm.ts'), compileKernel());
