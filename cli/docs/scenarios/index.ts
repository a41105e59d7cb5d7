import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { builtins, checkScenario, findBuiltin, type Scenario } from '../../../scenarios/index.ts';
import { summarize, type Result } from '../../../simulator/index.ts';
import { briefDigest } from '../../brief-form.ts';
import { ReplicationPool } from '../../replications/index.ts';
import { describeRun } from './page.ts';

/** Pages, charts and digests, from the root of the repository. */
export const SCENARIO_PAGES = 'docs/scenarios';
const GOLDEN = join(SCENARIO_PAGES, 'golden.json');

/** What the short form of a built-in gave when its page was written. */
export interface Golden {
  /** Of the result. */
  readonly digest: string;
  /** Of the resolved short form: a page whose scenario has changed since is stale. */
  readonly scenario: string;
  /** How long a run takes, in events. */
  readonly events: number;
  /** Digest of the brief form (brief-form.ts), which every test runs. */
  readonly briefDigest: string;
}

export type GoldenFile = Readonly<Record<string, Golden>>;

export function shortForm(id: string): Scenario {
  return checkScenario(findBuiltin(id), { find: findBuiltin, short: true }).scenario;
}

export function fullForm(id: string): Scenario {
  return checkScenario(findBuiltin(id), { find: findBuiltin }).scenario;
}

/** SHA-256 of what is simulated, texts left out. */
export function scenarioDigest(scenario: Scenario): string {
  const { design, population, timeline, run, expectations } = scenario;
  const simulated = { design, population, timeline, run, expectations };
  return createHash('sha256').update(JSON.stringify(simulated)).digest('hex');
}

/** The result of one run, in a thread of its own. */
export async function runScenario(scenario: Scenario): Promise<Result> {
  const pool = new ReplicationPool(scenario, 1);
  try {
    return summarize(scenario, await pool.run([scenario.run.seed], () => undefined));
  } finally {
    await pool.close();
  }
}

export function readGolden(root: string): GoldenFile {
  const path = join(root, GOLDEN);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as GoldenFile) : {};
}

/**
 * Runs the short forms of built-ins (all, or those named) and writes their pages, charts and digests,
 * and the index of all pages.
 *
 * @param written Told of each file.
 */
export async function writeScenarioPages(
  root: string,
  ids: readonly string[],
  written: (path: string) => void,
): Promise<void> {
  const { format, resolveConfig } = await import('prettier');
  const save = async (path: string, text: string): Promise<void> => {
    const filepath = join(root, path);
    const formatted = /\.(md|json)$/.test(path)
      ? await format(text, { ...(await resolveConfig(filepath)), filepath })
      : text;
    writeFileSync(filepath, formatted);
    written(path);
  };
  mkdirSync(join(root, SCENARIO_PAGES), { recursive: true });
  let golden = readGolden(root);
  const waiting = ids.length > 0 ? [...ids] : builtins.map((builtin) => builtin.id);
  const saveGolden = (): Promise<void> => {
    const recorded = builtins.flatMap(({ id }) =>
      Object.hasOwn(golden, id) ? [[id, golden[id]] as const] : [],
    );
    return save(GOLDEN, JSON.stringify(Object.fromEntries(recorded)));
  };
  const runAndWrite = async (id: string): Promise<void> => {
    const scenario = shortForm(id);
    const result = await runScenario(scenario);
    const { markdown, charts } = describeRun(fullForm(id), scenario, result);
    for (const file of readdirSync(join(root, SCENARIO_PAGES)))
      if (file.endsWith('.svg') && chartBelongsTo(file, id) && !charts.has(file))
        rmSync(join(root, SCENARIO_PAGES, file));
    for (const [file, svg] of charts) await save(join(SCENARIO_PAGES, file), svg);
    await save(join(SCENARIO_PAGES, `${id}.md`), markdown);
    golden = {
      ...golden,
      [id]: {
        digest: result.digest,
        scenario: scenarioDigest(scenario),
        events: result.events,
        briefDigest: briefDigest(scenario, result.events),
      },
    };
    // After each page, so that what is done stays done when the rest is interrupted.
    await saveGolden();
  };
  const workOff = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await runAndWrite(id);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, workOff));
  const known = builtins.filter(({ id }) => Object.hasOwn(golden, id));
  await save(join(SCENARIO_PAGES, 'README.md'), indexPage(known.map(({ id }) => id)));
}

/** `<id>-<what>.svg`, and not of a built-in whose id begins with this one. */
function chartBelongsTo(file: string, id: string): boolean {
  const owners = builtins.map((builtin) => builtin.id).filter((owner) => file.startsWith(`${owner}-`));
  return owners.sort((a, b) => b.length - a.length)[0] === id;
}

function indexPage(ids: readonly string[]): string {
  const list = (kind: 'design' | 'scenario'): string[] =>
    builtins
      .filter((builtin) => builtin.kind === kind && ids.includes(builtin.id))
      .map(({ id, title }) => `- [${title}](${id}.md)`);
  return [
    '# Built-in designs and scenarios',
    '',
    'Generated by `npm run docs -- scenarios`, each page from a run of the short form; do not edit. [golden.json](golden.json) has the digest of each run, and of its first part, which `npm test` runs again; `npm run docs -- scenarios ID` writes one page again.',
    '',
    '## Designs',
    '',
    ...list('design'),
    '',
    '## Scenarios',
    '',
    ...list('scenario'),
    '',
  ].join('\n');
}
