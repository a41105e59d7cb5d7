import { originalKey, topics, type PostCreated, type UploadComplete } from '../../contract/index.ts';
import type { Cassandra, Statement } from './cassandra.ts';
import { outboxTimestampUs, type OutboxRow } from './posts.ts';
import type { StreamProducer } from './stream/index.ts';
import type { TraceContext } from './trace.ts';

const followerCount: Statement = {
  name: 'select-follower-count',
  cql: 'SELECT follower_count FROM users WHERE user_id = ?',
  consistency: 'one',
  kind: 'idempotent',
};
const deleteRow: Statement = {
  name: 'delete-outbox',
  cql: 'DELETE FROM outbox WHERE bucket = ? AND at = ? AND post_id = ?',
  consistency: 'quorum',
  kind: 'idempotent',
};

/**
 * Tells the workers of a post whose rows are durable, and takes it out of the outbox when both messages
 * are in Kafka. Whoever dies in between leaves the row, and somebody does all of it again: workers tell
 * duplicates by the ids.
 *
 * @throws Error of a store, or StreamBusy; the row is still there then
 */
export async function publishPost(
  { cassandra, producer }: { readonly cassandra: Cassandra; readonly producer: StreamProducer },
  row: OutboxRow,
  trace: TraceContext,
): Promise<void> {
  const { postId, authorId, createdAtMs, fileType } = row;
  const { rows } = await cassandra.execute(followerCount, [authorId]);
  const photo: UploadComplete = {
    mediaId: postId,
    s3Key: originalKey(authorId, postId),
    fileType,
    postId,
    authorId,
    createdAtMs,
  };
  const post: PostCreated = {
    postId,
    authorId,
    followerCount: (rows[0]?.['follower_count'] as number | undefined) ?? 0,
    createdAtMs,
  };
  await Promise.all([
    producer.send({ topic: topics.uploadComplete, key: postId, value: photo, trace }),
    producer.send({ topic: topics.postCreated, key: authorId, value: post, trace }),
  ]);
  await cassandra.execute(deleteRow, [row.bucket, new Date(row.atMs), postId], {
    timestampUs: outboxTimestampUs(row.atMs, 'delete'),
  });
}
