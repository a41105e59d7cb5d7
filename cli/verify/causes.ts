import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runner } from '../../scripts/programs.mjs';
import { isFound, type FaultFinding } from '../../simulator/verification/index.ts';
import { binomialAtMost } from './binomial.ts';
import { explanationVersion } from './memory.ts';
import { writeSection } from './page.ts';
import type { Task } from './tasks.ts';

/** Cases of the whole suite, numbered from 0, and of one task: fixed before any of them was run. */
const cases = 700;
const batch = 25;
/** What is claimed of those that somebody felt. */
const leastFound = 0.95;

/** One task a batch of faults, each in a design of its own. */
export function causeTasks(): Task<FaultFinding[]>[] {
  const explanation = explanationVersion();
  return Array.from({ length: cases / batch }, (_, i) => ({
    id: `causes-${i}`,
    inputs: { from: i * batch, batch, explanation },
    run: () => tryFaults(i * batch, (i + 1) * batch),
  }));
}

/** In a process of its own, so that several run at a time. */
function tryFaults(from: number, to: number): Promise<FaultFinding[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [runner, 'cli/verify/cause-batch.ts', String(from), String(to)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const found: FaultFinding[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      found.push(JSON.parse(line) as FaultFinding);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(found);
      else reject(new Error(`The cases from ${from} on ended with exit code ${code}.`));
    });
  });
}

/** Prints and records what was found. @returns what is wrong: too many misses, or causes where nothing happened */
export function reportCauses(batches: readonly FaultFinding[][]): string[] {
  const all = batches.flat();
  const felt = all.filter((finding) => finding.felt);
  const missed = felt.filter((finding) => !isFound(finding));
  const alarms = all.filter(({ falseAlarms }) => falseAlarms.length > 0);
  const share = 1 - missed.length / felt.length;
  const chance = binomialAtMost(felt.length - missed.length, felt.length, leastFound);
  const lines = [
    `${all.length} cases, numbers ${all[0]!.number} to ${all.at(-1)!.number}. In ${felt.length} the fault changed the p99 or the error ratio of a flow ` +
      `beyond the interval of the difference (three pairs of runs with the same seeds). The first cause named was where the fault ` +
      `was put in ${felt.length - missed.length} of them, ${(100 * share).toFixed(1)} %. ` +
      `Of ${3 * all.length} runs without a fault, ${alarms.reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0)} named a cause.`,
    '',
    ...kindTable(felt),
    '',
    ...(missed.length === 0 ? ['No case was missed.'] : ['Missed:', '', ...missed.map(missLine)]),
  ];
  console.log(lines.join('\n'));
  writeSection('causes', lines);
  return [
    ...(share < leastFound && chance < 0.01
      ? [`the first cause was found in ${(100 * share).toFixed(1)} % only`]
      : []),
    ...alarms.map(({ number, falseAlarms }) => `case ${number}: ${falseAlarms[0]} without a fault`),
  ];
}

function kindTable(felt: readonly FaultFinding[]): string[] {
  const kindOf = ({ fault }: FaultFinding): string =>
    fault['kind'] === 'set' ? `set ${String(fault['path']).split('.').at(-1)}` : String(fault['kind']);
  const kinds = [...new Set(felt.map(kindOf))].sort();
  return [
    '| fault | felt | found |',
    '| --- | ---: | ---: |',
    ...kinds.map((kind) => {
      const own = felt.filter((finding) => kindOf(finding) === kind);
      return `| \`${kind}\` | ${own.length} | ${own.filter(isFound).length} |`;
    }),
  ];
}

const missLine = ({ number, fault, where, named }: FaultFinding): string =>
  `- case ${number}, \`${String(fault['kind'])}\` at ${where.join(', ')}: ${named === null ? 'nothing was named' : named.text}`;
