import { findKind, type Scenario } from '../../../scenarios/index.ts';
import type { LevelChange, Observations } from '../../statistics/index.ts';
import { failureText, levelText, shiftText, surgeText } from './wording.ts';

type Design = Scenario['design'];

/**
 * Something that may have begun a disturbance. `strength`:
 *
 * - `cause`: cannot follow from load, waiting or another component's failure: an instance, a link, a server is
 *   away, work takes longer by itself, clients send more than their settings say.
 * - `symptom`: can, and is a cause only where nothing else is found: a cache misses more often, one key is
 *   wanted more, an autoscaler or a rebalance takes something away, a balancer has nobody left to choose.
 */
export interface Finding {
  readonly kind: string;
  readonly component: string;
  readonly strength: 'cause' | 'symptom';
  readonly atSeconds: number;
  /** When it was over; Infinity: not within the run. */
  readonly untilSeconds: number;
  readonly text: string;
}

/** What has been so from the start is how things are; what begins later is an event, s. */
const START_SECONDS = 0.5;
/** A change of times by less is none. */
const LEAST_SLOWDOWN = 1.1;
const balancers = ['LoadBalancer', 'ReadLB', 'UploadLB'];
/** A consumer group rebalances this long after its members changed, at most, s. */
const REBALANCE_SECONDS = 120;

/** Everything that may have begun a disturbance, in the order of time. */
export function findingsOf(design: Design, observations: Observations): Finding[] {
  return [
    ...slowdowns(observations),
    ...failures(design, observations),
    ...losses(design, observations),
    ...surges(observations),
  ]
    .filter(({ atSeconds }) => atSeconds >= START_SECONDS)
    .sort((a, b) => a.atSeconds - b.atSeconds);
}

function slowdowns({ shifts }: Observations): Finding[] {
  return shifts
    .filter(({ direction, beforeMs, afterMs }) => direction === 'up' && afterMs > LEAST_SLOWDOWN * beforeMs)
    .map((shift) => ({
      kind: shift.what === 'network' ? 'slow-network' : 'slow',
      component: shift.component,
      strength: 'cause',
      atSeconds: shift.atSeconds,
      untilSeconds:
        shifts.find(
          (other) =>
            other.direction === 'down' &&
            other.atSeconds > shift.atSeconds &&
            other.component === shift.component &&
            other.what === shift.what &&
            other.unit === shift.unit,
        )?.atSeconds ?? Infinity,
      text: shiftText(shift),
    }));
}

function failures(design: Design, { failures: episodes }: Observations): Finding[] {
  return episodes.flatMap((episode): Finding[] => {
    const { component, mode, fromSeconds, toSeconds } = episode;
    if (mode !== 'refused' && mode !== 'silent' && mode !== 'cut' && mode !== 'held') return [];
    const kind = design.nodes.find(({ id }) => id === component)?.kind ?? '';
    // A balancer refuses when those behind it are away; a worker's message that is too old has waited.
    const follows =
      (mode === 'refused' && balancers.includes(kind)) ||
      (mode === 'silent' && findKind(kind)?.role === 'workers');
    return [
      {
        kind: mode,
        component,
        strength: follows ? 'symptom' : 'cause',
        atSeconds: fromSeconds,
        untilSeconds: toSeconds,
        text: failureText(episode),
      },
    ];
  });
}

function losses(design: Design, { levels }: Observations): Finding[] {
  const recovery = recoveries(levels);
  return levels
    .filter(({ before, after, atSeconds }) => after < before && atSeconds >= START_SECONDS)
    .map((loss) => ({
      kind: `lost-${loss.what.replace(' ', '-')}`,
      component: loss.component,
      strength: isAutoscaled(design, loss) || isRebalance(loss, levels) ? 'symptom' : 'cause',
      atSeconds: loss.atSeconds,
      untilSeconds: recovery(loss),
      text: levelText(loss),
    }));
}

/** When a level is back where it was before a loss; Infinity: not within the run. */
function recoveries(levels: readonly LevelChange[]): (loss: LevelChange) => number {
  const changes = new Map<string, LevelChange[]>();
  const keyOf = ({ component, what, name }: LevelChange) => JSON.stringify([component, what, name]);
  for (const level of levels) {
    const key = keyOf(level);
    const same = changes.get(key);
    if (same === undefined) changes.set(key, [level]);
    else same.push(level);
  }
  return (loss) =>
    changes.get(keyOf(loss))!.find((other) => other.atSeconds > loss.atSeconds && other.after >= loss.before)
      ?.atSeconds ?? Infinity;
}

/** An autoscaler may have taken it away. */
function isAutoscaled(design: Design, { component, what }: LevelChange): boolean {
  const config = design.nodes.find(({ id }) => id === component)?.config;
  return what !== 'partitions' && config?.['autoscaling'] != null;
}

/** Members of the consumer group came or went before. */
const isRebalance = (loss: LevelChange, levels: readonly LevelChange[]): boolean =>
  loss.what === 'partitions' &&
  levels.some(
    ({ what, name, atSeconds }) =>
      what === 'workers' &&
      name === loss.name &&
      atSeconds <= loss.atSeconds &&
      atSeconds >= loss.atSeconds - REBALANCE_SECONDS,
  );

function surges({ surges: all }: Observations): Finding[] {
  return all
    .filter(({ direction }) => direction === 'up')
    .map((surge) => ({
      kind: surge.what.replace(' ', '-'),
      component: surge.component,
      strength: surge.what === 'key' || surge.what === 'misses' ? 'symptom' : 'cause',
      atSeconds: surge.atSeconds,
      untilSeconds:
        all.find(
          (other) =>
            other.direction === 'down' &&
            other.component === surge.component &&
            other.what === surge.what &&
            other.name === surge.name &&
            other.atSeconds > surge.atSeconds,
        )?.atSeconds ?? Infinity,
      text: surgeText(surge),
    }));
}
