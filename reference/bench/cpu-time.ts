import { readFileSync } from 'node:fs';

/** Clock ticks a second of /proc on Linux, whatever the kernel's own are (proc(5), sysconf(3)). */
const ticksPerSecond = 100;

/** CPU time that all threads of a process have used so far, user and system, s. Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The second field is a name in parentheses and may hold anything; the third follows the last of them.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
