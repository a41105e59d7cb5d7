import { replicationSeed } from '../../scenarios/sampling/index.ts';
import type { Difference, Interval, Sensitivity, SensitivityChange } from '../result.ts';
import { comparePaired, flowsOf, studentTQuantile, type RunRecord } from '../statistics/index.ts';
import { factors, type Change, type Plan } from './plan.ts';

/** A run of the design to its end. */
export interface Job {
  /** What is changed, as `applySet` takes it; empty: nothing. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/**
 * Carries out jobs, in any order and any number at a time. `onRecord` hears of each by its index; null: the
 * rules of the format, or the compiler, refuse the changed design.
 */
export type RunJobs = (
  jobs: readonly Job[],
  onRecord: (index: number, record: RunRecord | null) => void,
) => Promise<void>;

/** How far the work is: first every change once, then the telling ones in full. */
export interface Progress {
  readonly stage: 'screening' | 'measuring';
  readonly done: number;
  readonly of: number;
}

interface Options {
  /** Pairs of runs for each change, two or more. */
  readonly pairs: number;
  readonly run: RunJobs;
  /** Runs of the design itself, replication 0 first, as many as `pairs`; absent: they are made. */
  readonly base?: readonly RunRecord[];
  readonly onProgress?: (progress: Progress) => void;
}

/** Parameters that are measured in full: so many that helped most, and so many that hurt most, when tried once. */
const eitherWay = 5;
const confidence = 0.95;
const unchanged = {};

const inFull = 2 * eitherWay * factors.length;

/** Runs that a plan takes at most, those of the design itself included. */
export function mostRuns({ changes }: Plan, pairs: number): number {
  const screening = changes.length > inFull ? changes.length + 1 : 0;
  return screening + pairs * (1 + Math.min(changes.length, inFull));
}

/**
 * Tries every change of the plan once, against a run with the same seed, and then measures those parameters in
 * full that moved the p99 most either way, with seeds that played no part in choosing them. What holds for all of
 * the intervals at once is Bonferroni's: each leaves its own figure with 0.05 / changes.
 */
export async function measureSensitivity(plan: Plan, options: Options): Promise<Sensitivity> {
  const { pairs, onProgress = () => undefined } = options;
  const { seed } = plan.scenario.run;
  const run = counted(options.run, onProgress);
  const seeds = Array.from({ length: pairs }, (_, i) => replicationSeed(seed, i));
  const tried = plan.changes.length > inFull ? await tryOnce(plan, replicationSeed(seed, pairs), run) : null;
  const telling = tried === null ? plan.changes : mostTelling(plan.changes, tried);

  const base = options.base?.slice(0, pairs) ?? (await recordsOf(seeds, run('measuring')));
  const found = await collect(telling, seeds, run('measuring'), (records): Found | null => {
    const { scenario } = plan;
    const { figures } = comparePaired({ scenario, records }, { scenario, records: base });
    const p99 = figures[`flows.${plan.flow}.latencyMs.p99`];
    return p99 === undefined ? null : { p99, errors: figures[`flows.${plan.flow}.errorRatio`] ?? null };
  });
  const changes = telling.flatMap((change, i) => describe(change, found[i]!, telling.length, pairs));
  const without = (why: string, which: readonly Change[]) =>
    which.length === 0
      ? []
      : [{ why, parameters: [...new Set(which.map(({ parameter }) => parameter.path))] }];
  const chosen = new Set(telling.map(({ parameter }) => parameter.path));
  const others = plan.changes.map((change, i) => ({ change, once: tried?.[i] ?? null }));
  const unchosen = others.filter(({ change }) => !chosen.has(change.parameter.path));
  return {
    flow: plan.flow,
    factors: [...factors],
    pairs,
    parameters: plan.parameters,
    tried: new Set(plan.changes.map(({ parameter }) => parameter.path)).size,
    changes: changes.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
    leftOut: [
      ...plan.leftOut,
      ...without(
        'tried once with the same seed, it moved the p99 less than those that were measured',
        unchosen.filter(({ once }) => once !== null).map(({ change }) => change),
      ),
      ...without(
        'with it there is nothing to compare: the design is refused, the run has to stop, or no request succeeds',
        [
          ...unchosen.filter(({ once }) => once === null).map(({ change }) => change),
          ...telling.filter((_, i) => found[i] === null),
        ],
      ),
    ],
  };
}

/** Of one change: p99 and errors of the flow, here and there. */
interface Found {
  readonly p99: Difference;
  readonly errors: Difference | null;
}

/** By change: by how much one run of it moves the p99, ms; null: there is no figure to compare. */
async function tryOnce(
  { flow, changes }: Plan,
  seed: number,
  run: (stage: Progress['stage']) => RunJobs,
): Promise<readonly (number | null)[]> {
  const p99 = (records: readonly RunRecord[]): number | null => flowsOf(records)[flow]?.latencyMs.p99 ?? null;
  const before = p99(await recordsOf([seed], run('screening')));
  return collect(changes, [seed], run('screening'), (records) => {
    const after = p99(records);
    return before === null || after === null ? null : after - before;
  });
}

/**
 * Runs every change with every seed and makes something of its records as soon as all are there, so that those of
 * hundreds of runs are not held together. Null: a run was refused, or had to stop.
 */
async function collect<Made>(
  changes: readonly Change[],
  seeds: readonly number[],
  run: RunJobs,
  make: (records: readonly RunRecord[]) => Made | null,
): Promise<readonly (Made | null)[]> {
  const made = changes.map((): Made | null => null);
  const arrived = changes.map((): { count: number; readonly whole: RunRecord[] } => ({
    count: 0,
    whole: [],
  }));
  await run(
    changes.flatMap(({ set }) => seeds.map((seed) => ({ set, seed }))),
    (index, record) => {
      const which = Math.floor(index / seeds.length);
      const here = arrived[which]!;
      if (record !== null && record.stopped === null) here.whole[index % seeds.length] = record;
      here.count += 1;
      if (here.count < seeds.length) return;
      const records = here.whole.splice(0).filter((one) => one !== undefined);
      if (records.length === seeds.length) made[which] = make(records);
    },
  );
  return made;
}

async function recordsOf(seeds: readonly number[], run: RunJobs): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  await run(
    seeds.map((seed) => ({ set: unchanged, seed })),
    (index, record) => {
      if (record === null) throw new Error('The unchanged design is refused.');
      records[index] = record;
    },
  );
  return records;
}

