import { spawn } from 'node:child_process';

/**
 * Runs a program and waits.
 *
 * @param where Its folder, and what its environment has beside ours
 * @returns null when it succeeded, otherwise the first lines that it wrote, on one line
 */
export function runToEnd(
  command: string,
  args: readonly string[],
  where: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...where.environment },
      ...(where.cwd === undefined ? {} : { cwd: where.cwd }),
    });
    let output = '';
    const add = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = output.trim().split('\n').slice(0, 3).join(' ');
      resolve(code === 0 ? null : lines || `exit ${String(code)}`);
    });
  });
}
