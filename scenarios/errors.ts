/**
 * The one table of error codes for everything a user can get wrong.
 *
 * A `Problem` says what is wrong, where, and what to do. It is data: the command line prints it,
 * the canvas shows it on the node, and a test keeps the table and docs/errors.md in step.
 */
export interface Problem {
  /** Stable code, `FL-` and a kebab-case word, e.g. `FL-unknown-key`. */
  readonly code: ErrorCode;
  /** JSON path in the scenario file, e.g. `design.nodes[2].config.servers`; empty for the whole file. */
  readonly path: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  /** `error` stops the run; `note` tells what was understood. */
  readonly severity: 'error' | 'note';
}

/** Each code with what it means. Codes are never renamed or reused. */
export const errorCodes = {
  'FL-not-json': 'The file is not JSON.',
  'FL-file-not-found': 'The file does not exist, and no built-in scenario has this id.',
  'FL-file-too-large': 'The file is larger than a scenario may be.',
  'FL-too-deep': 'The file nests deeper than a scenario may.',
  'FL-wrong-format': 'The `format` or `version` member is not one that this program reads.',
  'FL-wrong-type': 'A value has the wrong JSON type.',
  'FL-unknown-key': 'A member has a name that the format does not know.',
  'FL-missing': 'A required member is not there.',
  'FL-out-of-range': 'A number lies outside of what the member allows.',
  'FL-not-one-of': 'A value is not one of those allowed.',
  'FL-bad-id': 'An id does not match [a-z][a-z0-9-]*.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Thrown at a door when the input cannot be used; carries every problem found, never just the first. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join('\n'));
  }
}
