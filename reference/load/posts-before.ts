import pLimit from 'p-limit';
import type { HistoryStart } from './history.ts';
import type { UserClient } from './client.ts';
import { uploadPhoto } from './generator.ts';

type PostBefore = HistoryStart['postsBefore'][number];

const uploadsAtOnce = 8;
/** A stack that has just started answers its first requests slowly. */
const attempts = 5;

/**
 * Uploads the posts that are there before the run, as users do: so the rows, the outbox and the images are
 * what the services make of a post, and the stack is warm.
 *
 * @param authors By post.
 * @throws Error when an upload is not acknowledged in some attempts: the stack does not work
 */
export function uploadPostsBefore(
  client: UserClient,
  authors: readonly string[],
  pictures: readonly Buffer[],
  onDone: (done: number) => void,
): Promise<readonly PostBefore[]> {
  const atOnce = pLimit(uploadsAtOnce);
  let done = 0;
  return Promise.all(
    authors.map((authorId, number) =>
      atOnce(async () => {
        const post = await upload(client, authorId, pictures[number % pictures.length]!);
        onDone(++done);
        return post;
      }),
    ),
  );
}

async function upload(client: UserClient, authorId: string, photo: Buffer): Promise<PostBefore> {
  let last = 'nothing';
  for (let attempt = 0; attempt < attempts; attempt++) {
    const created = await uploadPhoto(client, authorId, 0, photo, ({ kind, status, error }) => {
      last = `${kind}: ${error ?? String(status)}`;
    });
    if (created?.outcome === 'ok')
      return { postId: created.postId, authorId, createdAtMs: created.createdAtMs! };
  }
  throw new Error(`A post of the set-up is not acknowledged (${last}).`);
}
