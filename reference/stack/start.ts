import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { settingsFrom, type ApplicationSettings, type GivenSettings } from '../contract/index.ts';
import { endpointsToEnvironment, readEndpoints, type Endpoints, type Routes } from '../endpoints/index.ts';
import { createSchema } from '../services/index.ts';
import { requireFreePorts } from './free-ports.ts';
import { createTopics } from './parts/kafka-topics.ts';
import type { PartPlan } from './parts/part.ts';
import { partsToStart, planStack, type StackPlan } from './plan.ts';
import { portsFrom, readPortBase } from './ports.ts';
import { prepare } from './prerequisites.ts';
import { identify } from './process-identity.ts';
import { stackParts, type StackPart } from './process-spec.ts';
import { Processes, type Lifetime } from './processes.ts';
import { profiles, type Profile, type ProfileName } from './profile.ts';
import { RunDirectory, runDirectoryVariable, type StackRecord } from './run-directory.ts';
import { stackError } from './stack-error.ts';
import { stateOf } from './state.ts';

export interface StackOptions {
  readonly profile: ProfileName;
  /** `process.env`: managed endpoints, base of the ports, run directory, folder of the jars. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What differs from the defaults. */
  readonly settings?: GivenSettings;
  /** Default: all. The services need all others, the CDN the object store. */
  readonly parts?: readonly StackPart[];
  /** Default `owner`. */
  readonly lifetime?: Lifetime;
  /** Detours of each process, by its id; default none. */
  readonly routes?: (processId: string) => Routes;
  /** After how long a Redis node that is silent counts as failed. Default 2000. */
  readonly redisNodeTimeoutMs?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the start, and what was started. */
  readonly signal?: AbortSignal;
}

/** `what`: a part, or something that is done once on a machine. */
export interface Progress {
  readonly what: string;
  readonly state: 'started' | 'ready';
  readonly elapsedMs: number;
}

export interface Stack {
  readonly profile: Profile;
  readonly runDirectory: string;
  /** Where clients reach each part; without detours. */
  readonly endpoints: Endpoints;
  readonly settings: ApplicationSettings;
  readonly processes: Processes;
  /** Returns when every part of it that was started works. @throws Error after `timeoutMs`, with what is missing */
  ready(timeoutMs?: number): Promise<void>;
  /** Ends everything that was started, and removes its data. Logs stay. */
  stop(): Promise<void>;
}

/** A first start on a loaded machine takes ten times as long as one on an idle one. */
const startTimeoutMs = 180_000;
const pollMs = 50;

const root = fileURLToPath(new URL('../..', import.meta.url));

export function runDirectoryOf(
  profile: ProfileName,
  environment: Readonly<Record<string, string | undefined>>,
): RunDirectory {
  return new RunDirectory(environment[runDirectoryVariable] || join(root, '.cache', 'reference', profile));
}

