import type { ConfigOf, TimelineEntry, TimelineEntryOf } from '../../scenarios/index.ts';
import type { NativeContext } from '../engine/native.ts';
import { ZONES } from '../faults/active-fault.ts';
import type { EventEffect, NodeContext } from './component.ts';
import { promotionSeconds } from './redis-failover.ts';

type Config = ConfigOf<'FeedCache'>;
type Loss = TimelineEntryOf<'redis-node-loss'> | TimelineEntryOf<'zone-loss'>;

/** Does the entry take primaries of this cache away? */
export function takesShards(entry: TimelineEntry, id: string): entry is Loss {
  return entry.kind === 'zone-loss' || (entry.kind === 'redis-node-loss' && entry.target === id);
}

/** Longer than any run, s. */
const FOR_EVER = 1e6;

/**
 * Component.transitions: nothing changes after the start of a loss, which acts on the state of the run, but
 * from then on requests say whose feed they are about: what an emptied shard finds depends on it to the end.
 */
export function fromLossOn(entry: TimelineEntry, { id }: { readonly id: string }): readonly number[] {
  return takesShards(entry, id) ? [FOR_EVER] : [];
}

/** The shards whose primaries an entry takes. Shard i lies in zone i mod 3, its replica in the next one. */
function shardsOf(entry: Loss, { shards }: Config): readonly number[] {
  if (entry.kind === 'redis-node-loss') return entry.node < shards ? [entry.node] : [];
  return Array.from({ length: shards }, (_, shard) => shard).filter((shard) => shard % ZONES === entry.zone);
}

/** Seconds after the loss at which replicas take over; Infinity: none does. */
function takeOverSeconds(entry: Loss, config: Config): number {
  if (entry.kind === 'redis-node-loss' && entry.replica === 'none') return Infinity;
  const nodeTimeoutSeconds = config.clusterNodeTimeoutMs / 1000;
  // Nobody takes over within the time-out: no need to play through how much later it would have been.
  if (entry.durationSeconds !== null && entry.durationSeconds <= nodeTimeoutSeconds) return Infinity;
  return promotionSeconds({
    nodeTimeoutSeconds,
    primaries: config.shards,
    lost: shardsOf(entry, config).length,
  });
}

/** How often each shard of a cache is lost now, in a run. Frames that were under way see it too. */
export function lostShards(run: NativeContext, node: NodeContext<Config>): Int32Array {
  return run.state(`${node.id}/lost-shards`, () => new Int32Array(node.config.shards));
}

/**
 * What a loss does: the shards refuse their commands until the replicas are promoted, or the nodes come
 * back. Nothing is written to disk: a node that comes back before its replica was promoted is an empty
 * primary, and the replica copies that.
 */
export function shardLoss(
  entry: TimelineEntry,
  node: NodeContext<Config>,
  forget: (run: NativeContext, shard: number) => void,
): EventEffect | null {
  if (!takesShards(entry, node.id)) return null;
  const shards = shardsOf(entry, node.config);
  const takeOver = takeOverSeconds(entry, node.config);
  const isBackFirst = (entry.durationSeconds ?? Infinity) <= takeOver;
  const serveAgain = (run: NativeContext): void => {
    for (const shard of shards) lostShards(run, node)[shard]! -= 1;
  };
  const forgetAll = (run: NativeContext): void => {
    for (const shard of shards) forget(run, shard);
  };
  return {
    effect: 'call',
    begin: (run) => {
      for (const shard of shards) lostShards(run, node)[shard]! += 1;
      if (entry.kind === 'redis-node-loss' && entry.replica === 'empty') forgetAll(run);
      if (takeOver < (entry.durationSeconds ?? Infinity))
        run.after(Math.round(takeOver * 1e9), () => serveAgain(run));
    },
    end: (run) => {
      if (!isBackFirst) return;
      serveAgain(run);
      forgetAll(run);
    },
  };
}
