import type { z } from 'zod';
import type { Failure } from '../../contract/index.ts';

/**
 * Words for programs, and the HTTP status of each.
 *
 * Whoever sent a write can tell by the status what became of it: 4xx and 503 say that nothing was done;
 * 500, 502, 504 and a broken connection leave it open.
 */
const statuses = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  'rate-limited': 429,
  internal: 500,
  'bad-gateway': 502,
  unavailable: 503,
  'outcome-unknown': 504,
} as const;

export type FailureWord = keyof typeof statuses;

/** Ends a request: the server makes the one error body of it. The message is for the client to see. */
export class RequestFailure extends Error {
  override name = 'RequestFailure';
  readonly status: number;

  constructor(
    readonly word: FailureWord,
    message: string,
    /** Of the answer, e.g. `retry-after`. */
    readonly headers: Readonly<Record<string, string>> = {},
    /** `cause` is for the log and never for the client. */
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.status = statuses[word];
  }
}

/** The word for a status that somebody else chose; `internal` when there is none. */
export const wordOf = (status: number): FailureWord =>
  (Object.keys(statuses) as FailureWord[]).find((word) => statuses[word] === status) ??
  (status < 500 ? 'invalid' : 'internal');

export const failureBody = (error: FailureWord, message: string, requestId: string): Failure => ({
  error,
  message,
  requestId,
});

/** @throws RequestFailure `invalid`, naming the member */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown, what: string): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const where = issue.path.length === 0 ? what : `${what}: ${issue.path.join('.')}`;
  throw new RequestFailure('invalid', `${where}: ${issue.message}`);
}
