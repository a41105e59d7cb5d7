import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { HistoryStart } from './history.ts';
import type { UserClient } from './client.ts';
import { uploadPhoto } from './generator.ts';

type PostBefore = HistoryStart['postsBefore'][number];

const requestsAtOnce = 8;
/** A stack that has just started answers its first requests slowly. */
const attempts = 5;
/** Of waiting for the image workers: twenty times as long as one picture takes on a slow machine. */
const stalledMs = 60_000;
const pollMs = 250;

/** Tells how far a step has got: so many of so many. */
export type OnProgress = (step: 'posts' | 'images' | 'feeds', done: number, of: number) => void;

/**
 * Uploads the posts that are there before the run, as users do: so the rows, the outbox and the images are
 * what the services make of a post, and the stack is warm. Returns when all images have their variants.
 *
 * @param authors By post.
 * @throws Error when an upload is not acknowledged, or images are not made: the stack does not work
 */
export async function uploadPostsBefore(
  client: UserClient,
  authors: readonly string[],
  pictures: readonly Buffer[],
  onProgress: OnProgress,
): Promise<readonly PostBefore[]> {
  const posts = await all(authors, 'posts', onProgress, (authorId, number) =>
    upload(client, authorId, pictures[number % pictures.length]!),
  );
  await untilImagesAreReady(client, posts, onProgress);
  return posts;
}

/** Opens each user's feed once, so that the cache holds it when the run begins. */
export async function warmFeeds(
  client: UserClient,
  users: readonly string[],
  onProgress: OnProgress,
): Promise<void> {
  await all(users, 'feeds', onProgress, (user) =>
    attempt(async () => (await client.readFeed(user, 0)).operation),
  );
}

function all<Item, Outcome>(
  items: readonly Item[],
  step: Parameters<OnProgress>[0],
  onProgress: OnProgress,
  act: (item: Item, index: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const atOnce = pLimit(requestsAtOnce);
  let done = 0;
  return Promise.all(
    items.map((item, index) =>
      atOnce(async () => {
        const outcome = await act(item, index);
        onProgress(step, ++done, items.length);
        return outcome;
      }),
    ),
  );
}

async function upload(client: UserClient, authorId: string, photo: Buffer): Promise<PostBefore> {
  const created = await attempt(async () => {
    let last: Parameters<Parameters<typeof uploadPhoto>[4]>[0] | null = null;
    await uploadPhoto(client, authorId, 0, photo, (operation) => {
      last = operation;
    });
    return last!;
  });
  if (created.kind !== 'create-post') throw new Error('An upload ended before its post was created.');
  return { postId: created.postId, authorId, createdAtMs: created.createdAtMs! };
}

/** @throws Error when it is not acknowledged in a few attempts */
async function attempt<
  Outcome extends { readonly outcome: string; readonly kind: string; readonly error: string | null },
>(act: () => Promise<Outcome>): Promise<Outcome> {
  for (let left = attempts - 1; ; left--) {
    const ended = await act();
    if (ended.outcome === 'ok') return ended;
    if (left === 0)
      throw new Error(`The set-up is not acknowledged (${ended.kind}: ${String(ended.error)}).`);
    await sleep(pollMs);
  }
}

async function untilImagesAreReady(
  client: UserClient,
  posts: readonly PostBefore[],
  onProgress: OnProgress,
): Promise<void> {
  let pending = posts;
  let progressedAtMs = performance.now();
  while (pending.length > 0) {
    const states = await Promise.all(
      pending.slice(0, requestsAtOnce).map(async ({ authorId, postId }) => ({
        postId,
        state: await client.mediaState(authorId, postId),
      })),
    );
    const ready = new Set(states.filter(({ state }) => state === 'ready').map(({ postId }) => postId));
    pending = pending.filter(({ postId }) => !ready.has(postId));
    if (ready.size > 0) progressedAtMs = performance.now();
    else if (performance.now() - progressedAtMs > stalledMs)
      throw new Error(`${pending.length} images of the set-up are not made.`);
    else await sleep(pollMs);
    onProgress('images', posts.length - pending.length, posts.length);
  }
}
