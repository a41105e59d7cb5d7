import { fork, type ChildProcess } from 'node:child_process';
import { InputError, type Scenario } from '../../scenarios/index.ts';
import { runner } from '../../scripts/programs.mjs';
import { settingsToEnvironment, type ApplicationSettings } from '../contract/index.ts';
import { endpointsToEnvironment, type Endpoints } from '../endpoints/index.ts';
import type { Lateness } from './generator.ts';
import type { OnProgress } from './posts-before.ts';
import type { FromGenerator, ToGenerator } from './protocol.ts';

export interface GeneratorOptions {
  readonly endpoints: Endpoints;
  readonly settings: ApplicationSettings;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly historyFile: string;
  /** Of the set-up. */
  readonly onProgress?: OnProgress;
  /** Ends the process, wherever it is. */
  readonly signal?: AbortSignal;
}

export interface GeneratorReport {
  readonly operations: number;
  readonly lateness: Lateness;
}

/** A generator that has uploaded the posts that are there before, and waits. */
export interface Generator {
  /**
   * Sends the load; time 0 is `startedAtMs`, ms since 1970. Returns when every request has ended and the
   * history is written.
   *
   * @throws Error when the process ends before
   */
  run(startedAtMs: number): Promise<GeneratorReport>;
  /** Ends the process, wherever it is. */
  stop(): Promise<void>;
}

/**
 * 99 of 100 requests are to be sent at most this late, ms: a quarter of the 200 ms that the published design
 * allows a feed read. Latencies count from the intended start, so a late generator makes the stack look slow.
 */
export const latenessBoundMs = 50;

/** @throws InputError FL-generator-late when the measurement is not one of the stack */
export function assertPunctual(
  { lateness: { p99Ms, maxMs } }: Pick<GeneratorReport, 'lateness'>,
  boundMs: number = latenessBoundMs,
): void {
  if (p99Ms <= boundMs) return;
  throw new InputError([
    {
      code: 'FL-generator-late',
      path: '',
      message: `The load generator was late itself: 1 in 100 requests left ${Math.round(p99Ms)} ms or more after its time (at most ${Math.round(maxMs)} ms), so the latencies would not be those of the stack.`,
      fix: 'End other work on this machine, or lower the rates of the bench-scale form; --lateness allows more.',
      severity: 'error',
    },
  ]);
}

/** Starts the process, lets it work the trace out and upload the posts that are there before. */
export async function startGenerator(options: GeneratorOptions): Promise<Generator> {
  const child = fork(runner, ['reference/load/main.ts'], {
    execArgv: [],
    env: {
      ...process.env,
      ...endpointsToEnvironment(options.endpoints),
      ...settingsToEnvironment(options.settings),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A Ctrl+C in the terminal is the parent's to handle.
    detached: true,
    ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: 'SIGKILL' as const }),
  });
  // An abort is an error of the child, and its end, which is reported below.
  child.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  };
  try {
    const { scenario, seed, historyFile } = options;
    const ready = answer(child, 'ready', (message) => {
      if (message.type === 'progress') options.onProgress?.(message.step, message.done, message.of);
    });
    send(child, { type: 'prepare', scenario, seed, historyFile });
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    run: async (startedAtMs) => {
      const done = answer(child, 'done');
      send(child, { type: 'go', startedAtMs });
      const { operations, lateness } = await done;
      return { operations, lateness };
    },
    stop,
  };
}

function send(child: ChildProcess, message: ToGenerator): void {
  child.send(message);
}

/** The next message of a kind; rejects on a fault, and when the process ends. */
function answer<Type extends FromGenerator['type']>(
  child: ChildProcess,
  type: Type,
  onOther: (message: FromGenerator) => void = () => undefined,
): Promise<Extract<FromGenerator, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      child.off('message', listen);
      child.off('exit', exited);
      settle();
    };
    const listen = (message: FromGenerator): void => {
      if (message.type === type) end(() => resolve(message as Extract<FromGenerator, { type: Type }>));
      else if (message.type === 'fault') end(() => reject(new Error(`Load generator: ${message.message}`)));
      else onOther(message);
    };
    const exited = (code: number | null, signal: string | null): void => {
      end(() => reject(new Error(`The load generator ended (${signal ?? String(code)}).`)));
    };
    child.on('message', listen);
    child.on('exit', exited);
  });
}
