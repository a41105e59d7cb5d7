import type { Distribution, TimelineEntryOf } from '../../scenarios/index.ts';
import { mapBlocks, type Selector, type StationGroup, type Step } from '../compile/steps.ts';
import type { ActiveFault } from './active-fault.ts';

type SlowNode = ActiveFault<TimelineEntryOf<'slow-node'>>;

/** What the pass has to know of the component whose procedure it rewrites. */
export interface SlowComponent {
  readonly component: number;
  /** Of the component, all in force. */
  readonly faults: readonly SlowNode[];
  /** `Behaviour.instances`: register 0 holds the one that a request is at. */
  readonly instances: number;
  /** Has it stations that come in several instances, shards or ranges? */
  readonly isDivided: boolean;
  /** Most workers of a log. */
  workersOf(log: number): number;
}

/** Where in the component a request is: which of `factors` holds for its service times. */
interface Whereabouts {
  readonly select: Selector;
  readonly count: number;
  readonly replicas: number;
  /** Stream of the draw of a replica; null: no replica is drawn. */
  readonly replicaStream: string | null;
  readonly factors: readonly number[];
}

/**
 * Makes what a slow instance serves take longer: its visits, and its delays of the category `service`.
 * A delay belongs to the station that was visited just before it, or is held around it; else to the
 * instance that the request is at, or the worker that has the message.
 */
export function slowDown(steps: readonly Step[], component: SlowComponent): readonly Step[] {
  return rewrite(steps, component, home(component));
}

function rewrite(
  steps: readonly Step[],
  component: SlowComponent,
  around: Whereabouts | null,
): readonly Step[] {
  let here = around;
  let worker: Whereabouts | null = null;
  return steps.map((step) => {
    if (step.op === 'append')
      worker = single({ by: 'register', register: step.register }, component.workersOf(step.log), component);
    if (step.op === 'visit' && step.group.component === component.component) {
      const at = stationOf(step.group, step.select, step.touched === 1 ? step.stream : null, component);
      here = step.touched > 1 && step.group.replicas > 1 ? around : at;
      return { ...step, ...slowed(step.time, at) };
    }
    if (step.op === 'delay' && step.cell.component === component.component)
      return step.cell.category === 'service' ? { ...step, ...slowed(step.time, worker ?? here) } : step;
    here = around;
    const inside =
      step.op === 'hold' && step.group.component === component.component
        ? stationOf(step.group, step.select, null, component)
        : (worker ?? around);
    return mapBlocks(step, (block) => rewrite(block, component, inside));
  });
}

/** A time at a place: longer where the place is known, to be looked up at run time where it is drawn. */
function slowed(
  time: Distribution,
  at: Whereabouts | null,
): { readonly time: Distribution; readonly slow?: Whereabouts } {
  if (at === null || at.factors.every((factor) => factor === 1)) return { time };
  if (at.replicas === 1 && at.select.by === 'fixed')
    return { time: stretch(time, at.factors[at.select.index] ?? 1) };
  return { time, slow: at };
}

function stationOf(
  group: StationGroup,
  select: Selector,
  replicaStream: string | null,
  { faults }: SlowComponent,
): Whereabouts {
  const { count, replicas } = group;
  const factors = Array.from({ length: count * replicas }, (_, i) =>
    faults
      .filter(({ entry: { instance, replica } }) => {
        const index = Math.floor(i / replicas);
        return index === instance && (replica === null || replica === i % replicas);
      })
      .reduce((factor, { entry }) => factor * entry.factor, 1),
  );
  return { select, count, replicas, replicaStream, factors };
}

const single = (select: Selector, count: number, component: SlowComponent): Whereabouts =>
  stationOf(
    { first: 0, count, replicas: 1, mode: 'recursion', component: component.component },
    select,
    null,
    component,
  );

/** Where a request is that has not been to a station yet. */
function home(component: SlowComponent): Whereabouts | null {
  if (component.instances > 1) return single({ by: 'register', register: 0 }, component.instances, component);
  return component.isDivided ? null : single({ by: 'fixed', index: 0 }, 1, component);
}

/** The distribution of `factor` times as long. */
export function stretch(time: Distribution, factor: number): Distribution {
  if (factor === 1) return time;
  switch (time.distribution) {
    case 'constant':
      return { ...time, ms: time.ms * factor };
    case 'uniform':
      return { ...time, minMs: time.minMs * factor, maxMs: time.maxMs * factor };
    case 'empirical':
      return { ...time, quantiles: time.quantiles.map(([q, ms]) => [q, ms * factor] as const) };
    case 'lognormal':
      return 'meanMs' in time
        ? { ...time, meanMs: time.meanMs * factor }
        : { ...time, p50Ms: time.p50Ms * factor, p99Ms: time.p99Ms * factor };
    default:
      return { ...time, meanMs: time.meanMs * factor };
  }
}
