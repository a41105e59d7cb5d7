import type { Progress } from '../../reference/stack/index.ts';

/** A line on standard error for each step of a start, with the time since the beginning. */
export function progressLog(): (progress: Progress) => void {
  return ({ what, state, elapsedMs }) => {
    console.error(`${(elapsedMs / 1000).toFixed(1).padStart(6)} s  ${what}: ${state}`);
  };
}
