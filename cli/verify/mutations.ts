import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MutantFindings } from '../../simulator/verification/index.ts';
import { table, type Column } from '../report/index.ts';
import { readFindings, record, replaced } from './findings.ts';
import type { Task } from './tasks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A fault put into the engine on purpose, to see that the tests would notice it. */
export interface Mutation {
  readonly id: string;
  readonly what: string;
  /** Each text has to be there exactly once. An edit of the kernel's source has it compiled anew. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  /** Test files that are to fail. */
  readonly tests: readonly string[];
}

const suite = 'simulator/verification/suite.theory.test.ts';
const servers = 'simulator/engine/servers.ts';
const kernel = 'simulator/engine/kernel/assembly/';
const serversInKernel = `${kernel}servers.ts`;

export const mutations: readonly Mutation[] = [
  {
    id: 'biased-sampler',
    what: 'every time that is drawn, gaps between arrivals too, is 2 % too long',
    edits: [
      {
        file: 'scenarios/sampling/distribution.ts',
        find: 'table[i]! *= scale;',
        replace: 'table[i]! *= 1.02 * scale;',
      },
    ],
    tests: [suite],
  },
  {
    id: 'lost-tie-break',
    what: 'events at the same instant are taken in any order, whichever request they belong to',
    edits: [
      {
        file: 'simulator/engine/pending.ts',
        find: 'if (startA !== startB) return startA < startB;',
        replace: 'if (startA !== startB) return startA > startB;',
      },
    ],
    tests: ['simulator/engine/pending.property.test.ts'],
  },
  {
    id: 'early-release',
    what: 'a server is free again when 98 % of its service is done',
    edits: [
      {
        file: servers,
        find: 'const end = start + service;\n',
        replace: 'const end = start + 0.98 * service;\n',
      },
      {
        file: serversInKernel,
        find: 'const end = start + service;\n',
        replace: 'const end = start + 0.98 * service;\n',
      },
    ],
    tests: [suite],
  },
  {
    id: 'bin-off-by-one',
    what: 'a histogram reports the bin above the one that was counted in',
    edits: [
      {
        file: 'simulator/statistics/histogram.ts',
        find: 'return scaleByPowerOfTwo(128 + (bin & 127), bin >>> 7) - 128;',
        replace: 'return scaleByPowerOfTwo(128 + ((bin + 1) & 127), (bin + 1) >>> 7) - 128;',
      },
    ],
    tests: [suite, 'simulator/statistics/histogram.property.test.ts'],
  },
  {
    id: 'warm-up-kept',
    what: 'the warm-up is counted with the rest',
    edits: [
      {
        file: 'simulator/statistics/collector.ts',
        find: 'new GivenWarmUp(layout, toNs(warmupSeconds), this.endNs)',
        replace: 'new GivenWarmUp(layout, 0 * toNs(warmupSeconds), this.endNs)',
      },
    ],
    tests: [suite],
  },
  {
    id: 'retries-are-arrivals',
    what: 'a retry counts as another arrival',
    edits: [
      {
        file: 'simulator/engine/interpreter.ts',
        find: '            t += pause;\n            pc = code[pc + 4]!;',
        replace:
          '            t += pause;\n            recorder.arrivals[0]! += 1;\n            pc = code[pc + 4]!;',
      },
    ],
    tests: [suite],
  },
  {
    id: 'one-server-too-many',
    what: 'a queue with c servers has c + 1',
    edits: [
      {
        file: servers,
        find: 'const start = Math.max(time, nextFree[at + first]!);\n',
        replace: 'const start = Math.max(time, nextFree[at + first]! - service);\n',
      },
      {
        file: serversInKernel,
        find: '  const start = time < free ? free : time;\n',
        replace: '  const start = time < free - service ? free - service : time;\n',
      },
    ],
    tests: [suite],
  },
  {
    id: 'lost-request',
    what: 'a queue in which three wait forgets who comes next',
    edits: [
      {
        file: 'simulator/engine/token-stations.ts',
        find: 'else int[this.queueTail[q]! + NEXT] = h;',
        replace: 'else if (this.occupancy.queued[station]! < 3) int[this.queueTail[q]! + NEXT] = h;',
      },
    ],
    tests: ['simulator/engine/queue-books.test.ts'],
  },
  {
    id: 'draws-repeat',
    what: 'all requests of a source draw the same numbers',
    edits: [
      {
        file: 'simulator/engine/source.ts',
        find: 'return rootKey0(this.key, this.sequence);',
        replace: 'return rootKey0(this.key, 0);',
      },
    ],
    tests: [suite, 'simulator/engine/kernel/kernel.test.ts'],
  },
];

/** One task a mutation. Each runs its tests in a copy of the sources, outside of this tree. */
export function mutationTasks(): Task<MutantFindings>[] {
  return mutations.map((mutation) => ({
    id: `mutation-${mutation.id}`,
    inputs: mutation,
    run: () => runMutant(mutation),
  }));
}

/** The text of the file with the edit applied. @throws Error when the text to find is not there exactly once */
export function applyEdit(text: string, { file, find, replace }: Mutation['edits'][number]): string {
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold once: ${find}`);
  return text.replace(find, () => replace);
}

async function runMutant({ id, what, edits, tests }: Mutation): Promise<MutantFindings> {
  const folder = mkdtempSync(join(tmpdir(), `fanout-lab-mutant-${id}-`));
  try {
    for (const part of [
      'scenarios',
      'simulator',
      'scripts',
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
    ])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const edit of edits) {
      const file = join(folder, edit.file);
      writeFileSync(file, applyEdit(readFileSync(file, 'utf8'), edit));
    }
    if (edits.some(({ file }) => file.startsWith(kernel))) await run(folder, ['scripts/kernel.mjs']);
    const report = join(folder, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    await run(folder, [
      vitest,
      ...['run', '--project', 'node', '--reporter=json', `--outputFile.json=${report}`, ...tests],
    ]);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: { status: string; fullName: string }[] }[];
    };
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = all.filter(({ status }) => status === 'failed');
    // Nothing ran: the mutant does not even start, which proves nothing.
    if (all.length === 0) throw new Error(`mutation ${id}: no test ran`);
    return { id, what, failed: failed.length, of: all.length, first: failed[0]?.fullName ?? null };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends whatever the exit code: failing is what mutants are for. */
function run(cwd: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', () => {
      resolve();
    });
  });
}

/** Prints and records the mutants. @returns those that nothing noticed */
export async function reportMutations(found: readonly MutantFindings[]): Promise<string[]> {
  console.log(table(columns, found).join('\n'));
  const present = new Set(mutations.map(({ id }) => id));
  const rows = replaced(readFindings().mutations ?? [], found, ({ id }) => id);
  await record({ mutations: rows.filter(({ id }) => present.has(id)) });
  return found.filter(({ failed }) => failed === 0).map(({ id }) => `no test notices the mutation ${id}`);
}

const columns: readonly Column<MutantFindings>[] = [
  { title: 'mutation', align: 'left', text: ({ id }) => id },
  { title: 'what is wrong', align: 'left', text: ({ what }) => what },
  { title: 'tests that fail', align: 'left', text: ({ failed, of }) => `${failed} of ${of}` },
  { title: 'the first', align: 'left', text: ({ first }) => first ?? 'none' },
];
