import { readFileSync } from 'node:fs';
import { Processes, type ProcessState } from './processes.ts';
import type { ProfileName } from './profile.ts';
import { runDirectoryOf } from './start.ts';
import { stateOf, type StackState } from './state.ts';

export interface StackStatus {
  readonly runDirectory: string;
  readonly state: StackState['state'];
  readonly processes: readonly (ProcessState & { readonly residentMiB: number | null })[];
  /** The variables of reference/endpoints, for another program that is to use this stack; they hold credentials. */
  readonly endpoints: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function stackStatus(profile: ProfileName, environment: Environment): StackStatus {
  const directory = runDirectoryOf(profile, environment);
  const { state, stack } = stateOf(directory);
  return {
    runDirectory: directory.path,
    state,
    processes: new Processes(directory, 'detached')
      .list()
      .map((process) => ({ ...process, residentMiB: process.running ? residentMiB(process.pid) : null })),
    endpoints: stack?.endpoints ?? {},
  };
}

/**
 * Ends what runs of a stack, whoever started it and in whatever state it is, and removes its data.
 *
 * @returns the ids of the processes that were ended
 */
export async function endStack(profile: ProfileName, environment: Environment): Promise<readonly string[]> {
  const directory = runDirectoryOf(profile, environment);
  const { remaining } = stateOf(directory);
  await new Processes(directory, 'detached').endAll();
  directory.clear();
  return remaining.map(({ id }) => id);
}

/** From proc_pid_status(5); null when it has just ended. */
function residentMiB(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
