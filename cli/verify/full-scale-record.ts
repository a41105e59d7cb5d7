import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { builtins } from '../../scenarios/index.ts';

/** A built-in that was run at its full rate. */
export interface FullScaleRun {
  readonly scenario: string;
  readonly seed: number;
  readonly simulatedSeconds: number;
  readonly events: number;
  readonly digest: string;
  /** Of the short form, by the same version: as long as that reproduces, the rest is taken to. */
  readonly shortDigest: string;
  /** Where most requests waited when the run had to stop; null when it did not. */
  readonly stopped: string | null;
  readonly flows: Readonly<
    Record<
      string,
      {
        readonly completedPerSecond: number;
        readonly errorRatio: number | null;
        readonly p99Ms: number | null;
      }
    >
  >;
  readonly expectations: readonly {
    readonly id: string;
    readonly status: 'pass' | 'fail';
    readonly observed: number | null;
  }[];
}

export const fullScalePath = 'docs/full-scale.json';
const path = fileURLToPath(new URL(`../../${fullScalePath}`, import.meta.url));

export function readFullScale(): readonly FullScaleRun[] {
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as { runs: FullScaleRun[] }).runs;
}

/** Puts runs in the place of those of the same scenarios, in the order of the menu. */
export function writeFullScale(runs: readonly FullScaleRun[]): void {
  const all = new Map([...readFullScale(), ...runs].map((run) => [run.scenario, run]));
  const inOrder = builtins.flatMap(({ id }) => all.get(id) ?? []);
  writeFileSync(
    path,
    `${JSON.stringify({ format: 'fanout-lab/full-scale', version: 1, runs: inOrder }, null, 2)}\n`,
  );
}
