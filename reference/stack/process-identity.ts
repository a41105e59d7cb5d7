import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * A process beyond doubt: numbers are reused, a number with its start time within one boot is not.
 * Linux only, from /proc (proc_pid_stat(5)).
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot until the process began. */
  readonly startTicks: string;
  readonly bootId: string;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly session: number;
  readonly startTicks: string;
}

/** @returns null when there is no such process */
export function identify(pid: number): ProcessIdentity | null {
  const stat = statOf(pid);
  return stat === null ? null : { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** Whether exactly this process is there; one that has ended and waits to be collected is not. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const stat = statOf(identity.pid);
  return stat?.startTicks === identity.startTicks && stat.state !== 'Z';
}

/**
 * The process and those that it started, as long as they kept to its group. Needs that it leads a group
 * and a session, as detached children do. A leader that has ended does not hide its group: its number is
 * not given out again while the group lives; members must also work below `directory`.
 */
export function groupOf(identity: ProcessIdentity, directory: string): readonly number[] {
  if (identity.bootId !== bootId()) return [];
  const leader = statOf(identity.pid);
  if (leader !== null && leader.startTicks !== identity.startTicks) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = statOf(pid);
      if (stat === null || stat.state === 'Z' || stat.group !== identity.pid) return false;
      return pid === identity.pid || (stat.session === identity.pid && worksBelow(pid, directory));
    });
}

/**
 * Sends a signal to all of the group at once, so that a child that is just being started gets it too.
 * A group that has just ended is no error.
 */
export function signalGroup(identity: ProcessIdentity, directory: string, signal: NodeJS.Signals): void {
  if (groupOf(identity, directory).length === 0) return;
  try {
    process.kill(-identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function worksBelow(pid: number, directory: string): boolean {
  try {
    const path = readlinkSync(`/proc/${String(pid)}/cwd`).replace(/ \(deleted\)$/, '');
    return path === directory || path.startsWith(`${directory}/`);
  } catch {
    return false;
  }
}

function statOf(pid: number): Stat | null {
  let text;
  try {
    text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name, in parentheses, may hold anything; the fields after it are numbered from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0]!,
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: fields[19]!,
  };
}

let cachedBootId: string | undefined;
function bootId(): string {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return cachedBootId;
}
