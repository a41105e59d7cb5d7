import type { Scenario } from '../../../scenarios/index.ts';
import type { FailureMode } from '../../statistics/index.ts';
import { firstOdd, rangeOf, type Column, type Recorded } from './series.ts';
import { failureText, milliseconds, percent } from './wording.ts';

/** Something that followed. */
export interface Effect {
  readonly atSeconds: number;
  /** What it is an effect on: one word a kind and place, so that it is told once. */
  readonly about: string;
  readonly text: string;
}

/** How a flow fared after a disturbance began. */
export interface Harm {
  readonly flow: string;
  readonly effect: Effect;
  /** When it was well again; null: not before the next disturbance or the end of the run. */
  readonly recoveredSeconds: number | null;
}

/** A p99 over five seconds counts as changed from this multiple of the highest before on. */
const P99_FACTOR = 1.2;
/** So long a flow has to be well to have recovered, s. */
const WELL_SECONDS = 5;
/** An effect of less is told by nobody, ms. */
const LEAST_P99_MS = 0.5;
const LEAST_ERROR_RATIO = 0.001;
const FULL = 0.98;
const GROWN = 2;
const LEAST_WAITING = 1;
const LEAST_HITS = 0.02;

const consequences: readonly FailureMode[] = [
  'queue-full',
  'over-limit',
  'shed',
  'timed-out',
  'breaker-open',
  'not-found',
  'refused',
  'silent',
  'held',
];

/** A disturbance: when it began, and what is known of the time before and after. */
export interface Stretch {
  /** Ordinary times, to compare with. */
  readonly calmFromSeconds: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** What happened to the components named, in the order of time. */
export function effectsOn(
  components: ReadonlySet<string>,
  stretch: Stretch,
  columns: ReadonlyMap<string, Column>,
  { observations }: Recorded,
): Effect[] {
  const failures = (observations?.failures ?? [])
    .filter(
      ({ component, mode, fromSeconds }) =>
        components.has(component) &&
        consequences.includes(mode) &&
        fromSeconds >= stretch.fromSeconds &&
        fromSeconds < stretch.toSeconds,
    )
    .map((episode) => ({
      atSeconds: episode.fromSeconds,
      about: `${episode.mode} ${episode.component}`,
      text: failureText(episode),
    }));
  const measured = [...components].flatMap((component): Effect[] => {
    const look = (metric: string, odd: (now: number, before: Column) => string | null): Effect[] => {
      const column = columns.get(`components.${component}.${metric}`);
      if (column === undefined) return [];
      let text: string | null = null;
      const at = firstOdd(column, stretch.fromSeconds, stretch.toSeconds, (value) => {
        const found = odd(value, column);
        text = found ?? text;
        return found !== null;
      });
      return at === null || text === null ? [] : [{ atSeconds: at, about: `${metric} ${component}`, text }];
    };
    const before = (column: Column) => rangeOf(column, stretch.calmFromSeconds, stretch.fromSeconds);
    const peak = (column: Column): string =>
      (rangeOf(column, stretch.fromSeconds, stretch.toSeconds)?.highest ?? 0).toFixed(0);
    const grew = (what: string) => (value: number, column: Column) =>
      value > GROWN * (before(column)?.highest ?? 0) + LEAST_WAITING ? `${what}, to ${peak(column)}` : null;
    return [
      ...look('meanQueueLength', grew(`the queue of ${component} grew`)),
      ...look('backlog.mean', grew(`messages piled up in ${component}`)),
      ...look('utilization', (value, column) =>
        value >= FULL && (before(column)?.highest ?? 1) < FULL ? `${component} was busy all the time` : null,
      ),
      ...look('hitRatio', (value, column) => {
        const range = before(column);
        return range !== null && value < range.lowest - LEAST_HITS
          ? `fewer look-ups of ${component} hit, down to ${percent(rangeOf(column, stretch.fromSeconds, stretch.toSeconds)?.lowest ?? 0)}`
          : null;
      }),
    ];
  });
  return [...failures, ...measured].sort((a, b) => a.atSeconds - b.atSeconds);
}

/** The flows that felt it. */
export function harmOf(stretch: Stretch, columns: ReadonlyMap<string, Column>, record: Recorded): Harm[] {
  return record.flows.flatMap(({ id }, index): Harm[] => {
    const sliding = Array.from(record.slidingP99Ns[index]!, (ns) => ns / 1e6);
    const p99 = columns.get(`flows.${id}.latencyMs.p99`)!;
    const errors = columns.get(`flows.${id}.errorRatio`)!;
    const { calmFromSeconds, fromSeconds, toSeconds } = stretch;
    // A window of five seconds has the name of its end.
    const calm = rangeOf(sliding, calmFromSeconds + 4, fromSeconds)?.highest ?? Infinity;
    const limit = Math.max(P99_FACTOR * calm, calm + LEAST_P99_MS);
    const allowed = (rangeOf(errors, calmFromSeconds, fromSeconds)?.highest ?? 1) + LEAST_ERROR_RATIO;
    const slowAt = firstOdd(
      p99,
      fromSeconds,
      toSeconds,
      (value) =>
        value > limit && value > P99_FACTOR * (rangeOf(p99, calmFromSeconds, fromSeconds)?.highest ?? 0),
    );
    const failsAt = firstOdd(errors, fromSeconds, toSeconds, (value) => value > allowed);
    const slow = slowAt !== null && sliding.slice(Math.floor(slowAt)).some((value) => value > limit);
    if (!slow && failsAt === null) return [];
    const isWell = (step: number): boolean => !(sliding[step]! > limit) && !(errors[step]! > allowed);
    const end = Math.min(p99.length, Math.floor(toSeconds));
    let recoveredSeconds: number | null = null;
    for (
      let step = Math.ceil(Math.min(slowAt ?? Infinity, failsAt ?? Infinity)) + 1, well = 0;
      step < end;
      step++
    ) {
      well = isWell(step) ? well + 1 : 0;
      if (well < WELL_SECONDS) continue;
      recoveredSeconds = step - WELL_SECONDS + 1;
      break;
    }
    const worst = rangeOf(errors, failsAt ?? fromSeconds, toSeconds)?.highest ?? 0;
    const slowFirst = slow && (failsAt === null || slowAt <= failsAt);
    return [
      {
        flow: id,
        effect: {
          atSeconds: slowFirst ? slowAt : failsAt!,
          about: `flow ${id}`,
          text: slowFirst
            ? `p99 of ${id} passed ${milliseconds(limit)}`
            : `requests of ${id} failed, up to ${percent(worst)} of them`,
        },
        recoveredSeconds,
      },
    ];
  });
}

/** Components that a disturbance of one can reach: its callers, theirs, and whoever works for any of them. */
export function reachableFrom(component: string, { edges }: Scenario['design']): ReadonlySet<string> {
  const reached = new Set([component]);
  const spread = (from: 'source' | 'target', to: 'source' | 'target'): void => {
    for (let before = -1; before < reached.size;) {
      before = reached.size;
      for (const edge of edges) if (reached.has(edge[from])) reached.add(edge[to]);
    }
  };
  spread('target', 'source');
  spread('source', 'target');
  return reached;
}
