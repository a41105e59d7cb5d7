import type { Cluster, Redis } from 'ioredis';
import { slotOf, type Cassandra, type Log, type Statement } from '../platform/index.ts';

/**
 * What happens to pushes that no replica has acknowledged.
 *
 * While the replica of a shard answers, a push counts when the replica has it: a promotion then loses nothing,
 * and the promoted feeds stay warm. When it does not (the usual state after a promotion, until the old primary
 * is back), waiting for it would stop all fan-out for a shard that works. So the pushes count, and the primary
 * is noted in the post database first. When another node serves its slots later, that node may be a replica
 * that has been away and has old feeds: they are dropped, and readers rebuild them. The note goes when a
 * replica has acknowledged a later write, because it then has all earlier ones.
 */
export interface Unreplicated {
  /** How long a pipeline may wait for the shard's replica, ms: not again and again for one that is away. */
  waitMs(shard: string): number;
  /**
   * @param key any key of the shard
   * @param replicas that acknowledged all writes that were sent before
   * @param sentAtMs when the first of them was sent, ms since 1970
   * @throws Error when the note cannot be written: the pushes do not count then
   */
  acknowledged(shard: string, key: string, replicas: number, sentAtMs: number): Promise<void>;
  /** Drops the feeds of shards that were noted and have been taken over. To be called every now and then. */
  repair(): Promise<void>;
}

/** For a replica that answers: it may be busy. For one that was away a moment ago: it may be back. */
const replicaMs = { present: 1000, away: 10 };

const insert: Statement = {
  name: 'note-unreplicated',
  cql: 'INSERT INTO unreplicated_shards (kind, primary_address, slot) VALUES (?, ?, ?)',
  consistency: 'quorum',
  kind: 'idempotent',
};
const remove: Statement = {
  name: 'forget-unreplicated',
  cql: 'DELETE FROM unreplicated_shards WHERE kind = ? AND primary_address = ?',
  consistency: 'quorum',
  kind: 'idempotent',
};
const list: Statement = {
  name: 'list-unreplicated',
  cql: 'SELECT primary_address, slot FROM unreplicated_shards WHERE kind = ?',
  consistency: 'quorum',
  kind: 'idempotent',
};
/** One partition: there are never more rows than shards. */
const kind = 'feeds';

/** @param now ms since 1970 */
export function createUnreplicated(
  cluster: Cluster,
  cassandra: Cassandra,
  log: Log,
  now: () => number,
): Unreplicated {
  /** Shards with a note, as far as this process knows: only they are forgotten, or each push would write. */
  const noted = new Set<string>();

  /** Only notes from before: another process may have noted the shard anew since. */
  const forget = async (shard: string, beforeMs: number) => {
    await cassandra.execute(remove, [kind, shard], { timestampUs: beforeMs * 1000 });
    noted.delete(shard);
  };

  return {
    waitMs: (shard) => (noted.has(shard) ? replicaMs.away : replicaMs.present),

    async acknowledged(shard, key, replicas, sentAtMs) {
      if (replicas > 0) {
        if (noted.has(shard)) await forget(shard, sentAtMs);
        return;
      }
      await cassandra.execute(insert, [kind, shard, slotOf(key)], { timestampUs: now() * 1000 });
      if (!noted.has(shard))
        log.warn(
          { shard },
          'No replica of a shard answers: its feeds will be dropped when another node takes over',
        );
      noted.add(shard);
    },

    async repair() {
      const startedMs = now();
      const { rows } = await cassandra.execute(list, [kind]);
      for (const row of rows) {
        const shard = row['primary_address'] as string;
        const successor = cluster.slots[row['slot'] as number]?.[0];
        noted.add(shard);
        if (successor === undefined || successor === shard) continue;
        const node = cluster
          .nodes('master')
          .find(({ options }) => `${options.host}:${options.port}` === successor);
        if (node === undefined) continue;
        const dropped = await dropFeeds(node);
        await forget(shard, startedMs);
        log.warn({ shard, successor, dropped }, 'Dropped the feeds of a shard that was promoted');
      }
    },
  };
}

/** @returns feeds dropped */
async function dropFeeds(node: Redis): Promise<number> {
  let dropped = 0;
  for await (const keys of node.scanStream({ match: 'feed:*', count: 1000 }) as AsyncIterable<string[]>) {
    if (keys.length === 0) continue;
    const pipeline = node.pipeline();
    for (const key of keys) pipeline.unlink(key);
    for (const [error] of (await pipeline.exec())!) if (error) throw error;
    dropped += keys.length;
  }
  return dropped;
}
