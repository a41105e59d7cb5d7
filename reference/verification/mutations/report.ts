import type { Verdict } from '../../checker/index.ts';
import type { TrialResult } from './run.ts';

/** Whether the checker found what it had to, and nothing where there was nothing. */
export function isAsExpected({ mutation, guard, verdict }: TrialResult): boolean {
  const broken = brokenPromises(verdict);
  return guard === 'in' ? broken.length === 0 : mutation.breaks.every((id) => broken.includes(id));
}

const brokenPromises = ({ promises }: Verdict) =>
  promises.filter(({ status }) => status === 'fail').map(({ id }) => id);

/** docs/reference-mutations.md of one run. */
export function describeTrials(
  results: readonly TrialResult[],
  { date, machine }: { readonly date: string; readonly machine: string },
): string {
  const rows = results
    .filter(({ guard }) => guard === 'in')
    .map((kept) => {
      const { mutation } = kept;
      const removed = results.find((each) => each.guard === 'out' && each.mutation === mutation)!;
      const cell = (result: TrialResult) => {
        const broken = brokenPromises(result.verdict).map((id) => `\`${id}\``);
        const found = broken.length === 0 ? 'nothing broken' : `broken: ${broken.join(', ')}`;
        return isAsExpected(result) ? found : `${found}: **NOT AS EXPECTED**`;
      };
      const first = removed.verdict.promises.find(({ id }) => id === mutation.breaks[0])?.violations[0];
      return `| \`${mutation.id}\` | ${mutation.guard} | ${mutation.fault} | ${cell(kept)} | ${cell(removed)}${first === undefined ? '' : `, e.g. a post ${first.text.replace(/[0-9a-f-]{36}/g, '…')}`} |`;
    });
  return [
    '# Guards taken out, one by one',
    '',
    `\`npm run reference:mutations\` wrote this page on ${date} (${machine}), on the \`small\` profile.`,
    '',
    'Each guard of the reference stack is taken out of the source while a process loads it (no product code knows of',
    'this), the shortest course of events that needs the guard is made to happen, and the checker judges. A checker',
    'that finds nothing when the guard is out would be a defect; so would one that finds something when it is in.',
    '',
    '| guard | what it does | what happens | with the guard | without it |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
