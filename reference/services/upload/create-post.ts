import {
  originalKey,
  presignRequest,
  type createPostRequest,
  type CreatedPost,
} from '../../contract/index.ts';
import type { z } from 'zod';
import {
  RequestFailure,
  writeOutbox,
  writePost,
  type Cassandra,
  type Objects,
  type OutboxRow,
  type Statement,
} from '../platform/index.ts';
import { timeOf } from './presign.ts';
import { orUnavailable, orUnknown } from './write-failures.ts';

const authorOfPost: Statement = {
  name: 'select-author-of-post',
  cql: 'SELECT author_id FROM posts WHERE post_id = ?',
  consistency: 'quorum',
  kind: 'idempotent',
};

export interface PostCreation {
  readonly created: CreatedPost;
  /** What has to be published; null when the post was there already. */
  readonly row: OutboxRow | null;
}

/**
 * Makes a post of a photo that its author has uploaded. When this returns, the post is durable on a
 * quorum of nodes: first the outbox row, from which it can be completed, then the rows that readers see.
 *
 * A post that is there already is left as it is: its outbox row was durable before, so whatever is
 * missing of it comes without us.
 *
 * @throws RequestFailure `not-found` when there is no such photo of this user, `unavailable` when nothing
 * was done, `outcome-unknown` when the post may or may not come into being
 */
export async function createPost(
  { cassandra, objects }: { readonly cassandra: Cassandra; readonly objects: Objects },
  userId: string,
  { mediaId, caption }: z.output<typeof createPostRequest>,
  nowMs: number,
): Promise<PostCreation> {
  const created: CreatedPost = { postId: mediaId, createdAtMs: timeOf(mediaId) };
  const [photo, existing] = await orUnavailable(
    Promise.all([
      // The key is made of the caller's own id, so nobody can make a post of another's photo.
      objects.head(originalKey(userId, mediaId)),
      cassandra.execute(authorOfPost, [mediaId]),
    ]),
  );
  const author: unknown = existing.rows[0]?.['author_id'];
  if (photo === null || (author !== undefined && author !== userId))
    throw new RequestFailure('not-found', 'There is no uploaded photo of yours with this id.');
  if (author !== undefined) return { created, row: null };

  const type = presignRequest.shape.contentType.safeParse(photo.contentType);
  if (!type.success) throw new RequestFailure('invalid', 'The photo is of no type that can be shown.');
  const post = {
    postId: mediaId,
    authorId: userId,
    createdAtMs: created.createdAtMs,
    caption,
    fileType: type.data,
  };
  const row = await orUnknown(writeOutbox(cassandra, post, nowMs));
  // The outbox row is there: from here on the relay may finish what we cannot.
  await writePost(cassandra, post).catch((error: unknown) => {
    throw new RequestFailure('outcome-unknown', 'The post may appear a little later.', {}, { cause: error });
  });
  return { created, row };
}