/**
 * Starts a stack with empty stores and returns when all of it works. When that fails, nothing is left
 * but the logs.
 *
 * @throws InputError FL-stack when it is up, when ports are taken, or when a part does not start;
 * FL-missing-program; FL-bad-endpoint
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { environment, lifetime = 'owner' } = options;
  const beganAtMs = performance.now();
  const tell = (what: string, state: Progress['state']): void =>
    options.onProgress?.({ what, state, elapsedMs: performance.now() - beganAtMs });

  const profile = profiles[options.profile];
  const directory = runDirectoryOf(options.profile, environment);
  requireNothingThere(directory);
  const managed = readEndpoints(environment);
  const parts = partsToStart(options.parts ?? stackParts, managed);
  const settings = settingsFrom({ jwtSecret: randomBytes(32).toString('hex'), ...options.settings });
  const portBase = readPortBase(environment);
  const prerequisites = await prepare(parts, environment, (set) => {
    tell(`jars of ${set}`, 'started');
  });
  const plan = planStack(
    parts,
    {
      ...prerequisites,
      profile,
      settings,
      ports: portsFrom(portBase),
      routes: options.routes ?? (() => ({})),
      redisNodeTimeoutMs: options.redisNodeTimeoutMs ?? 2000,
      directoryOf: (id) => directory.partPath(id),
    },
    managed,
  );
  await requireFreePorts(plan.parts.flatMap(({ plan: part }) => part.processes.flatMap((p) => p.addresses)));

  directory.create();
  const record: StackRecord = {
    profile: profile.name,
    portBase,
    startedAtMs: Date.now(),
    starter: identify(process.pid)!,
    state: 'starting',
    endpoints: endpointsToEnvironment(plan.endpoints),
    settings,
    managedParts: Object.keys(managed.parts),
  };
  directory.writeStack(record);
  const processes = new Processes(directory, lifetime, async (id) => {
    for (const { plan: part } of plan.parts) await part.beforeRestart?.(id);
  });
  try {
    await bringUp({ plan, profile, processes, tell, signal: options.signal });
  } catch (error) {
    await processes.endAll();
    directory.clear();
    throw error;
  }
  directory.writeStack({ ...record, state: 'up' });
  return {
    profile,
    runDirectory: directory.path,
    endpoints: plan.endpoints,
    settings,
    processes,
    ready: async (timeoutMs = startTimeoutMs) => {
      for (const part of plan.parts) await poll(part.plan, { plan, processes, signal: undefined }, timeoutMs);
    },
    stop: async () => {
      await processes.endAll();
      directory.clear();
    },
  };
}

/** @throws InputError FL-stack when a stack, or what is left of one, is there */
function requireNothingThere(directory: RunDirectory): void {
  const { state, remaining } = stateOf(directory);
  if (state === 'up')
    throw stackError(
      `A stack is up in ${directory.path}.`,
      'Use it, or take it down: npm run reference -- down.',
    );
  if (state === 'starting')
    throw stackError(`A stack is being started in ${directory.path}.`, 'Wait until it is up.');
  if (remaining.length > 0)
    throw stackError(
      `Of an earlier stack in ${directory.path}, ${String(remaining.length)} processes still run: ${remaining.map(({ id }) => id).join(', ')}.`,
      'End them: npm run reference -- down.',
    );
}

interface Start {
  readonly plan: StackPlan;
  readonly profile: Profile;
  readonly processes: Processes;
  readonly tell: (what: string, state: Progress['state']) => void;
  readonly signal: AbortSignal | undefined;
}

/** The stores and balancers at once; what the services expect in the stores; then the services. */
async function bringUp(start: Start): Promise<void> {
  const stores = start.plan.parts.filter(({ name }) => name !== 'services');
  const services = start.plan.parts.filter(({ name }) => name === 'services');
  for (const parts of [stores, services]) {
    for (const { name, plan } of parts) {
      start.tell(name, 'started');
      for (const process of plan.processes) start.processes.create(process);
    }
    await Promise.all(parts.map((part) => untilReady(part, start)));
    if (parts === stores) await fillStores(start);
  }
}

/** Schema and topics, also in managed stores. */
async function fillStores({ plan, profile, tell }: Start): Promise<void> {
  if (plan.endpoints.parts.cassandra !== undefined) {
    tell('schema', 'started');
    await createSchema(plan.endpoints, profile);
    tell('schema', 'ready');
  }
  if (plan.endpoints.parts.kafka !== undefined) {
    tell('topics', 'started');
    await createTopics(plan.endpoints);
    tell('topics', 'ready');
  }
}

async function untilReady({ name, plan }: StackPlan['parts'][number], start: Start): Promise<void> {
  await poll(plan, start, startTimeoutMs);
  start.tell(name, 'ready');
}

/** @throws InputError FL-stack when a process ends, or with what is missing after the time-out */
async function poll(
  plan: PartPlan,
  { plan: { endpoints }, processes, signal }: Pick<Start, 'plan' | 'processes' | 'signal'>,
  timeoutMs: number,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const missing = await plan.check(endpoints);
    if (missing === null) return;
    processes.assertRunning(plan.processes.map(({ id }) => id));
    if (performance.now() > deadlineMs)
      throw stackError(
        `After ${String(Math.round(timeoutMs / 1000))} s, ${missing}.`,
        'See docs/reference.md, Troubleshooting.',
      );
    await sleep(pollMs);
  }
}
