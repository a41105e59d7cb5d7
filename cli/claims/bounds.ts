import type { Bounds } from '../../simulator/verdicts/index.ts';
import { figure } from '../report/index.ts';

/** Bounds as words. */
export function describeBounds({ between, atMost, atLeast }: Bounds): string {
  if (between !== undefined) return `${figure(between[0])} to ${figure(between[1])}`;
  return atMost === undefined ? `at least ${figure(atLeast)}` : `at most ${figure(atMost)}`;
}
