import type { Cassandra, Log, Statement } from '../platform/index.ts';

const announce: Statement = {
  name: 'announce-relay',
  cql: "INSERT INTO relays (kind, instance) VALUES ('relay', ?) USING TTL 5",
  consistency: 'quorum',
  kind: 'idempotent',
};
const list: Statement = {
  name: 'list-relays',
  cql: "SELECT instance FROM relays WHERE kind = 'relay'",
  consistency: 'quorum',
  kind: 'idempotent',
};
const leave: Statement = {
  name: 'leave-relays',
  cql: "DELETE FROM relays WHERE kind = 'relay' AND instance = ?",
  consistency: 'quorum',
  kind: 'idempotent',
};

/** Which relays share the work. */
export interface Presence {
  /** Says that this relay is alive, and learns of the others. Keeps what it knew when nobody answers. */
  refresh(): Promise<void>;
  /** Whether a bucket of the outbox is this relay's. */
  isMine(bucket: number): boolean;
  leave(): Promise<void>;
}

/**
 * Relays announce themselves in a row that lives for five seconds, and divide the buckets among those
 * they see. Nobody decides: two that see different lists publish a post twice or a few seconds later,
 * and neither does harm.
 */
export function createPresence(cassandra: Cassandra, instance: string, log: Log): Presence {
  let alive: readonly string[] = [instance];
  return {
    async refresh() {
      try {
        await cassandra.execute(announce, [instance]);
        const { rows } = await cassandra.execute(list, []);
        const seen = rows.map((row) => row['instance'] as string);
        alive = [...new Set([...seen, instance])].sort();
      } catch (error) {
        log.warn({ err: error }, 'The other relays are not known');
      }
    },
    isMine: (bucket) => alive[bucket % alive.length] === instance,
    async leave() {
      await cassandra.execute(leave, [instance]);
    },
  };
}
