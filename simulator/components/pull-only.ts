import type { ConfigOf } from '../../scenarios/index.ts';
import type { NativeRef } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { NodeContext } from './component.ts';
import { keptPosts, topicLog } from './message-work.ts';

/** How often FeedService looks at the lag of the fan-out and at the outboxes, s. */
const PERIOD_SECONDS = 1;

/** When a FeedService rebuilt every feed, in a run. */
export class PullOnlyTimes {
  /** Instants, ns, at which it began and ended, in turn. */
  private readonly changes: number[] = [];

  get isOn(): boolean {
    return this.changes.length % 2 === 1;
  }

  set(on: boolean, nowNs: number): void {
    if (on !== this.isOn) this.changes.push(nowNs);
  }

  /** The first instant from `fromNs` on at which it was on; Infinity: none so far. */
  firstSince(fromNs: number): number {
    for (let i = 0; i < this.changes.length; i += 2)
      if (fromNs < (this.changes[i + 1] ?? Infinity)) return Math.max(fromNs, this.changes[i]!);
    return Infinity;
  }
}

const pullOnlyTimes = (run: NativeContext, service: string): PullOnlyTimes =>
  run.state(`${service}/pull-only`, () => new PullOnlyTimes());

type ServiceConfig = ConfigOf<'FeedService'>;

const hasMode = ({ pullOnLagSeconds, pullOnOutboxPosts }: ServiceConfig): boolean =>
  pullOnLagSeconds !== null || pullOnOutboxPosts !== null;

/**
 * Pull-only mode: on while the oldest post that waits for its fan-out is older than `pullOnLagSeconds`,
 * or `pullOnOutboxPosts` wait for their publish. `isOn` gives 1 or 0, `reads` counts the feeds that were
 * rebuilt for it. Null: the service has no such mode, or the design has no fan-out that could lag.
 */
export function pullOnlyMode(
  node: NodeContext<ServiceConfig>,
): { readonly isOn: NativeRef; readonly reads: number } | null {
  const { pullOnLagSeconds, pullOnOutboxPosts } = node.config;
  const { nodes, edges } = node.design;
  const fanouts = edges.filter(({ source, target }) => {
    const kindOf = (id: string): string | undefined => nodes.find((other) => other.id === id)?.kind;
    return kindOf(source) === 'UploadStream' && kindOf(target) === 'FanoutWorker';
  });
  if (!hasMode(node.config) || fanouts.length === 0) return null;
  node.every(PERIOD_SECONDS, 'pull-only', (run) => {
    const times = pullOnlyTimes(run, node.id);
    return () => {
      const isDue = fanouts.some(
        ({ source, target }) =>
          run.lagSeconds(node.findLog(topicLog, source, target)) > (pullOnLagSeconds ?? Infinity) ||
          keptPosts(run, source, target).waiting >= (pullOnOutboxPosts ?? Infinity),
      );
      times.set(isDue, run.now());
    };
  });
  return {
    isOn: node.native('pull-only', (run) => {
      const times = pullOnlyTimes(run, node.id);
      return () => (times.isOn ? 1 : 0);
    }),
    reads: node.counter('pullOnlyReadsPerSecond', 'perSecond'),
  };
}

/**
 * When every reader could see a post that was acknowledged at `sinceNs` and waited for its fan-out until
 * `nowNs`: at the latest then, and before when all that read feeds pulled them.
 */
export function visibleSince(
  node: NodeContext,
  run: NativeContext,
): (sinceNs: number, nowNs: number) => number {
  const services = node.design.nodes.filter(({ kind }) => kind === 'FeedService');
  if (services.length === 0 || !services.every(({ config }) => hasMode(config as ServiceConfig)))
    return (_sinceNs, nowNs) => nowNs;
  const modes = services.map(({ id }) => pullOnlyTimes(run, id));
  return (sinceNs, nowNs) => Math.min(nowNs, Math.max(...modes.map((mode) => mode.firstSince(sinceNs))));
}
