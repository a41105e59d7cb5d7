import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inputError } from './exit.ts';

export interface ResultOutput {
  write(document: object): void;
}

/**
 * Where `--json` writes to: a file, standard output for `-`, nowhere without it. A place that cannot
 * be written is found now, and not after hours of simulation.
 *
 * @throws InputError FL-cannot-write
 */
export function openOutput(target: string | undefined): ResultOutput {
  if (target === undefined) return { write: () => undefined };
  if (target === '-') return { write: (document) => void process.stdout.write(toText(document)) };
  attempt(target, () => {
    if (existsSync(target) && statSync(target).isDirectory()) throw new Error('it is a folder');
    accessSync(existsSync(target) ? target : dirname(target), constants.W_OK);
  });
  return {
    write: (document) => {
      attempt(target, () => {
        writeFileSync(target, toText(document));
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

function toText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
