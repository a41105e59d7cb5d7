import type { Verdict } from './verdict.ts';

const marks = { pass: 'kept', fail: 'BROKEN', 'not-checked': 'no case' } as const;

/** The verdict as lines for a terminal: each promise with the number of cases, and what broke it. */
export function describeVerdict({ promises }: Verdict): string {
  return promises
    .flatMap(({ promise, checked, violationCount, violations, status }) => [
      `${marks[status].padEnd(8)}${String(checked).padStart(8)}  ${promise}`,
      ...violations.map(({ subject, text }) => `${' '.repeat(18)}${subject} ${text}`),
      ...(violationCount > violations.length
        ? [`${' '.repeat(18)}and ${String(violationCount - violations.length)} more`]
        : []),
    ])
    .join('\n');
}
