import { fileURLToPath } from 'node:url';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  suiteFalseAlarm,
  type CoverageFindings,
  type DesignFindings,
  type Findings,
  type MutantFindings,
  type SuiteFindings,
} from '../../simulator/verification/index.ts';
import { figure } from '../report/index.ts';

/** Of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const page = `${root}docs/verification.md`;

/** Puts lines between the two marks that docs/verification.md has for a section. */
export function writeSection(name: string, lines: readonly string[]): void {
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), name, lines));
}

/** The page with the tables of what was found in their places; a part that was not run is said to be so. */
export function verificationPage(text: string, { suite, coverage, mutations, designs }: Findings): string {
  const part = <Found>(
    name: string,
    found: Found | null,
    describe: (found: Found) => readonly string[],
  ): void => {
    text = withSection(text, name, found === null ? ['Not run yet.'] : describe(found));
  };
  part('suite', suite, describeSuite);
  part('theory', coverage, describeCoverage);
  part('mutations', mutations, describeMutations);
  part('designs', designs, describeDesigns);
  return text;
}

function withSection(text: string, name: string, lines: readonly string[]): string {
  const marked = new RegExp(`(<!-- ${name}: begin[^>]*-->\\n)[\\s\\S]*(<!-- ${name}: end -->)`);
  if (!marked.test(text)) throw new Error(`${page} has lost the marks between which ${name} goes`);
  return text.replace(marked, (_, begin: string, end: string) => [begin, ...lines, '', end].join('\n'));
}

/** What `metric` is of, and which figure, without what every path begins with. */
export function shortMetric(metric: string): string {
  return metric.replace(/^(flows|components)\./, '').replace('.latencyMs', '');
}

function describeSuite(suite: SuiteFindings): readonly string[] {
  const rows = suite.cases.flatMap(({ title, source, figures }) =>
    figures.map(({ metric, exact, tolerance, point, interval }, i) => [
      ...(i === 0 ? [title, source] : ['', '']),
      shortMetric(metric),
      figure(exact) + (tolerance === undefined ? '' : ` +- ${figure(tolerance)}`),
      figure(point),
      interval.map(figure).join(' to '),
    ]),
  );
  return [
    ...table(['system', 'answer by', 'figure', '>exact', '>measured', '>interval'], rows),
    '',
    `${suite.replications} replications, ${100 * suite.confidence} % intervals: a correct program leaves any of the ${rows.length} with probability ${percentage(suiteFalseAlarm(suite))} at most.`,
  ];
}

function describeCoverage({
  figures,
  leastCovered,
  falseAlarm,
  baseSeeds,
}: CoverageFindings): readonly string[] {
  return [
    ...table(
      ['scenario', 'figure', '>exact', '>covered', '>mean half-width', '>bias', '>bias / half-width'],
      figures.map((row) => [
        row.scenario,
        row.figure,
        figure(row.exact),
        `${row.covered} of ${row.baseSeeds}`,
        figure(row.meanHalfWidth),
        `${figure(row.bias)} +- ${figure(row.biasStandardError)}`,
        figure(Math.abs(row.bias) / row.meanHalfWidth),
      ]),
    ),
    '',
    `A correct program covers a figure in fewer than ${leastCovered} of ${baseSeeds} with probability ${percentage(falseAlarm)} (binomial), any of the ${figures.length} with at most ${percentage(figures.length * falseAlarm)}.`,
  ];
}

function describeMutations(mutants: readonly MutantFindings[]): readonly string[] {
  return table(
    ['mutation', 'what is wrong', 'tests that fail', 'the first'],
    mutants.map(({ id, what, failed, of, first }) => [id, what, `${failed} of ${of}`, first ?? 'none']),
  );
}

function describeDesigns({ tried, ran, events, refusedWith, wrong }: DesignFindings): readonly string[] {
  const text = (count: number): string => count.toLocaleString('en-US');
  return [
    `${text(tried)} designs: ${text(ran)} ran, ${text(events)} events; the others were refused with ` +
      `${refusedWith.map((code) => `\`${code}\``).join(', ')}. ` +
      `Crashes, hangs, figures that are no numbers and broken invariants: ${wrong.length}.`,
  ];
}

/** A table in Markdown; `>` before a title sets its column right. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(titles.map((title) => title.replace(/^>/, ''))),
    row(titles.map((title) => (title.startsWith('>') ? '---:' : '---'))),
    ...rows.map(row),
  ];
}

function percentage(probability: number): string {
  return `${figure(100 * probability)} %`;
}
