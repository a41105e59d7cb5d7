import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, type Problem, type Scenario } from '../../scenarios/index.ts';
import { followGraph } from '../../scenarios/sampling/index.ts';
import type { Result } from '../../simulator/index.ts';
import { check, type Verdict } from '../checker/index.ts';
import { externalHosts, readEndpoints, type Endpoints } from '../endpoints/index.ts';
import {
  EdgeProxies,
  edgeKinds,
  Faults,
  FaultSchedule,
  unreproducibleFaults,
  type FaultStep,
} from '../faults/index.ts';
import {
  assertPunctual,
  readHistory,
  startGenerator,
  writePopulation,
  writeRankVectors,
  type Generator,
  type GeneratorReport,
} from '../load/index.ts';
import {
  portsFrom,
  profiles,
  readPortBase,
  startStack,
  type ProfileName,
  type Stack,
} from '../stack/index.ts';
import { measure } from './measure.ts';
import { unreproducibleDesign } from './reproducible.ts';
import { configOf, settingsOf } from './settings.ts';

export interface ReplayOptions {
  readonly profile: ProfileName;
  /** `process.env`: managed endpoints, ports, run directory. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hosts outside loopback that may be sent load and written to. */
  readonly allowedHosts?: readonly string[];
  /** Where the operation history is to stay; without it, it goes when the replay is over. */
  readonly historyFile?: string;
  /** How late 1 in 100 requests may leave, ms; default `latenessBoundMs`. */
  readonly maximumLatenessMs?: number;
  readonly onProgress?: (text: string) => void;
  /** Ends the replay, and everything that it started. */
  readonly signal?: AbortSignal;
}

/** The result file of a replay: the simulator's, and what only real parts give. */
export interface ReplayResult extends Result {
  /** What the stack promises, each judged by what clients were told and what is there after healing. */
  readonly checker: Verdict;
  /** Ids of expectations about figures that only the simulator has; they are not among `expectations`. */
  readonly notMeasured: readonly string[];
  readonly replay: {
    readonly profile: ProfileName;
    /** `small` has one copy of most data: what it loses with a process, it cannot promise to keep. */
    readonly guarantees: 'tested' | 'not tested';
    /** How late the load generator was itself, ms. */
    readonly lateness: GeneratorReport['lateness'];
    /** What was done to the stack, and when, seconds since the start. */
    readonly faults: readonly FaultStep[];
  };
}

/** Between the word to go and time 0: the generator must have heard it. */
const leadMs = 500;

/**
 * Runs the bench-scale form of a scenario on a stack of its own: set up, send load and faults, heal, check,
 * take down. Whatever happens, nothing that it started is left.
 *
 * @throws InputError FL-not-reproducible, FL-external, FL-stack, FL-generator-late
 */
