import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets the process's requests for the processor come after those of services that somebody waits for.
 *
 * On Linux the priority belongs to a thread, and the threads that decode and encode are there already when
 * this is called, so each is set; elsewhere it belongs to the process.
 *
 * @param niceness -20 to 19, greater is lower priority
 */
export function yieldToOthers(niceness: number): void {
  if (process.platform !== 'linux') {
    setPriority(niceness);
    return;
  }
  for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), niceness);
}
