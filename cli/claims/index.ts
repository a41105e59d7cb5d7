import type { Command } from 'commander';
import {
  claims,
  experimentsOf,
  judgeClaim,
  notJudged,
  type JudgedClaim,
} from '../../simulator/verdicts/index.ts';
import { inputError } from '../exit.ts';
import { openOutput } from '../output.ts';
import { progressLine } from '../progress.ts';
import { figure, interval, section, table } from '../report/index.ts';
import { describeBounds } from './bounds.ts';
import { evidenceOf, readEvidence, type RecordedRun } from './evidence.ts';
import { recordRuns } from './record.ts';
import { replications, runExperiments, secondsOf } from './run.ts';

export { readEvidence } from './evidence.ts';
export { claimsPage } from './page.ts';
export { describeBounds } from './bounds.ts';
export { markdownTable } from './page.ts';
export { replicate, replications, scenarioOf, type Replicated } from './run.ts';
export type { RecordedRun } from './evidence.ts';
export { claimTasks, recordRuns } from './record.ts';

interface ClaimsOptions {
  readonly json?: string;
  readonly only?: readonly string[];
  readonly recorded: boolean;
  readonly record: boolean;
}

export function addClaimsCommand(program: Command): void {
  program
    .command('claims')
    .description('judge every published claim of the design, by runs and by arithmetic')
    .option('--json <file>', 'write the claims file; - writes it, and nothing else, to standard output')
    .option('--only <ids>', 'claims to judge, separated by commas', (text) => text.split(','))
    .option('--recorded', 'take the figures recorded in docs/ instead of running anything', false)
    .option('--record', 'write the figures found to docs/claims-evidence.json', false)
    .action(judgeClaims);
}

/** Runs what the claims rest on, judges them, and writes what was asked for. */
async function judgeClaims({ json, only, recorded, record }: ClaimsOptions): Promise<void> {
  const wanted = only === undefined ? claims : claims.filter(({ id }) => only.includes(id));
  const unknown = only?.find((id) => claims.every((claim) => claim.id !== id));
  if (unknown !== undefined)
    throw inputError(
      'FL-usage',
      `There is no claim "${unknown}".`,
      'See docs/claims.md for those that there are.',
    );
  const output = openOutput(json);
  const runs = recorded ? readEvidence().runs : await runAll(wanted);
  if (record) recordRuns(runs);
  const judged = wanted.map((claim) => judgeClaim(claim, evidenceOf(runs)));
  if (json !== '-') console.log(describeClaims(judged).join('\n'));
  output.write({ claims: judged, notJudged, runs });
}

async function runAll(wanted: typeof claims): Promise<RecordedRun[]> {
  const experiments = experimentsOf(wanted);
  const progress = progressLine('claims', secondsOf(experiments, replications));
  try {
    return await runExperiments(experiments, {
      replications,
      onProgress: (seconds) => {
        progress.update(seconds);
      },
    });
  } finally {
    progress.end();
  }
}

function describeClaims(judged: readonly JudgedClaim[]): string[] {
  const count = (verdict: JudgedClaim['verdict']) =>
    judged.filter((claim) => claim.verdict === verdict).length;
  return [
    ...table(
      [
        { title: 'verdict', align: 'left', text: ({ verdict }) => verdict.toUpperCase() },
        { title: 'claim', align: 'left', text: ({ id }) => id },
        { title: 'expected', align: 'left', text: ({ expected }) => describeBounds(expected) },
        { title: 'found', text: ({ observed }) => figure(observed) },
        { title: '95 % interval', text: ({ ci95 }) => interval(ci95) },
        { title: 'unit', align: 'left', text: ({ unit }) => unit },
        {
          title: 'turns on',
          align: 'left',
          text: ({ parameter, flipsAt }) =>
            parameter === null ? '' : `${parameter}, flips at ${figure(flipsAt)}`,
        },
      ],
      judged,
    ),
    ...section(
      'Why',
      judged.map(({ id, verdict, claim, why }) => `${id} (${claim}): ${verdict}. ${why}`),
    ),
    ...section(
      'Not to be judged by a simulation',
      notJudged.map(({ claim, reason }) => `${claim}: ${reason}`),
    ),
    '',
    `${judged.length} claims: ${count('holds')} hold, ${count('fails')} fail, ${count('depends')} depend on what is not stated.`,
  ];
}
