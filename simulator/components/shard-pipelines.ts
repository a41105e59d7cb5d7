import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Neighbour, NodeContext } from './component.ts';
import { followerOf, isKeyed } from './feed-keys.ts';
import { reshardingOf, type Route } from './feed-resharding.ts';
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
  const config = cache.node.config as ConfigOf<'FeedCache'>;
  const { shards } = config;
  const resharding = reshardingOf({ id: cache.node.id, config }, node.timeline);
  const added = resharding?.added ?? 0;
  const keyed = isKeyed(cache.node, node);
  const shardStream = streamHash(`${node.id}.follower-shard`);

  /**
   * Numbers of batches by worker, of the chunk that it has in hand: by shard, those that join at the end,
   * and behind these by joining shard what is sent again after a redirection. 0: there is no such batch.
   */
  const batchesOf = (run: NativeContext, worker: number): Int32Array => {
    const all = run.state(`${node.id}/chunks/${shards}/${added}`, () => new Map<number, Int32Array>());
    let batches = all.get(worker);
    if (batches === undefined) all.set(worker, (batches = new Int32Array(shards + 2 * added)));
    return batches;
  };
  /** Does the worker know that a slot has moved? It does from then on. */
  const slotsKnown = (run: NativeContext, worker: number): ((slot: number) => boolean) => {
    const all = run.state(`${node.id}/moved-slots`, () => new Map<number, Set<number>>());
    const known = all.get(worker) ?? new Set<number>();
    all.set(worker, known);
    return (slot) => known.has(slot) || !known.add(slot);
  };
  const sortChunk = node.native('sort-chunk', (run) => {
    const follower = keyed ? followerOf(run, node, cache) : null;
    const way: Route = { owner: 0, redirectedBy: -1 };
    return (frame) => {
      const remaining = run.register(frame, registers.remaining);
      const worker = run.register(frame, registers.worker);
      const inPage = remaining % pageSize;
      const size = Math.min(chunkSize, inPage === 0 ? pageSize : inPage);
      const users = Array.from({ length: shards + 2 * added }, (): number[] => []);
      const redirected = new Int32Array(shards + 2 * added);
      const known = slotsKnown(run, worker);
      for (let i = 0; i < size; i++) {
        if (follower === null) {
          users[Math.floor((run.draw(frame, shardStream, i) / 2 ** 32) * shards)]!.push(0);
          continue;
        }
        const user = follower(frame, remaining - i);
        const slot = feedSlot(FeedUsers.indexOf(user));
        if (resharding === null) {
          users[shardOfSlot(slot, shards)]!.push(user);
          continue;
        }
        resharding.route(slot, shards, user, run.time(frame), known, way);
        if (way.redirectedBy >= 0) redirected[way.redirectedBy]! += 1;
        users[way.redirectedBy < 0 ? way.owner : way.owner + added]!.push(user);
      }
      const batchNumbers = pushBatches(run, cache.node.id);
      const batches = batchesOf(run, worker);
      users.forEach((those, shard) => {
        const batch = {
          size: those.length + redirected[shard]!,
          redirected: redirected[shard]!,
          users: follower === null ? null : those,
        };
        batches[shard] = batch.size === 0 ? 0 : batchNumbers.add(batch);
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
      const { size, redirected } = known.get(batch)!;
      count(frame, size - redirected);
      known.delete(batch);
      return 0;
    };
  });
  const pushTo = (shard: number) => (p: ProcedureBuilder) => {
    const [operation, index] =
      shard < shards ? ['push-batch', shard] : ['push-batch-added', (shard - shards) % added];
    p.set(registers.remaining, untilItIsDone);
    p.repeat(registers.remaining, (again) =>
      again.attempt(
        (attempt) =>
          attempt
            .call(cache.edge, operation, { at: { by: 'fixed', index }, pass: registers.chunk })
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
    const send = (from: number, count: number, name: string): void => {
      const branches = Array.from({ length: count }, (_, i) => branch(from + i));
      if (mode === 'parallel') p.parallel(branches, name);
      // A branch of its own for each shard: it has registers of its own.
      else for (const one of branches) p.parallel([one], 'shard');
    };
    send(0, shards + added, 'shards');
    if (added > 0) send(shards + added, added, 'redirected');
  };
}
