import { readFileSync, statSync, type Stats } from 'node:fs';
import {
  builtins,
  checkScenario,
  fileTooLarge,
  findBuiltin,
  InputError,
  maximumFileBytes,
  parseScenario,
  type Parsed,
  type ParseOptions,
} from '../scenarios/index.ts';
import { inputError } from './exit.ts';

export interface ScenarioOptions {
  /** The form to take; absent, or `short: false`: the full one. */
  readonly form?: 'short' | 'reference';
  /** Same as `form: 'short'`. */
  readonly short?: boolean;
  /** Values by path, laid over everything else. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * The scenario that an argument names: the id of a built-in, or else the path of a file.
 *
 * @throws InputError with every problem found.
 */
export function loadScenario(argument: string, { form, short = false, set }: ScenarioOptions): Parsed {
  const options: ParseOptions = {
    find: findBuiltin,
    known: builtins.map(({ id }) => id),
    file: argument,
    short,
    ...(form === undefined ? {} : { form }),
    ...(set === undefined ? {} : { set }),
  };
  const builtin = findBuiltin(argument);
  return builtin === undefined
    ? parseScenario(readScenarioFile(argument), options)
    : checkScenario(builtin, options);
}

/** Reads a file after its size is known to be one that a scenario may have. */
function readScenarioFile(path: string): string {
  const stats = statistics(path);
  if (!stats.isFile())
    throw inputError('FL-unreadable', 'This is not a regular file.', 'Name a scenario file.', path);
  if (stats.size > maximumFileBytes) throw new InputError([fileTooLarge(stats.size)], path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError)
      throw inputError('FL-not-json', 'The file is not UTF-8 text.', 'Save it as UTF-8.', path);
    throw unreadable(path, error);
  }
}

function statistics(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(systemCode(error)))
      throw unreadable(path, error);
    throw inputError(
      'FL-file-not-found',
      'There is no such file, and no built-in scenario has this id.',
      `Name a file, or one of ${builtins.map(({ id }) => id).join(', ')}.`,
      path,
    );
  }
}

function unreadable(path: string, error: unknown): Error {
  return inputError(
    'FL-unreadable',
    `The file cannot be read (${systemCode(error)}).`,
    'Check its permissions.',
    path,
  );
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
