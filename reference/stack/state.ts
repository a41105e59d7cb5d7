import { isAlive } from './process-identity.ts';
import { Processes } from './processes.ts';
import type { ProcessRecord, RunDirectory, StackRecord } from './run-directory.ts';

/**
 * `left-over`: whoever started it ended before it was up, or part of it was ended from outside and the
 * rest has lost its record.
 */
export interface StackState {
  readonly state: 'down' | 'starting' | 'up' | 'left-over';
  readonly stack: StackRecord | null;
  /** Of the recorded processes, those that still run. */
  readonly remaining: readonly ProcessRecord[];
}

export function stateOf(directory: RunDirectory): StackState {
  const stack = directory.readStack();
  const remaining = new Processes(directory, 'detached').remaining();
  const starting = stack?.state === 'starting' && isAlive(stack.starter);
  if (starting) return { state: 'starting', stack, remaining };
  if (remaining.length === 0) return { state: 'down', stack, remaining };
  return { state: stack?.state === 'up' ? 'up' : 'left-over', stack, remaining };
}
