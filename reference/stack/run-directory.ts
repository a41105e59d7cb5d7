import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ApplicationSettings } from '../contract/index.ts';
import { unmountBelow } from './mounts.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { ProfileName } from './profile.ts';
import type { ProcessSpec } from './process-spec.ts';
import { stackError } from './stack-error.ts';

/**
 * Where one stack keeps everything:
 *
 *     stack.json         what runs; readable by its owner only, for it holds credentials
 *     processes/ID.json  each process: how it was started, and its identity
 *     parts/ID/          configuration and data
 *     logs/ID.log        what it wrote to standard output and standard error; stays after `down`
 */
export const runDirectoryVariable = 'FANOUT_LAB_RUN_DIR';

export interface StackRecord {
  readonly profile: ProfileName;
  readonly portBase: number;
  readonly startedAtMs: number;
  /** Who starts it; a stack whose starter is gone before `ready` was never up. */
  readonly starter: ProcessIdentity;
  readonly state: 'starting' | 'up';
  /** The variables of reference/endpoints. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly settings: ApplicationSettings;
  readonly managedParts: readonly string[];
}

export interface ProcessRecord extends ProcessSpec {
  /** The last one started; it may have ended. */
  readonly identity: ProcessIdentity;
  readonly startedAtMs: number;
}

const ours = ['.fanout-lab', 'stack.json', 'processes', 'parts', 'logs'];

export class RunDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** @returns null when nothing was started here, or all of it was taken down */
  readStack(): StackRecord | null {
    return readJson(join(this.path, 'stack.json')) as StackRecord | null;
  }

  writeStack(record: StackRecord): void {
    writeJson(join(this.path, 'stack.json'), record);
  }

  readProcesses(): readonly ProcessRecord[] {
    const folder = join(this.path, 'processes');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readJson(join(folder, name)) as ProcessRecord | null)
      .filter((record) => record !== null)
      .sort((a, b) => a.order - b.order);
  }

  readProcess(id: string): ProcessRecord | null {
    return readJson(join(this.path, 'processes', `${id}.json`)) as ProcessRecord | null;
  }

  writeProcess(record: ProcessRecord): void {
    writeJson(join(this.path, 'processes', `${record.id}.json`), record);
  }

  partPath(id: string): string {
    return join(this.path, 'parts', id);
  }

  logPath(id: string): string {
    return join(this.path, 'logs', `${id}.log`);
  }

  /**
   * An empty run directory, with nothing of an earlier run in it.
   *
   * @throws InputError FL-stack when the folder holds anything that is not ours
   */
  create(): void {
    if (existsSync(this.path)) {
      const foreign = statSync(this.path).isDirectory()
        ? readdirSync(this.path).filter((name) => !ours.includes(name) && name !== 'lost+found')
        : [this.path];
      if (foreign.length > 0)
        throw stackError(
          `The run directory ${this.path} holds what is not the stack's: ${foreign.slice(0, 3).join(', ')}.`,
          `Name an empty or a new folder in ${runDirectoryVariable}.`,
        );
    }
    unmountBelow(this.path);
    for (const name of ours) rmSync(join(this.path, name), { recursive: true, force: true });
    for (const name of ['processes', 'parts', 'logs'])
      mkdirSync(join(this.path, name), { recursive: true, mode: 0o700 });
    writeFileSync(
      join(this.path, '.fanout-lab'),
      'Run directory of a Fanout Lab reference stack; `npm run reference -- down` empties it.\n',
    );
  }

  /** Removes records, configuration and data; logs stay. */
  clear(): void {
    unmountBelow(this.path);
    for (const name of ['processes', 'parts', 'stack.json'])
      rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** The last lines that a process wrote. */
  logTail(id: string, lines = 15): string {
    try {
      return readFileSync(this.logPath(id), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '';
    }
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Readers see the old content or the new, never half of it. */
function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
