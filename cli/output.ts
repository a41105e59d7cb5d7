import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Result } from '../simulator/index.ts';
import { inputError } from './exit.ts';

export interface ResultOutput {
  write(result: Result): void;
}

/**
 * Where `--json` writes to: a file, standard output for `-`, nowhere without it. A place that cannot
 * be written is found now, and not after hours of simulation.
 *
 * @throws InputError FL-cannot-write
 */
export function openOutput(target: string | undefined): ResultOutput {
  if (target === undefined) return { write: () => undefined };
  if (target === '-') return { write: (result) => void process.stdout.write(toText(result)) };
  attempt(target, () => {
    if (existsSync(target) && statSync(target).isDirectory()) throw new Error('it is a folder');
    accessSync(existsSync(target) ? target : dirname(target), constants.W_OK);
  });
  return {
    write: (result) => {
      attempt(target, () => {
        writeFileSync(target, toText(result));
      });
    },
  };
}

function attempt(target: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw inputError(
      'FL-cannot-write',
      `The result cannot be written: ${reason}.`,
      'Name a file in a folder that you may write to.',
      target,
    );
  }
}

function toText(result: Result): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
