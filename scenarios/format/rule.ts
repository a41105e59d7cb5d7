import type { z } from '../zod.ts';
import type { ErrorCode } from '../errors.ts';

/** What a rule that looks at several members at once found wrong. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  /** Where, below the value that the rule looks at. */
  readonly path?: readonly (string | number)[];
}

/**
 * Turns a rule over a whole value into a zod check. The rule sees only values whose members are
 * valid by themselves, and reports its first fault or null.
 */
export function firstFault<Value>(
  rule: (value: Value) => Fault | null,
): (payload: z.core.ParsePayload<Value>) => void {
  return (payload) => {
    if (payload.issues.length > 0) return;
    const fault = rule(payload.value);
    if (fault === null) return;
    const { code, message, fix, path } = fault;
    payload.issues.push({
      code: 'custom',
      input: payload.value,
      path: [...(path ?? [])],
      message,
      params: { code, fix },
    });
  };
}
