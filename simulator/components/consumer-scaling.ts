import type { ConfigOf, TimelineEntry, TimelineEntryOf } from '../../scenarios/index.ts';
import type { ControlContext, NativeContext } from '../engine/native.ts';
import { ZONES } from '../faults/active-fault.ts';
import type { Behaviour, EventEffect, NodeContext } from './component.ts';
import { ConsumerGroup } from './consumer-group.ts';

type ConsumerConfig = ConfigOf<'ImageWorker'> | ConfigOf<'FanoutWorker'>;

/** How often the autoscaler looks, and over how long it takes the highest wish before it scales in, s. */
const scalingPeriodSeconds = 15;
const stabilisationSeconds = 300;

/** The group of a node's workers in a run. */
export const consumerGroup = (
  node: NodeContext<ConsumerConfig>,
  run: NativeContext,
  log: number,
  partitions: number,
): ConsumerGroup => run.state(`${node.id}/group`, () => new ConsumerGroup(run, log, partitions, node.config));

/** What happens to the group of a node's workers: crashes, deployments, scaling. */
export function groupOf(
  node: NodeContext<ConsumerConfig>,
  { log, partitions }: { readonly log: number; readonly partitions: number },
): Pick<Behaviour, 'onEvent'> {
  const { config } = node;
  const scaled = config.scaleOnLagSeconds !== null;
  const group = (run: NativeContext): ConsumerGroup => consumerGroup(node, run, log, partitions);

  if (scaled)
    node.every(scalingPeriodSeconds, 'scaling', (run) => {
      const scaling = run.state(`${node.id}/scaling`, () => new Scaling(config, partitions));
      return () => scaling.look(run, log, (workers) => group(run).resize(workers));
    });

  /** Workers that an event stops, until it ends or the autoscaler has replaced them. */
  const lose = (entry: TimelineEntry, chosen: (members: number[]) => number[]): EventEffect => {
    const lost = (run: NativeContext): number[] => run.state(`${node.id}/lost/${entry.id}`, () => []);
    return {
      effect: 'call',
      begin: (run) => {
        const workers = chosen(group(run).members());
        lost(run).push(...workers);
        group(run).crash(workers);
        if (scaled) run.after(config.workerStartSeconds * 1e9, () => group(run).join(workers));
      },
      end: (run) => group(run).join(lost(run)),
    };
  };
  return {
    onEvent: (entry) => {
      if (entry.kind === 'workers-crash' && entry.target === node.id)
        return lose(entry, (members) => members.slice(0, entry.workers ?? Infinity));
      if (entry.kind === 'zone-loss')
        return lose(entry, (members) => members.filter((worker) => worker % ZONES === entry.zone));
      if (entry.kind === 'deploy' && entry.target === node.id)
        return { effect: 'call', begin: (run) => deploy(run, group(run), entry), end: () => {} };
      return null;
    },
  };
}

/** Replaces all members: a batch after the other, or all at once by a second set that stands ready. */
function deploy(run: NativeContext, group: ConsumerGroup, entry: TimelineEntryOf<'deploy'>): void {
  const members = group.members();
  const drainNs = entry.drainSeconds * 1e9;
  const startNs = entry.secondsPerInstance * 1e9;
  if (entry.strategy === 'blue-green') {
    run.after(startNs, () => {
      group.leave(members);
      group.join(members);
    });
    return;
  }
  const replace = (first: number): void => {
    const batch = members.slice(first, first + entry.batch);
    if (batch.length === 0) return;
    group.drain(batch);
    run.after(drainNs, () => group.leave(batch));
    run.after(drainNs + startNs, () => {
      group.join(batch);
      replace(first + entry.batch);
    });
  };
  replace(0);
}

/**
 * Workers by the age of the oldest message, as the horizontal autoscaler of Kubernetes reckons: workers x
 * metric / target, rounded up; fewer only when that was enough for the last five minutes. Between the
 * configured number and the most that is allowed.
 */
class Scaling {
  private readonly wishes: { atNs: number; workers: number }[] = [];
  /** Workers that run, and those that are asked for and start. */
  private wanted: number;

  constructor(
    private readonly config: ConsumerConfig,
    private readonly partitions: number,
  ) {
    this.wanted = config.workers;
  }

  look(run: ControlContext, log: number, resize: (workers: number) => void): void {
    const { workers, scaleOnLagSeconds, maximumWorkers, workerStartSeconds } = this.config;
    const now = run.now();
    const there = run.consumers.count(log);
    const most = Math.max(workers, maximumWorkers ?? this.partitions);
    const wish = Math.ceil((there * run.lagSeconds(log)) / scaleOnLagSeconds!);
    this.wishes.push({ atNs: now, workers: Math.min(most, Math.max(workers, wish)) });
    while (this.wishes[0]!.atNs < now - stabilisationSeconds * 1e9) this.wishes.shift();
    const target = Math.max(...this.wishes.map((w) => w.workers));
    if (target > this.wanted) {
      this.wanted = target;
      run.after(workerStartSeconds * 1e9, () => {
        if (target > run.consumers.count(log)) resize(target);
      });
    } else if (target < this.wanted && this.wanted === there) {
      this.wanted = target;
      resize(target);
    }
  }
}
