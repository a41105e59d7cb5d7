import { policies, types, type Client } from 'cassandra-driver';
import type { Endpoints } from '../../endpoints/index.ts';
import { openClient } from './cassandra-client.ts';
import { clientOptions } from './cassandra.ts';
import { keyspace } from './keyspace.ts';
import { requirePart } from './part.ts';

/** Partitions of the outbox: so many can be worked on at the same time. */
export const outboxBuckets = 16;

/**
 * Every table, by name. Texts are ids as everybody else writes them: no conversion between a row, a key,
 * a message and JSON.
 */
const tables = {
  /** One post by id. `media_state`: see posts.ts. */
  posts: `(post_id text PRIMARY KEY, author_id text, created_at timestamp, caption text, media_state text)`,

  /** The published design's table: what a whale pull reads, newest first. */
  posts_by_author: `(author_id text, created_at timestamp, post_id text, caption text, media_state text,
    PRIMARY KEY ((author_id), created_at, post_id))
    WITH CLUSTERING ORDER BY (created_at DESC, post_id DESC)
    AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}`,

  post_counters: `(post_id text PRIMARY KEY, likes counter, comments counter)`,

  /** Comment ids are of version 7, so this is newest first; a user's id in the key keeps others off it. */
  comments: `(post_id text, comment_id text, user_id text, body text, at timestamp, counted boolean,
    PRIMARY KEY ((post_id), comment_id, user_id))
    WITH CLUSTERING ORDER BY (comment_id DESC, user_id ASC)`,

  users: `(user_id text PRIMARY KEY, follower_count int)`,
  followers: `(author_id text, follower_id text, PRIMARY KEY ((author_id), follower_id))`,
  followees: `(user_id text, author_id text, PRIMARY KEY ((user_id), author_id))`,

  /**
   * What has to be published. A row is deleted when it has been; rows come in order of time, so that the
   * relay's reads begin behind the tombstones. A tombstone that is dropped early brings a row back, which
   * is published once more: harmless, and the reason why ten minutes are enough.
   */
  outbox: `(bucket int, at timestamp, post_id text, author_id text, created_at timestamp, caption text, file_type text,
    PRIMARY KEY ((bucket), at, post_id))
    WITH CLUSTERING ORDER BY (at ASC, post_id ASC)
    AND gc_grace_seconds = 600`,

  /** Primaries of the cache whose pushes no replica has: see fanout/unreplicated.ts. */
  unreplicated_shards: `(kind text, primary_address text, slot int, PRIMARY KEY ((kind), primary_address))
    WITH gc_grace_seconds = 600`,

  /** Relays that are alive: rows live for some seconds. */
  relays: `(kind text, instance text, PRIMARY KEY ((kind), instance))
    WITH gc_grace_seconds = 600`,
} as const;

export type Table = keyof typeof tables;
export const tableNames = Object.keys(tables) as readonly Table[];

/**
 * Creates keyspace and tables where they are missing, and returns when all nodes agree on them.
 *
 * All statements go to one node, and agreement is waited for once: three times as fast as waiting after
 * each, and nodes never see two versions of one table. The cluster has to be complete before.
 *
 * @throws Error of the driver, or when the nodes do not agree within a minute
 */
export async function createSchema(
  endpoints: Endpoints,
  { replicationFactor }: { readonly replicationFactor: number },
): Promise<void> {
  const { options: given } = requirePart(endpoints, 'cassandra');
  const datacenter = (given['datacenter'] ?? 'datacenter1').replaceAll("'", "''");
  const options = clientOptions(endpoints);
  const first = options.contactPoints!.slice(0, 1);
  const client = openClient({
    ...options,
    contactPoints: first,
    isMetadataSyncEnabled: false,
    protocolOptions: { ...options.protocolOptions, maxSchemaAgreementWaitSeconds: 0 },
    socketOptions: { ...options.socketOptions, readTimeout: 30_000 },
    policies: {
      ...options.policies,
      loadBalancing: new policies.loadBalancing.AllowListPolicy(
        new policies.loadBalancing.RoundRobinPolicy(),
        first,
      ),
    },
  });
  const run = (statement: string) =>
    client.execute(statement, [], { prepare: false, consistency: types.consistencies.one });
  try {
    await client.connect();
    await run(
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', '${datacenter}': ${replicationFactor}}`,
    );
    for (const [name, definition] of Object.entries(tables))
      await run(`CREATE TABLE IF NOT EXISTS ${keyspace}.${name} ${definition}`);
    await agreement(client);
  } finally {
    await client.shutdown();
  }
}

async function agreement(client: Client): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const rows = await Promise.all(
      ['local', 'peers'].map((table) =>
        client.execute(`SELECT schema_version FROM system.${table}`, [], { prepare: false }),
      ),
    );
    const versions = new Set(
      rows.flatMap((result) => result.rows.map((row) => String(row['schema_version']))),
    );
    if (versions.size === 1) return;
    if (Date.now() > deadlineMs) throw new Error('The nodes of Cassandra do not agree on the schema.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
