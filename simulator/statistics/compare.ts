import type { Scenario } from '../../scenarios/index.ts';
import type { Comparison, Difference, FlowFigures } from '../result.ts';
import { interval95 } from './intervals.ts';
import { metricAt } from './expectations.ts';
import type { RunRecord } from './record.ts';
import { flowsOf } from './summarize.ts';

/** Runs of one scenario, replication by replication. */
export interface Replications {
  readonly scenario: Scenario;
  readonly records: readonly RunRecord[];
}

/** Figures of every flow that are compared. */
const compared = [
  'latencyMs.mean',
  'latencyMs.p50',
  'latencyMs.p95',
  'latencyMs.p99',
  'errorRatio',
  'completedPerSecond',
] as const;

/**
 * Two designs by common random numbers: replication i of both has the same seed, so the same requests
 * arrive at the same times and draw the same numbers wherever both designs ask for them. The interval is
 * Student's t over the differences of the pairs (Law & Kelton 2000, 10.2 and 11.2).
 *
 * @throws RangeError unless both have the same seeds, two or more
 */
export function comparePaired(changed: Replications, against: Replications): Comparison {
  const seeds = changed.records.map(({ seed }) => seed);
  if (seeds.length < 2 || seeds.some((seed, i) => seed !== against.records[i]?.seed))
    throw new RangeError('Pairs need the same seeds on both sides, two of them or more.');
  const here = sideOf(changed);
  const there = sideOf(against);
  const figures: Record<string, Difference> = {};
  for (const flow of Object.keys(here.all)) {
    if (there.all[flow] === undefined) continue;
    for (const name of compared) {
      const difference = differenceOf(here, there, `${flow}.${name}`);
      if (difference !== null) figures[`flows.${flow}.${name}`] = difference;
    }
  }
  return { against: against.scenario.id, replications: seeds.length, figures };
}

type Flows = Readonly<Record<string, FlowFigures>>;
interface Side {
  readonly all: Flows;
  readonly each: readonly Flows[];
}

function sideOf({ records }: Replications): Side {
  return { all: flowsOf(records), each: records.map((record) => flowsOf([record])) };
}

/** Null when a side has no such figure in some replication. */
function differenceOf(here: Side, there: Side, path: string): Difference | null {
  const read = (flows: Flows): number | null => metricAt(flows, path) ?? null;
  const a = here.each.map(read);
  const b = there.each.map(read);
  if (!isWhole(a) || !isWhole(b)) return null;
  const differences = a.map((value, i) => value - b[i]!);
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const paired = variance(differences);
  return {
    value: read(here.all)!,
    against: read(there.all)!,
    difference: mean,
    ci95: interval95(differences)!,
    unpairedFactor: paired > 0 ? (variance(a) + variance(b)) / paired : null,
  };
}

const isWhole = (values: readonly (number | null)[]): values is number[] => values.every((v) => v !== null);

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (values.length - 1);
}
