import type { ConfigOf } from '../../scenarios/index.ts';
import type { NativeRef } from '../compile/procedure.ts';
import type { NodeContext } from './component.ts';
import { topicLog } from './message-work.ts';

/** How often FeedService looks at the lag of the fan-out, s. */
const PERIOD_SECONDS = 1;

/**
 * Pull-only mode: on while the oldest post that waits for its fan-out is older than
 * `pullOnLagSeconds`. `isOn` gives 1 or 0, `reads` counts the feeds that were rebuilt for it. Null:
 * the service has no such mode, or the design has no fan-out that could lag.
 */
export function pullOnlyMode(
  node: NodeContext<ConfigOf<'FeedService'>>,
): { readonly isOn: NativeRef; readonly reads: number } | null {
  const { pullOnLagSeconds } = node.config;
  const { nodes, edges } = node.design;
  const fanouts = edges.filter(({ source, target }) => {
    const kindOf = (id: string): string | undefined => nodes.find((other) => other.id === id)?.kind;
    return kindOf(source) === 'UploadStream' && kindOf(target) === 'FanoutWorker';
  });
  if (pullOnLagSeconds === null || fanouts.length === 0) return null;
  node.every(PERIOD_SECONDS, 'pull-only', (run) => {
    const state = run.state(`${node.id}/pull-only`, () => ({ on: 0 }));
    return () => {
      const lags = fanouts.map(({ source, target }) =>
        run.lagSeconds(node.findLog(topicLog, source, target)),
      );
      state.on = Math.max(...lags) > pullOnLagSeconds ? 1 : 0;
    };
  });
  return {
    isOn: node.native('pull-only', (run) => {
      const state = run.state(`${node.id}/pull-only`, () => ({ on: 0 }));
      return () => state.on;
    }),
    reads: node.counter('pullOnlyReadsPerSecond', 'perSecond'),
  };
}
