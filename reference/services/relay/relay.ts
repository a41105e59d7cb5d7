import pLimit from 'p-limit';
import { Gauge } from 'prom-client';
import {
  continueTrace,
  outboxBuckets,
  publishPost,
  writePost,
  type Cassandra,
  type Log,
  type OutboxRow,
  type Statement,
  type StreamProducer,
  type Telemetry,
} from '../platform/index.ts';
import type { Presence } from './presence.ts';

const readBucket: Statement = {
  name: 'select-outbox',
  cql:
    'SELECT at, post_id, author_id, created_at, caption, file_type FROM outbox' +
    ' WHERE bucket = ? AND at > ? AND at <= ? LIMIT 200',
  consistency: 'quorum',
  kind: 'idempotent',
};

/** Younger rows are left to the upload service, which publishes at once when all is well, ms. */
const graceMs = 2000;
/**
 * How far behind the clock a pass begins that looks only at what is new, ms: a row's time was taken before
 * it was written, by another clock.
 */
const overlapMs = 60_000;
/** A pass over everything, also over what overtook the others by hours, this often, ms. */
const fullPassMs = 60_000;
/** Posts that are worked on at a time. */
const parallel = 16;

export interface RelayOptions {
  readonly cassandra: Cassandra;
  readonly producer: StreamProducer;
  readonly presence: Pick<Presence, 'isMine'>;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
}

/** Finishes what an upload service could not. */
export interface Relay {
  /**
   * Looks through the buckets that are ours once: every row older than the grace is completed in the
   * post tables, published and deleted; what fails stays for the next pass.
   */
  pass(): Promise<void>;
}

/**
 * The relay of the transactional outbox. It keeps nothing but a memory of how far a bucket was empty,
 * so that it does not read over the tombstones again: killed at any point, it or another begins anew.
 */
export function createRelay(options: RelayOptions): Relay {
  const { cassandra, producer, presence, log, telemetry, nowMs } = options;
  const limit = pLimit(parallel);
  /** By bucket: nothing older than this was left when it was last looked at, ms. */
  const emptyUntilMs = new Map<number, number>();
  let lastFullPassMs = -Infinity;
  const waiting = new Gauge({
    name: 'fanout_lab_outbox_rows',
    help: 'Rows of the outbox that the last pass of this relay could not publish',
    registers: [telemetry.registry],
  });
  const oldest = new Gauge({
    name: 'fanout_lab_outbox_oldest_seconds',
    help: 'Age of the oldest row that the last pass of this relay could not publish',
    registers: [telemetry.registry],
  });

  /** @returns rows that are left, oldest first */
  const passBucket = async (bucket: number, startedMs: number): Promise<readonly OutboxRow[]> => {
    const untilMs = startedMs - graceMs;
    const fromMs = emptyUntilMs.get(bucket) ?? 0;
    const { rows } = await cassandra.execute(readBucket, [bucket, new Date(fromMs), new Date(untilMs)]);
    const found = rows.map((row) => readRow(bucket, row));
    const done = await Promise.all(found.map((row) => limit(() => finish(row))));
    const left = found.filter((_, n) => !done[n]);
    // Full of rows that were done, or cut off by the limit: the next pass goes on from the first left one.
    const next = left[0]?.atMs ?? found.at(-1)?.atMs ?? untilMs;
    emptyUntilMs.set(bucket, Math.max(0, Math.min(next - 1, untilMs - overlapMs)));
    return left;
  };

  const finish = async (row: OutboxRow): Promise<boolean> => {
    try {
      await writePost(cassandra, row);
      await publishPost({ cassandra, producer }, row, continueTrace(undefined));
      return true;
    } catch (error) {
      log.warn({ err: error, postId: row.postId }, 'A post stays in the outbox');
      return false;
    }
  };

  return {
    async pass() {
      const startedMs = nowMs();
      if (startedMs - lastFullPassMs >= fullPassMs) {
        emptyUntilMs.clear();
        lastFullPassMs = startedMs;
      }
      const mine = Array.from({ length: outboxBuckets }, (_, bucket) => bucket).filter(presence.isMine);
      const left = (await Promise.all(mine.map((bucket) => passBucket(bucket, startedMs)))).flat();
      waiting.set(left.length);
      oldest.set(left.length === 0 ? 0 : (nowMs() - Math.min(...left.map(({ atMs }) => atMs))) / 1000);
    },
  };
}

function readRow(bucket: number, row: Readonly<Record<string, unknown>>): OutboxRow {
  return {
    bucket,
    atMs: (row['at'] as Date).getTime(),
    postId: row['post_id'] as string,
    authorId: row['author_id'] as string,
    createdAtMs: (row['created_at'] as Date).getTime(),
    caption: row['caption'] as string,
    fileType: row['file_type'] as OutboxRow['fileType'],
  };
}
