import type { Memory } from './memory.ts';

/** A piece of the verification. What it finds is plain data. */
export interface Task<Found> {
  /** Stable name: the memory's file is called after it. */
  readonly id: string;
  /** Everything besides the version of the simulator that the finding follows from. */
  readonly inputs: unknown;
  readonly run: () => Promise<Found>;
}

export interface TaskOptions {
  readonly memory: Memory;
  /** Forget what is remembered. */
  readonly all: boolean;
  /** Tasks in work at the same time. */
  readonly concurrency: number;
  readonly onDone: (id: string, how: 'remembered' | 'done') => void;
}

/**
 * What the tasks find, in their order. A finding is kept as soon as it is there, so that after an
 * interruption only the tasks that were in work are begun again.
 */
export async function runTasks<Found>(
  tasks: readonly Task<Found>[],
  { memory, all, concurrency, onDone }: TaskOptions,
): Promise<Found[]> {
  const found: Found[] = [];
  const waiting: (readonly [number, Task<Found>])[] = [];
  for (const [index, task] of tasks.entries()) {
    const remembered = all ? undefined : (memory.recall(task.id, task.inputs) as Found | undefined);
    if (remembered === undefined) waiting.push([index, task]);
    else {
      found[index] = remembered;
      onDone(task.id, 'remembered');
    }
  }
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, task] = next;
      const finding = await task.run();
      memory.keep(task.id, task.inputs, finding);
      found[index] = finding;
      onDone(task.id, 'done');
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
  return found;
}
