import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the hold model is given: as many events as the simulator had, and what its pending set looked like. */
export interface HoldWorkload {
  readonly events: number;
  /** Mean number of pending events. */
  readonly pending: number;
  /** Evenly spaced quantiles of the time from scheduling an event to its happening, ns. */
  readonly incrementQuantilesNs: readonly number[];
}

export interface HoldOutcome {
  readonly compiler: string;
  /** By kind of pending-event set, fastest first. */
  readonly variants: readonly { readonly name: string; readonly nsPerEvent: number }[];
}

const compilers = ['g++', 'clang++', 'c++'];
const source = fileURLToPath(new URL('./hold.cpp', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/bench', import.meta.url));

/**
 * Compiles hold.cpp for this machine and runs it.
 *
 * @returns what it measured, or why it could not run
 */
export function runHoldModel(workload: HoldWorkload): HoldOutcome | { readonly reason: string } {
  const compiler = compilers.find((name) => versionOf(name) !== null);
  if (compiler === undefined)
    return { reason: `no C++ compiler: none of ${compilers.join(', ')} is on the PATH` };
  mkdirSync(cache, { recursive: true });
  const program = join(cache, 'hold');
  execFileSync(compiler, ['-O3', '-march=native', '-std=c++17', '-o', program, source]);
  const output = execFileSync(
    program,
    [String(Math.round(workload.events)), String(Math.max(1, Math.round(workload.pending)))],
    { input: workload.incrementQuantilesNs.join('\n'), encoding: 'utf8' },
  );
  const outcomes = JSON.parse(output) as Record<string, { nsPerEvent: number; sumOfTimes: string }>;
  if (new Set(Object.values(outcomes).map(({ sumOfTimes }) => sumOfTimes)).size !== 1)
    throw new Error(`the variants of the hold model disagree: ${output}`);
  return {
    compiler: versionOf(compiler) ?? compiler,
    variants: Object.entries(outcomes)
      .map(([name, { nsPerEvent }]) => ({ name, nsPerEvent }))
      .sort((a, b) => a.nsPerEvent - b.nsPerEvent),
  };
}

function versionOf(compiler: string): string | null {
  try {
    const output = execFileSync(compiler, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\n')[0] ?? null;
  } catch {
    return null;
  }
}
