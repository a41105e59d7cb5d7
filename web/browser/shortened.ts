import { findBuiltin } from '../../scenarios/index.ts';

interface File {
  readonly short?: { readonly set?: Readonly<Record<string, unknown>> };
}

/** The short form of a built-in scenario, ended early and without expectations of what comes later. */
export function shortened(id: string, durationSeconds: number): string {
  const file = findBuiltin(id) as File;
  const set = Object.entries(file.short?.set ?? {}).filter(([path]) => !path.startsWith('expectations.'));
  const short = { ...file.short, set: Object.fromEntries(set), run: { durationSeconds } };
  return JSON.stringify({ ...file, expectations: [], short });
}
