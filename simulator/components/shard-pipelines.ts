import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Neighbour, NodeContext } from './component.ts';
import { followerOf, isKeyed } from './feed-keys.ts';
import { FeedUsers, feedSlot, shardOfSlot } from './feed-users.ts';
import { pauseBeforeAgain } from './message-work.ts';
import { pushBatches } from './push-batches.ts';

/** What pushes in chunks needs to know of its frame: where it keeps the chunk's size, and whose frame it is. */
export interface ChunkRegisters {
  /** Followers still to be pushed to. In a shard's branch, which has registers of its own: counts attempts. */
  readonly remaining: number;
  /** Set to the size of the chunk; in a shard's branch, to the number of its batch. */
  readonly chunk: number;
  /** The worker, which has one chunk in hand. */
  readonly worker: number;
}

const untilItIsDone = 2 ** 30;

/**
 * One chunk of pushes, sorted by shard: every shard gets its followers' commands in one pipeline, one
 * shard after the other or all at once. A shard that does not answer is asked again until it does, and
 * the worker waits. `pushed` is told how many commands were answered.
 */
export function shardPipelines(
  node: NodeContext<ConfigOf<'FanoutWorker'>>,
  cache: Neighbour,
  registers: ChunkRegisters,
  pushed: (run: NativeContext) => (frame: number, commands: number) => void,
): (p: ProcedureBuilder) => void {
  const { chunkSize, pageSize, shardPipelines: mode } = node.config;
  const { shards } = cache.node.config as ConfigOf<'FeedCache'>;
  const keyed = isKeyed(cache.node, node);
  const shardStream = streamHash(`${node.id}.follower-shard`);

  /** Numbers of batches by worker and shard, of the chunk that the worker has in hand; 0: nothing for the shard. */
  const batchesOf = (run: NativeContext, worker: number): Int32Array => {
    const all = run.state(`${node.id}/chunks/${shards}`, () => new Map<number, Int32Array>());
    let batches = all.get(worker);
    if (batches === undefined) all.set(worker, (batches = new Int32Array(shards)));
    return batches;
  };
  const sortChunk = node.native('sort-chunk', (run) => {
    const follower = keyed ? followerOf(run, node, cache) : null;
    return (frame) => {
      const remaining = run.register(frame, registers.remaining);
      const inPage = remaining % pageSize;
      const size = Math.min(chunkSize, inPage === 0 ? pageSize : inPage);
      const users = Array.from({ length: shards }, (): number[] => []);
      for (let i = 0; i < size; i++)
        if (follower === null) {
          const shard = Math.floor((run.draw(frame, shardStream, i) / 2 ** 32) * shards);
          users[shard]!.push(0);
        } else {
          const user = follower(frame, remaining - i);
          users[shardOfSlot(feedSlot(FeedUsers.indexOf(user)), shards)]!.push(user);
        }
      const known = pushBatches(run, cache.node.id);
      const batches = batchesOf(run, run.register(frame, registers.worker));
      users.forEach((those, shard) => {
        const batch = { size: those.length, users: follower === null ? null : those };
        batches[shard] = those.length === 0 ? 0 : known.add(batch);
      });
      return size;
    };
  });
  const batchFor = (shard: number): NativeRef =>
    node.native(
      `batch-for-${shard}`,
      (run) => (frame) => batchesOf(run, run.register(frame, registers.worker))[shard]!,
    );
  const answered = node.native('answered', (run) => {
    const known = pushBatches(run, cache.node.id);
    const count = pushed(run);
    return (frame) => {
      const batch = run.register(frame, registers.chunk);
      count(frame, known.get(batch)!.size);
      known.delete(batch);
      return 0;
    };
  });
  const pushTo = (shard: number) => (p: ProcedureBuilder) => {
    p.set(registers.remaining, untilItIsDone);
    p.repeat(registers.remaining, (again) =>
      again.attempt(
        (attempt) =>
          attempt
            .call(cache.edge, 'push-batch', { at: { by: 'fixed', index: shard }, pass: registers.chunk })
            .set(registers.remaining, 1),
        (failed) => failed.delay(pauseBeforeAgain, 'retry', 'pause').reenter(`shard-${shard}`),
      ),
    );
    p.native(answered);
  };
  const branch = (shard: number) => {
    const batch = batchFor(shard);
    return (p: ProcedureBuilder): void => {
      p.native(batch, { into: registers.chunk, shared: false });
      p.switch(registers.chunk, [() => {}, pushTo(shard)]);
    };
  };
  return (p) => {
    p.native(sortChunk, { into: registers.chunk, shared: false });
    const branches = Array.from({ length: shards }, (_, shard) => branch(shard));
    if (mode === 'parallel') p.parallel(branches, 'shards');
    // A branch of its own for each shard: it has registers of its own.
    else for (const one of branches) p.parallel([one], 'shard');
  };
}
