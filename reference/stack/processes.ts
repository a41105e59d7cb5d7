import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupOf, identify, isAlive, signalGroup } from './process-identity.ts';
import type { PlannedProcess, ProcessSpec } from './process-spec.ts';
import { findProgram } from './programs.ts';
import type { ProcessRecord, RunDirectory } from './run-directory.ts';
import { stackError } from './stack-error.ts';

/** `owner`: ends with the process that started it, even if that is killed. `detached`: stays. */
export type Lifetime = 'owner' | 'detached';

export interface ProcessState extends ProcessSpec {
  readonly pid: number;
  readonly running: boolean;
  readonly startedAtMs: number;
}

const pollMs = 10;
/** A JVM that was killed may need seconds to give its memory back. */
const endTimeoutMs = 20_000;
/** Services end within 2 s of being asked to. */
const politeTimeoutMs = 3000;

/**
 * The processes of one run directory. Nothing else is ever signalled: each is known by number and start
 * time, and by its group.
 */
export class Processes {
  constructor(
    private readonly directory: RunDirectory,
    private readonly lifetime: Lifetime,
    private readonly beforeRestart: (id: string) => Promise<void> = () => Promise.resolve(),
  ) {}

  list(): readonly ProcessState[] {
    return this.directory.readProcesses().map((record) => ({
      ...record,
      pid: record.identity.pid,
      running: isAlive(record.identity),
    }));
  }

  isRunning(id: string): boolean {
    return isAlive(this.record(id).identity);
  }

  /** Writes its files and starts it. */
  create(process: PlannedProcess): void {
    const { files, folders, ...spec } = process;
    const path = this.directory.partPath(spec.id);
    for (const folder of ['.', ...folders]) mkdirSync(join(path, folder), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content, { mode: 0o600 });
    }
    this.launch(spec);
  }

  /** Sends a signal to the process and what it started. SIGKILL returns when they are gone. */
  async kill(id: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const record = this.record(id);
    this.signal(record, signal);
    if (signal === 'SIGKILL') await this.gone([record]);
  }

  /** It stands still, connections open, until `resume`. */
  pause(id: string): void {
    this.signal(this.record(id), 'SIGSTOP');
  }

  resume(id: string): void {
    this.signal(this.record(id), 'SIGCONT');
  }

  /**
   * Starts it again in its folder, on its data, as soon as that does no harm: a Redis primary after its
   * replica has taken over, for it would come back empty and have the replica follow. What still runs of
   * it is killed first.
   */
  async restart(id: string): Promise<void> {
    const record = this.record(id);
    await this.kill(id);
    await this.beforeRestart(id);
    this.launch(record);
  }

  /**
   * Ends all of them, and returns when they are gone: first those that are asked to, while what they
   * depend on is still there, then the others.
   */
  async endAll(): Promise<void> {
    const records = this.directory.readProcesses();
    const polite = records.filter(({ stopSignal }) => stopSignal === 'SIGTERM');
    for (const record of polite) {
      this.signal(record, 'SIGTERM');
      // One that stands still would not hear of it.
      this.signal(record, 'SIGCONT');
    }
    await this.gone(polite, politeTimeoutMs).catch(() => undefined);
    for (const record of records) this.signal(record, 'SIGKILL');
    await this.gone(records);
  }

  /** Of those recorded, what still runs, children of ended ones included. */
  remaining(): readonly ProcessRecord[] {
    return this.directory.readProcesses().filter((record) => this.members(record).length > 0);
  }

  /** @throws Error with the end of its log when one of them has ended */
  assertRunning(ids: readonly string[]): void {
    for (const id of ids)
      if (!this.isRunning(id))
        throw stackError(
          `${id} has ended. The end of ${this.directory.logPath(id)}:\n${this.directory.logTail(id)}`,
          'See docs/reference.md, Troubleshooting.',
        );
  }

  private record(id: string): ProcessRecord {
    const record = this.directory.readProcess(id);
    if (record !== null) return record;
    const known = this.directory.readProcesses().map((process) => process.id);
    throw stackError(
      `No process "${id}" was started by this stack.`,
      known.length === 0
        ? 'Parts at managed endpoints cannot be killed, paused or restarted.'
        : `It started ${known.join(', ')}; parts at managed endpoints cannot be killed, paused or restarted.`,
    );
  }

  private signal(record: ProcessRecord, signal: NodeJS.Signals): void {
    signalGroup(record.identity, this.directory.partPath(record.id), signal);
  }

  private members(record: ProcessRecord): readonly number[] {
    return groupOf(record.identity, this.directory.partPath(record.id));
  }

  private async gone(records: readonly ProcessRecord[], timeoutMs = endTimeoutMs): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (const record of records)
      while (isAlive(record.identity) || this.members(record).length > 0) {
        if (performance.now() > deadline)
          throw new Error(`${record.id} (process ${String(record.identity.pid)}) does not end.`);
        await sleep(pollMs);
      }
  }

  private launch(spec: ProcessSpec): void {
    const log = openSync(this.directory.logPath(spec.id), 'a', 0o600);
    const [command, ...args] = this.bound([spec.command, ...spec.args], spec.stopSignal);
    const child = spawn(command!, args, {
      cwd: this.directory.partPath(spec.id),
      env: { ...inherited(), ...spec.environment },
      stdio: ['ignore', log, log],
      // A group of its own, so that a Ctrl+C in the terminal is not sent to it, and it is ended as one.
      detached: true,
    });
    closeSync(log);
    child.on('error', () => undefined);
    child.unref();
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw stackError(`${spec.command} cannot be started.`, 'See docs/reference.md.');
    this.directory.writeProcess({ ...spec, identity, startedAtMs: Date.now() });
  }

  /** Linux ends the child when its parent ends, however that came about (PR_SET_PDEATHSIG). */
  private bound(command: readonly string[], signal: ProcessSpec['stopSignal']): readonly string[] {
    const setpriv = this.lifetime === 'owner' ? findProgram('setpriv') : null;
    return setpriv === null ? command : [setpriv, '--pdeathsig', signal.slice(3), '--', ...command];
  }
}

/** Of the caller's environment only what programs need anywhere; never its variables with secrets. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
