import { startStack } from '../../stack/index.ts';
import { mutations } from './mutations.ts';
import { runTrial, type TrialResult } from './run.ts';

/**
 * Brings `small` up, runs the trial of every guard, first with it and then without, and takes it down.
 *
 * @throws InputError when the stack cannot be started
 */
export async function runAllTrials(
  environment: Readonly<Record<string, string | undefined>>,
  onResult: (result: TrialResult) => void,
  signal?: AbortSignal,
): Promise<readonly TrialResult[]> {
  const stack = await startStack({
    profile: 'small',
    environment,
    ...(signal === undefined ? {} : { signal }),
  });
  const results: TrialResult[] = [];
  try {
    for (const mutation of mutations)
      for (const guard of ['in', 'out'] as const) {
        const result = await runTrial(stack, mutation, guard);
        results.push(result);
        onResult(result);
      }
  } finally {
    await stack.stop();
  }
  return results;
}
