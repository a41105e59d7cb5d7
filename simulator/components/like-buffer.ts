import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { NodeContext } from './component.ts';
import { SLOTS, shardOfSlot } from './feed-users.ts';
import { oneOf, targetsThatOffer } from './request-routing.ts';

/** More than a service can have. */
const MAXIMUM_INSTANCES = 2 ** 20;
/** Register of the instance. */
const INSTANCE = 0;
/** Register of the number of the post whose likes are collected. */
const POST = 1;
/** Register of the shard of its counter, then of whether this like is to flush it. */
const PLACE = 2;

/**
 * Collects the likes of a post that many like, in a Redis key or in the memory of each instance, and
 * writes them to the database as one update. The first like after a flush starts the clock of the next
 * one. A flush that fails leaves its likes to the next.
 */
export function bufferLike(
  p: ProcedureBuilder,
  node: NodeContext<ConfigOf<'UploadService'>>,
  write: (p: ProcedureBuilder) => void,
): void {
  const { likeBuffer, likeFlushMs } = node.config;
  /** What one flush empties: the key of the post, or an instance's part of it. */
  const bufferOf = (run: NativeContext, frame: number): number =>
    run.register(frame, POST) * MAXIMUM_INSTANCES +
    (likeBuffer === 'redis' ? 0 : run.register(frame, INSTANCE));
  const pendingIn = (run: NativeContext): Set<number> =>
    run.state(`${node.id}/pending-flushes`, () => new Set<number>());
  const flushIsDue = node.native('flush-is-due', (run) => {
    const pending = pendingIn(run);
    return (frame) => {
      const buffer = bufferOf(run, frame);
      if (pending.has(buffer)) return 0;
      pending.add(buffer);
      return 1;
    };
  });
  const empty = node.native('empty', (run) => {
    const pending = pendingIn(run);
    return (frame) => {
      pending.delete(bufferOf(run, frame));
      return 0;
    };
  });
  if (likeBuffer === 'redis') increment(p, node);
  p.native(flushIsDue, { into: PLACE }).switch(PLACE, [
    () => {},
    (q) =>
      q.detach((later) => {
        later.delay({ distribution: 'constant', ms: likeFlushMs }, 'service', 'flush').native(empty);
        write(later);
      }),
  ]);
}

/** Adds one to the post's key, on the one shard that has it. */
function increment(p: ProcedureBuilder, node: NodeContext<ConfigOf<'UploadService'>>): void {
  oneOf(p, targetsThatOffer(node, 'write-key'), (way, { edge, node: cache }) => {
    const { shards } = cache.config as ConfigOf<'FeedCache'>;
    const shard = node.native('like-shard', (run) => (frame) => shardOf(run.register(frame, POST), shards));
    way.native(shard, { into: PLACE, shared: false }).call(edge, 'write-key', { pass: PLACE });
  });
}

/** The shard of `likes:{post}`, by a hash of the post to a slot. */
const shardOf = (post: number, shards: number): number =>
  shardOfSlot(Math.floor((drawUint32(post, 0, streamHash('likes'), 0) / 2 ** 32) * SLOTS), shards);
