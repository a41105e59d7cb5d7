import type { ConfigOf } from '../../scenarios/index.ts';
import type { StationGroup } from '../compile/steps.ts';
import type { ControlContext } from '../engine/native.ts';
import type { NodeContext } from './component.ts';
import { deployment, instancePool, poolSize, type Deployment, type InstancePool } from './instance-pool.ts';

type Autoscaling = NonNullable<ConfigOf<'FeedService'>['autoscaling']>;

const NS_PER_SECOND = 1e9;

/** What the instances of a service are made of. */
export interface ServiceInstances {
  readonly instances: number;
  readonly threads: StationGroup;
  readonly cores: StationGroup;
}

/**
 * The threads and cores of a service's instances, as many as there may ever be, and what scaling and
 * deployments do to them. `onRestart` is told of each instance that a deployment replaced.
 */
export function serviceInstances(
  node: NodeContext<ConfigOf<'FeedService'> | ConfigOf<'UploadService'>>,
  queueCapacity: number | null,
  onRestart: (run: ControlContext, instance: number) => void = () => {},
): ServiceInstances {
  const { config } = node;
  const size = poolSize(config);
  const threads = node.stations('threads', {
    count: size.instances,
    servers: config.threads,
    counts: 'servers',
    held: true,
    queueCapacity,
  });
  const cores = node.stations('cores', {
    count: size.instances,
    servers: config.cores,
    counts: 'cpu',
    elastic: config.autoscaling !== null,
  });
  const setServers = (run: ControlContext, instance: number, there: boolean): void => {
    run.setServers(threads, there ? config.threads : 0, instance);
    if (config.autoscaling !== null) run.setServers(cores, there ? config.cores : 0, instance);
  };

  if (config.autoscaling !== null) {
    if (node.sources.some(({ node: { kind } }) => kind !== 'ReadLB' && kind !== 'UploadLB'))
      node.refuse(
        'Autoscaling needs a balancer that learns of new instances.',
        'Put a load balancer in front, or set `autoscaling` to null.',
      );
    const { autoscaling } = config;
    const serving = node.counter('instances', 'level');
    const pool = (run: ControlContext): InstancePool => instancePool(run, node.id, size);
    node.every(1, 'instances', (run) => {
      const count = (): void => run.count(serving, pool(run).count * NS_PER_SECOND);
      run.state(`${node.id}/instances/counted`, () => (count(), true));
      return count;
    });
    node.every(autoscaling.periodSeconds, 'autoscaling', (run) => {
      const scaler = run.state(`${node.id}/autoscaling`, () => {
        for (let i = size.serving; i < size.instances; i++) setServers(run, i, false);
        return new Autoscaler(pool(run), size.serving);
      });
      return () => {
        const value =
          autoscaling.metric === 'cpu' ? run.busyRatio(cores) : run.queueLength(threads) / pool(run).count;
        scaler.look(run, autoscaling, value, {
          setServers: (instance, there) => setServers(run, instance, there),
          isIdle: (instance) =>
            run.busyRatio(threads, instance) === 0 && run.queueLength(threads, instance) === 0,
        });
      };
    });
  }

  const entry = deployment(node.id, node.faults);
  if (entry !== null)
    node.every(1, 'deployment', (run) => {
      run.state(`${node.id}/deployment/${entry.id}`, () => {
        const pool = instancePool(run, node.id, size);
        deploy(run, entry, pool, config.instances, {
          setServers: (instance, there) => setServers(run, instance, there),
          restarted: (instance) => onRestart(run, instance),
        });
        return true;
      });
      return () => {};
    });
  return { instances: size.instances, threads, cores };
}

/** What a scaler or a deployment does to an instance. */
interface Hands {
  setServers(instance: number, there: boolean): void;
}

/** Adds and removes instances, by a look at the metric once a period. */
class Autoscaler {
  /** Looks in a row at which the metric was too high, or low enough. */
  private high = 0;
  private low = 0;
  /** Instances that do not serve yet, and such as serve no more but may have requests in hand. */
  private starting = 0;
  private readonly leaving = new Set<number>();

  constructor(
    private readonly pool: InstancePool,
    private readonly least: number,
  ) {}

  look(
    run: ControlContext,
    settings: Autoscaling,
    value: number,
    { setServers, isIdle }: Hands & { isIdle(instance: number): boolean },
  ): void {
    const { pool, leaving } = this;
    for (const instance of leaving)
      if (isIdle(instance)) {
        setServers(instance, false);
        leaving.delete(instance);
      }
    // What was seen before new instances serve says nothing about the load on them.
    const counts = this.starting === 0;
    this.high = counts && value > settings.above ? this.high + 1 : 0;
    this.low = counts && value < settings.below ? this.low + 1 : 0;
    const periods = (seconds: number): number => Math.max(1, Math.ceil(seconds / settings.periodSeconds));
    const step = Math.max(1, Math.floor(settings.stepRatio * pool.count));
    if (this.high >= periods(settings.forSeconds)) this.add(run, settings, step, setServers);
    else if (this.low >= periods(settings.inSeconds)) this.remove(step);
  }

  private add(
    run: ControlContext,
    settings: Autoscaling,
    step: number,
    setServers: Hands['setServers'],
  ): void {
    const { pool, leaving } = this;
    this.high = 0;
    for (let i = 0, left = step; i < pool.instances && left > 0; i++) {
      if (pool.serves(i) || leaving.has(i)) continue;
      left--;
      this.starting++;
      run.after(settings.startSeconds * NS_PER_SECOND, () => {
        this.starting--;
        setServers(i, true);
        pool.set(i, true);
      });
    }
  }

  private remove(step: number): void {
    const { pool, leaving } = this;
    this.low = 0;
    for (let i = pool.instances - 1, left = step; i >= 0 && left > 0 && pool.count > this.least; i--) {
      if (!pool.serves(i)) continue;
      left--;
      pool.set(i, false);
      leaving.add(i);
    }
  }
}

/** Plans a deployment that begins now. */
function deploy(
  run: ControlContext,
  { strategy, batch, secondsPerInstance, drainSeconds }: Deployment,
  pool: InstancePool,
  instances: number,
  { setServers, restarted }: Hands & { restarted(instance: number): void },
): void {
  const at = (seconds: number, act: () => void): void => run.after(seconds * NS_PER_SECOND, act);
  if (strategy === 'blue-green') {
    at(secondsPerInstance, () => {
      for (let i = 0; i < instances; i++) restarted(i);
    });
    return;
  }
  for (
    let first = 0, start = 0;
    first < instances;
    first += batch, start += drainSeconds + secondsPerInstance
  )
    for (let i = first; i < Math.min(first + batch, instances); i++) {
      at(start, () => pool.set(i, false));
      at(start + drainSeconds, () => setServers(i, false));
      at(start + drainSeconds + secondsPerInstance, () => {
        restarted(i);
        setServers(i, true);
        pool.set(i, true);
      });
    }
}