/** Both changes of every parameter that is among those that lower the p99 most, or raise it most. */
function mostTelling(changes: readonly Change[], tried: readonly (number | null)[]): readonly Change[] {
  const moved = changes.flatMap(({ parameter }, i) => {
    const difference = tried[i] ?? 0;
    return difference === 0 ? [] : [{ path: parameter.path, difference }];
  });
  const first = (order: (a: Moved, b: Moved) => number): readonly string[] =>
    [...new Set([...moved].sort(order).map(({ path }) => path))].slice(0, eitherWay);
  const chosen = new Set([
    ...first((a, b) => a.difference - b.difference),
    ...first((a, b) => b.difference - a.difference),
  ]);
  return changes.filter(({ parameter }) => chosen.has(parameter.path));
}
interface Moved {
  readonly path: string;
  readonly difference: number;
}

function describe(
  { parameter, to }: Change,
  found: Found | null,
  comparisons: number,
  pairs: number,
): readonly SensitivityChange[] {
  if (found === null) return [];
  const { p99, errors } = found;
  const simultaneous = ({ difference, ci95 }: Difference): Interval => {
    const t = (error: number): number => studentTQuantile(1 - error / 2, pairs - 1);
    const half = ((ci95[1] - ci95[0]) / 2) * (t((1 - confidence) / comparisons) / t(1 - confidence));
    return [difference - half, difference + half];
  };
  return [
    {
      path: parameter.path,
      title: parameter.title,
      unit: parameter.unit,
      from: parameter.value,
      to,
      value: p99.value,
      difference: p99.difference,
      ci95: p99.ci95,
      simultaneousCi95: simultaneous(p99),
      errorRatioDifference: errors?.difference ?? 0,
      errorRatioCi95: errors === null ? [0, 0] : simultaneous(errors),
    },
  ];
}

/** Passes jobs on and tells how many are done; the total grows by what is handed in. */
function counted(run: RunJobs, onProgress: (progress: Progress) => void) {
  const counts = { screening: { done: 0, of: 0 }, measuring: { done: 0, of: 0 } };
  return (stage: Progress['stage']): RunJobs =>
    (jobs, onRecord) => {
      const count = counts[stage];
      count.of += jobs.length;
      return run(jobs, (index, record) => {
        onRecord(index, record);
        count.done += 1;
        onProgress({ stage, ...count });
      });
    };
}
