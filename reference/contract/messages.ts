import { z } from 'zod';
import { id, postId } from './http.ts';

/** Kafka topics; each has 64 partitions and one more topic for what no consumer can read. */
export const topics = {
  /** Keyed by media id. */
  uploadComplete: 'upload-complete',
  /** Keyed by author id. */
  postCreated: 'post-created',
  /** Keyed by post id; what trending would read. */
  likeEvents: 'like-events',
  /** Messages that no consumer can read, with topic, partition, offset and reason in their headers. */
  deadLetter: 'dead-letter',
} as const;

/** Consumer groups. */
export const groups = { imageWorkers: 'image-workers', fanoutWorkers: 'fanout-workers' } as const;

const timeMs = z.int().min(0);

/** A photo lies in the object store and its post is durable. */
export const uploadComplete = z.strictObject({
  mediaId: postId,
  s3Key: z.string().max(200),
  fileType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
  postId,
  authorId: id,
  createdAtMs: timeMs,
});
export type UploadComplete = z.output<typeof uploadComplete>;

/** A post is durable. */
export const postCreated = z.strictObject({
  postId,
  authorId: id,
  followerCount: z.int().min(0),
  createdAtMs: timeMs,
});
export type PostCreated = z.output<typeof postCreated>;

/** Somebody likes a post. */
export const likeEvent = z.strictObject({ postId, userId: id, atMs: timeMs });
export type LikeEvent = z.output<typeof likeEvent>;
