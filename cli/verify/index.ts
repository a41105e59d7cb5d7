import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { loadScenario } from '../input.ts';
import { progressLine } from '../progress.ts';
import { figure, table, type Column } from '../report/index.ts';
import { binomialAtMost } from './binomial.ts';
import { measureCoverage, type Coverage } from './coverage.ts';
import { closedForms, exactFigures } from './exact-figures.ts';
import { baseSeeds, confidence } from './seeds.ts';

const page = fileURLToPath(new URL('../../docs/verification.md', import.meta.url));

const replications = 20;
const leastCovered = 43;

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('the full theory suite: intervals against exact values, over fifty base seeds (minutes)')
    .action(verify);
}

/** Runs the suite, prints it, writes it into docs/verification.md, and fails when a figure is covered too rarely. */
async function verify(): Promise<void> {
  const found: Coverage[] = [];
  for (const id of Object.keys(closedForms)) {
    const { scenario } = loadScenario(id, { short: false });
    const totalSeconds = scenario.run.durationSeconds * replications * baseSeeds.length;
    const progress = progressLine(id, totalSeconds);
    const coverage = await measureCoverage(scenario, exactFigures(scenario), {
      baseSeeds,
      replications,
      onProgress: (simulatedSeconds) => {
        progress.update(simulatedSeconds);
      },
    }).finally(() => {
      progress.end();
    });
    found.push(...coverage);
  }
  const falseAlarm = falseAlarmSentence(found.length);
  console.log([...table(columns, found), '', falseAlarm].join('\n'));
  writePage(found, falseAlarm);
  const failed = found.filter(({ covered }) => covered < leastCovered);
  if (failed.length === 0) return;
  console.error(`Covered too rarely: ${failed.map((f) => `${f.scenario} ${f.figure}`).join(', ')}.`);
  process.exitCode = 1;
}

const columns: readonly Column<Coverage>[] = [
  { title: 'scenario', align: 'left', text: (row) => row.scenario },
  { title: 'figure', align: 'left', text: (row) => row.figure },
  { title: 'exact ms', text: (row) => figure(row.exactMs) },
  { title: 'covered', text: (row) => `${row.covered} of ${row.baseSeeds}` },
  { title: 'mean half-width ms', text: (row) => figure(row.meanHalfWidthMs) },
  { title: 'bias ms', text: (row) => `${figure(row.biasMs)} +- ${figure(row.biasStandardErrorMs)}` },
  { title: 'bias / half-width', text: (row) => figure(Math.abs(row.biasMs) / row.meanHalfWidthMs) },
];

function falseAlarmSentence(figures: number): string {
  const one = binomialAtMost(leastCovered - 1, baseSeeds.length, confidence);
  return `A correct program covers a figure in fewer than ${leastCovered} of ${baseSeeds.length} with probability ${percentage(one)} (binomial), any of the ${figures} with at most ${percentage(figures * one)}.`;
}

function percentage(probability: number): string {
  return `${figure(100 * probability)} %`;
}

/** Puts the table between the two marks in the page. */
function writePage(found: readonly Coverage[], falseAlarm: string): void {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    row(columns.map(({ title }) => title)),
    row(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...found.map((coverage) => row(columns.map(({ text }) => text(coverage)))),
  ];
  const text = readFileSync(page, 'utf8');
  const marked = /(<!-- theory: begin[^>]*-->\n)[\s\S]*(<!-- theory: end -->)/;
  if (!marked.test(text)) throw new Error(`${page} has lost the marks between which the table goes`);
  writeFileSync(
    page,
    text.replace(marked, (_, begin: string, end: string) =>
      [`${begin}`, ...lines, '', falseAlarm, '', end].join('\n'),
    ),
  );
}
