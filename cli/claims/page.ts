import {
  claims,
  judgeClaim,
  notJudged,
  variantTable,
  type JudgedClaim,
} from '../../simulator/verdicts/index.ts';
import { figure, interval } from '../report/index.ts';
import { describeBounds } from './bounds.ts';
import { evidenceOf, readEvidence, type RecordedRun } from './evidence.ts';

/** docs/claims.md: every claim judged by the recorded runs. */
export function claimsPage(): string {
  const { runs } = readEvidence();
  const judged = claims.map((claim) => judgeClaim(claim, evidenceOf(runs)));
  const counted = (verdict: JudgedClaim['verdict']) =>
    `${judged.filter((claim) => claim.verdict === verdict).length}`;
  return [
    '# What the published design claims, and what is found',
    '',
    `${judged.length} statements of the published design, each as one figure: ${counted('holds')} hold, ${counted('fails')} fail, ${counted('depends')} depend on something that the design does not state.`,
    '',
    '- **holds**, **fails**: inside or outside of what is claimed, by the figures that the design states and the defaults of [sizing.md](sizing.md).',
    '- **depends**: the verdict turns on a parameter for which the design states no value. The value at which it flips is given, and the figure on either side of it.',
    '- A figure that is claimed as "about" holds within a tenth.',
    '- A failed request ranks as slower than any success.',
    '',
    'Judge all of them again with `npm run claims`; `npm run claims -- --only feed-p99,image-p99` takes some. This page is written from the runs recorded at its end by `npm run docs`; a test runs the beginning of each short form again and fails when its digest has changed, and `npm run verify` runs all to their end.',
    '',
    '## Verdicts',
    '',
    ...markdownTable(
      ['id', 'claim', 'claimed', 'found', 'unit', 'verdict'],
      judged.map((claim) => [
        `[${claim.id}](#${claim.id})`,
        claim.claim,
        describeBounds(claim.expected),
        figure(claim.observed),
        claim.unit,
        claim.verdict === 'holds' ? 'holds' : `**${claim.verdict}**`,
      ]),
    ),
    '',
    '## Judged a second time',
    '',
    'The published design takes one query for a feed that has to be rebuilt and one for all counts of a feed, and its pushes begin feeds that are not there. Here with what its tables need and what a design drawn from scratch gets: a query for each followed author, counts for each of 20 posts, pushes into feeds that exist. Claims that these options cannot change are left out.',
    '',
    ...markdownTable(
      ['id', 'claimed', 'as published', 'verdict', 'with all options', 'unit', 'verdict', 'why'],
      judged.flatMap(({ id, expected, observed, verdict, unit, again }) =>
        again === null
          ? []
          : [
              [
                `[${id}](#${id})`,
                describeBounds(expected),
                figure(observed),
                verdict,
                again.observed === null ? 'none' : figure(again.observed),
                unit,
                again.verdict === 'holds' ? 'holds' : `**${again.verdict}**`,
                again.why,
              ],
            ],
      ),
    ),
    '',
    '## The three variants',
    '',
    'What the published comparison says of each design, and what its runs find at its own load. Money is at list prices, around the clock at that load. The run of V2 is three seconds at the full rate, enough for the bill; the verdicts on its latencies rest on longer ones. A few dozen uploads make the p99 of V0, whose verdict is on the median.',
    '',
    ...markdownTable(
      ['variant', 'figure', 'claimed', 'found', 'unit'],
      variantTable.map(({ variant, what, claimed, found, unit }) => [
        variant,
        what,
        claimed,
        figure(found(evidenceOf(runs))),
        unit,
      ]),
    ),
    '',
    '## Why',
    '',
    ...judged.flatMap(describeClaim),
    '## Not to be judged by a simulation',
    '',
    ...notJudged.map(({ claim, reason }) => `- **${claim}.** ${reason}`),
    '',
    '## Runs',
    '',
    'The short form is a sixteenth of the system: rates and everything that is sharded are divided, no server becomes weaker, so utilisations, queues, latencies and ratios have the same answer in it ([sizing.md](sizing.md)). Figures are of four replications, their intervals by Student’s t, or of one where it takes long and nothing is close; the digest is that of replication 0.',
    '',
    ...runTable(runs),
    '',
  ].join('\n');
}

function describeClaim(claim: JudgedClaim): string[] {
  const { id, verdict, observed, ci95, unit, parameter, flipsAt, sides, why } = claim;
  const found = `${figure(observed)}${ci95 === null ? '' : ` (95 %: ${interval(ci95)})`} ${unit}`;
  const turns =
    parameter === null
      ? []
      : [
          '',
          `Turns on \`${parameter}\`, flips at ${figure(flipsAt)}: ${sides.map((side) => `at ${figure(side.at)} it ${side.verdict === 'holds' ? 'holds' : 'fails'} (${figure(side.observed)})`).join(', ')}.`,
        ];
  return [
    `### ${id}`,
    '',
    `${claim.claim}: **${verdict}**. Claimed ${describeBounds(claim.expected)}, found ${found}. ${why}`,
    ...turns,
    '',
  ];
}

function runTable(runs: readonly RecordedRun[]): string[] {
  return markdownTable(
    ['run', 'what is run', 'scenario', 'form', 'seed', 'runs x s', 'digest'],
    runs.map((run) => [
      run.experiment,
      run.question,
      run.scenario,
      run.form,
      String(run.seed),
      `${run.replications} x ${figure(run.simulatedSeconds)}`,
      `\`${run.digest.slice(0, 16)}\`${run.shortDigest === undefined ? '' : `, short form \`${run.shortDigest.slice(0, 16)}\``}`,
    ]),
  );
}

/** A table, its cells as they are but for bars. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}
