import type { ConfigOf, Node, Scenario, TimelineEntry, TimelineEntryOf } from '../../scenarios/index.ts';
import type { NativeContext } from '../engine/native.ts';
import type { ActiveFault } from '../faults/active-fault.ts';

/**
 * Which instances of a service take requests: all of them, unless scaling or a deployment says
 * otherwise. One a service and run, shared by those who change it and the balancers in front.
 */
export class InstancePool {
  private readonly serving: Uint8Array;
  /** Rises with every change. */
  version = 0;

  /** @param onChange Is told how many serve, now and after each change. */
  constructor(
    instances: number,
    serving: number,
    private readonly onChange: (serving: number) => void = () => {},
  ) {
    this.serving = new Uint8Array(instances).fill(1, 0, serving);
    onChange(serving);
  }

  get instances(): number {
    return this.serving.length;
  }
  get count(): number {
    return this.serving.reduce((sum, one) => sum + one, 0);
  }
  serves(instance: number): boolean {
    return this.serving[instance] === 1;
  }
  set(instance: number, serves: boolean): void {
    if (this.serves(instance) === serves) return;
    this.serving[instance] = serves ? 1 : 0;
    this.version++;
    this.onChange(this.count);
  }
}

/** Instances of a service: how many there may be, and how many take requests from the start. */
export interface PoolSize {
  readonly instances: number;
  readonly serving: number;
}

type ServiceConfig = Pick<ConfigOf<'FeedService'>, 'instances' | 'autoscaling'>;

export function poolSize({ instances, autoscaling }: ServiceConfig): PoolSize {
  const ratio = autoscaling?.maximumRatio ?? 1;
  return { instances: Math.floor(instances * ratio), serving: instances };
}

/** The pool of a service in a run. */
export const instancePool = (run: NativeContext, service: string, size: PoolSize): InstancePool =>
  run.state(
    `${service}/instances`,
    () => new InstancePool(size.instances, size.serving, (serving) => run.serving(service, serving)),
  );

/** Does the number of a service's instances change, now or by its own doing? */
export function poolChanges(service: Node, faults: readonly ActiveFault[]): boolean {
  const { autoscaling } = service.config as ServiceConfig;
  return autoscaling !== null || deployment(service.id, faults) !== null;
}

export type Deployment = TimelineEntryOf<'deploy'>;

/** The deployment of a service that is under way. */
export function deployment(service: string, faults: readonly ActiveFault[]): Deployment | null {
  for (const { entry, transition } of faults)
    if (entry.kind === 'deploy' && entry.target === service && transition === 1) return entry;
  return null;
}

/** How long a deployment takes, s. */
export function deploymentSeconds(entry: Deployment, instances: number): number {
  const { strategy, batch, secondsPerInstance, drainSeconds } = entry;
  return strategy === 'rolling'
    ? Math.ceil(instances / batch) * (drainSeconds + secondsPerInstance)
    : secondsPerInstance + drainSeconds;
}

/** When a deployment begins and ends for a service and for the balancers in front of it. */
export function deploymentTransitions(
  entry: TimelineEntry,
  node: Node,
  scenario: Scenario,
): readonly number[] {
  if (entry.kind !== 'deploy') return [];
  const { nodes, edges } = scenario.design;
  const concerned =
    node.id === entry.target || edges.some((e) => e.source === node.id && e.target === entry.target);
  const service = nodes.find((other) => other.id === entry.target);
  if (!concerned || service === undefined) return [];
  return [0, deploymentSeconds(entry, (service.config as ServiceConfig).instances)];
}
