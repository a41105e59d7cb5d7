import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Neighbour, NodeContext } from './component.ts';

/** What pushes in chunks needs to know of its frame: where it keeps the chunk's size, and whose frame it is. */
export interface ChunkRegisters {
  /** Followers still to be pushed to. */
  readonly remaining: number;
  /** Set to the size of the chunk; in a shard's branch, to the shard's part of it. */
  readonly chunk: number;
  /** The worker, which has one chunk in hand. */
  readonly worker: number;
}

/**
 * One chunk of pushes, sorted by shard: every shard gets its followers' commands in one pipeline, one
 * shard after the other or all at once. `pushed` is told how many commands were answered.
 */
export function shardPipelines(
  node: NodeContext<ConfigOf<'FanoutWorker'>>,
  cache: Neighbour,
  registers: ChunkRegisters,
  pushed: (run: NativeContext, frame: number, commands: number) => void,
): (p: ProcedureBuilder) => void {
  const { chunkSize, pageSize, shardPipelines: mode } = node.config;
  const { shards } = cache.node.config as ConfigOf<'FeedCache'>;
  const followerStream = streamHash(`${node.id}.follower-shard`);

  /** Commands by worker and shard, of the chunk that the worker has in hand. */
  const commandsOf = (run: NativeContext, worker: number): Int32Array => {
    const all = run.state(`${node.id}/chunks/${shards}`, () => new Map<number, Int32Array>());
    let commands = all.get(worker);
    if (commands === undefined) all.set(worker, (commands = new Int32Array(shards)));
    return commands;
  };
  const sortChunk = node.native('sort-chunk', (run) => (frame) => {
    const remaining = run.register(frame, registers.remaining);
    const inPage = remaining % pageSize;
    const size = Math.min(chunkSize, inPage === 0 ? pageSize : inPage);
    const commands = commandsOf(run, run.register(frame, registers.worker)).fill(0);
    for (let i = 0; i < size; i++)
      commands[Math.floor((run.draw(frame, followerStream, i) / 2 ** 32) * shards)]! += 1;
    return size;
  });
  const commandsFor = (shard: number): NativeRef =>
    node.native(
      `commands-for-${shard}`,
      (run) => (frame) => commandsOf(run, run.register(frame, registers.worker))[shard]!,
    );
  const count = node.native('pushed-chunk', (run) => (frame) => {
    pushed(run, frame, run.register(frame, registers.chunk));
    return 0;
  });
  const branch = (shard: number) => {
    const commands = commandsFor(shard);
    return (p: ProcedureBuilder): void => {
      p.native(commands, { into: registers.chunk, shared: false });
      p.switch(registers.chunk, [
        () => {},
        (some) =>
          some
            .call(cache.edge, 'push-batch', { at: { by: 'fixed', index: shard }, pass: registers.chunk })
            .native(count),
      ]);
    };
  };
  return (p) => {
    p.native(sortChunk, { into: registers.chunk, shared: false });
    const branches = Array.from({ length: shards }, (_, shard) => branch(shard));
    if (mode === 'parallel') p.parallel(branches, 'shards');
    // A branch of its own for each shard keeps the chunk's size in the frame's register.
    else for (const one of branches) p.parallel([one], 'shard');
  };
}
