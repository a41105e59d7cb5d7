import { InputError, type ErrorCode } from '../../scenarios/index.ts';

/** Something outside of us stands in the way of a command on the stack: a state, a port, a program. */
export function stackError(message: string, fix: string, code: ErrorCode = 'FL-stack'): InputError {
  return new InputError([{ code, path: '', message, fix, severity: 'error' }]);
}
