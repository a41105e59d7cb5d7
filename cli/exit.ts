import { InputError, type ErrorCode, type Problem } from '../scenarios/index.ts';

/** What a command ends with; the table is part of the contract with scripts. */
export const exitCodes = { done: 0, ourFault: 1, badInput: 2, expectationFailed: 3 } as const;

/** A problem of the command line itself or of a file as a whole: an `InputError` with one entry. */
export function inputError(code: ErrorCode, message: string, fix: string, file?: string): InputError {
  return new InputError([{ code, path: '', message, fix, severity: 'error' }], file);
}

/** Does what may find problems in a file, and names the file in them. */
export function inFile<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw error instanceof InputError && error.file === undefined
      ? new InputError(error.problems, file)
      : error;
  }
}

/** For parts of the command line that are announced and not there. */
export function notYet(what: string, fix: string): InputError {
  return inputError('FL-not-yet', `${what} is not there yet.`, fix);
}

const shownProblems = 20;

/** One line a problem: code, file and JSON path, what is wrong, what to do. */
export function describeProblems(problems: readonly Problem[], file?: string): string {
  const lines = problems.slice(0, shownProblems).map((problem) => {
    const place = [file, problem.path].filter(Boolean).join(': ');
    return `${problem.code}${place ? ` ${place}` : ''}: ${problem.message} ${problem.fix}`;
  });
  const hidden = problems.length - shownProblems;
  return [...lines, ...(hidden > 0 ? [`and ${String(hidden)} more problems`] : [])].map(onOneLine).join('\n');
}

/** A file's own text is quoted in messages; control characters in it must not reach the terminal. */
function onOneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Our own fault in a run; the seed replays it. */
export class ReplayableError extends Error {
  override readonly name = 'ReplayableError';
  constructor(
    cause: unknown,
    readonly seed: number,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Longer than a stack takes to end. */
const PATIENCE_MS = 30_000;

/**
 * To be called when the work of a command is done, or given up: should something still hold the process later on
 * (a client of a store that was killed, which waits for it), says what, and ends with the exit code there is.
 */
export function endBeforeLong(): void {
  setTimeout(() => {
    console.error(`Ended, though something was still open: ${process.getActiveResourcesInfo().join(', ')}.`);
    process.exit();
  }, PATIENCE_MS).unref();
}