export async function replay(scenario: Scenario, options: ReplayOptions): Promise<ReplayResult> {
  const { signal, onProgress = () => undefined } = options;
  const managed = readEndpoints(options.environment);
  refuse([
    ...unreproducibleDesign(scenario),
    ...unreproducibleFaults(scenario, managed),
    ...externalProblems(managed, options.allowedHosts ?? []),
  ]);
  const startedAtMs = performance.now();
  const undo: (() => Promise<void> | void)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-replay-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const proxies = await openProxies(scenario, options);
    undo.push(() => proxies.close());
    const stack = await startStack({
      profile: options.profile,
      environment: options.environment,
      settings: settingsOf(scenario),
      routes: (processId) => proxies.routesOf(processId),
      redisNodeTimeoutMs: configOf(scenario, 'FeedCache').clusterNodeTimeoutMs,
      onProgress: ({ what, state }) => onProgress(`${what}: ${state}`),
      ...(signal === undefined ? {} : { signal }),
    });
    undo.push(() => stack.stop());
    const historyFile = options.historyFile ?? join(folder, 'history.ndjson');
    const { report, steps } = await run(scenario, { stack, proxies, historyFile, signal, onProgress, undo });
    assertPunctual(report, options.maximumLatenessMs);
    const history = readHistory(readFileSync(historyFile, 'utf8'));
    const checker = await unlessAborted(check(history, stack, { onProgress }), signal);
    const wallSeconds = (performance.now() - startedAtMs) / 1000;
    const { result, notMeasured } = measure(scenario, history, { seed: scenario.run.seed, wallSeconds });
    return {
      ...result,
      checker,
      notMeasured,
      replay: {
        profile: options.profile,
        guarantees: options.profile === 'full' ? 'tested' : 'not tested',
        lateness: report.lateness,
        faults: steps,
      },
    };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

interface Run {
  readonly stack: Stack;
  readonly proxies: EdgeProxies;
  readonly historyFile: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (text: string) => void;
  readonly undo: (() => Promise<void> | void)[];
}

/** Set-up, load and faults, healing; the history lies in its file then. */
async function run(
  scenario: Scenario,
  { stack, proxies, historyFile, signal, onProgress, undo }: Run,
): Promise<{ readonly report: GeneratorReport; readonly steps: readonly FaultStep[] }> {
  const { seed, durationSeconds } = scenario.run;
  onProgress('population: being written');
  await unlessAborted(writePopulation(stack.endpoints, followGraph(scenario, seed)), signal);
  await unlessAborted(
    writeRankVectors(stack.endpoints, {
      users: scenario.population.users,
      seed,
      coldStartRatio: configOf(scenario, 'FeedService').coldStartRatio,
    }),
    signal,
  );
  const faults = new Faults(scenario, stack, proxies);
  undo.push(() => faults.dispose());
  await unlessAborted(faults.prepare(), signal);
  const starting = startGenerator({
    endpoints: { ...stack.endpoints, routes: proxies.routesOf('generator') },
    settings: stack.settings,
    scenario,
    seed,
    historyFile,
    onProgress: (step, done, of) => {
      if (done === of || done % progressEvery === 0) onProgress(`${step}: ${done} of ${of}`);
    },
    ...(signal === undefined ? {} : { signal }),
  });
  undo.push(() => stopped(starting));
  const generator = await unlessAborted(starting, signal);

  const zeroMs = Date.now() + leadMs;
  const schedule = new FaultSchedule(faults.list, () => (Date.now() - zeroMs) / 1000);
  undo.push(() => schedule.cancel());
  schedule.start();
  onProgress(`load: ${durationSeconds} s`);
  const report = await unlessAborted(generator.run(zeroMs), signal);
  onProgress('healing');
  await unlessAborted(schedule.heal(), signal);
  await unlessAborted(stack.ready(), signal);
  return { report, steps: schedule.steps };
}

const progressEvery = 200;

async function stopped(starting: Promise<Generator>): Promise<void> {
  const generator = await starting.catch(() => null);
  await generator?.stop();
}

/** @throws the reason of the signal as soon as it is given; what goes on meanwhile is ended by `undo` */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function openProxies(scenario: Scenario, { profile, environment }: ReplayOptions): Promise<EdgeProxies> {
  const kindOf = new Map(scenario.design.nodes.map(({ id, kind }) => [id, kind]));
  const edges = scenario.timeline.flatMap((entry) =>
    entry.kind === 'network-partition' ? [edgeKinds(entry.target, kindOf)] : [],
  );
  return EdgeProxies.open(edges, profiles[profile], portsFrom(readPortBase(environment)));
}

function externalProblems(managed: Endpoints, allowed: readonly string[]): readonly Problem[] {
  return externalHosts(managed)
    .filter((host) => !allowed.includes(host))
    .map((host) => ({
      code: 'FL-external',
      path: '',
      message: `A replay writes a population to ${host}, sends it load, and leaves it there.`,
      fix: `If ${host} is there for that, add --allow-external ${host}.`,
      severity: 'error',
    }));
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}
