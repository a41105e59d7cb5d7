import type { PostReference, RequestTrace, TraceRequest } from '../../scenarios/sampling/index.ts';
import type { Ended, OperationOf, UserClient } from './client.ts';
import { RequestQueue, runOpenLoop } from './open-loop.ts';

/** How late requests were sent, ms after their intended start; latencies hold it, for they count from there. */
export interface Lateness {
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Load {
  readonly trace: RequestTrace;
  /** Ids of `trace.postsBefore`, in that order. */
  readonly postsBefore: readonly string[];
  readonly pictures: readonly Buffer[];
  readonly client: UserClient;
  readonly durationMs: number;
  readonly now: () => number;
  /** Takes every operation when it has ended. */
  readonly record: (operation: Ended) => void;
}

/** Sends the requests of a trace open loop, with what follows from answers; returns when all have ended. */
export async function generateLoad(load: Load): Promise<Lateness> {
  const { client, now, record } = load;
  const queue = new RequestQueue();
  queue.add(load.trace.requests);
  const eventPosts = new Map<string, string>();
  const lateMs: number[] = [];
  const sent: Promise<void>[] = [];

  const postIdOf = (post: PostReference): string => {
    const postId = 'before' in post ? load.postsBefore[post.before] : eventPosts.get(post.event);
    if (postId === undefined) throw new Error('A request is about a post that was never created.');
    return postId;
  };

  /** @returns when it, and what follows from it, has ended */
  async function send(request: TraceRequest): Promise<void> {
    const intendedMs = request.atNs / 1e6;
    lateMs.push(now() - intendedMs);
    const { user } = request;
    switch (request.flow) {
      case 'feed-read': {
        const { operation, feed } = await client.readFeed(user, intendedMs);
        record(operation);
        // Readers see a placeholder for a photo that has no variants yet, and fetch none.
        const shown = feed?.posts ?? [];
        await Promise.all(
          request.views.map(async (view) => {
            const post = shown[view.position];
            if (post?.media !== 'ready') return;
            record(await client.viewImage(user, operation.endedMs, post.postId, view));
          }),
        );
        return;
      }
      case 'post-detail':
        return record(await client.readPost(user, intendedMs, postIdOf(request.post)));
      case 'like':
        return record(await client.like(user, intendedMs, postIdOf(request.post)));
      case 'comment':
        return record(await client.comment(user, intendedMs, postIdOf(request.post)));
      case 'photo-upload': {
        const photo = load.pictures[request.picture % load.pictures.length]!;
        const created = await uploadPhoto(client, user, intendedMs, photo, record);
        if (created?.outcome !== 'ok' || request.event === null) return;
        eventPosts.set(request.event, created.postId);
        queue.add(load.trace.afterAcknowledgement(request.event, created.endedMs * 1e6));
      }
    }
  }

  await runOpenLoop(queue, now, load.durationMs, (request) => {
    const ended = send(request);
    // A fault of ours is thrown below.
    ended.catch(() => undefined);
    sent.push(ended);
  });
  await Promise.all(sent);
  return lateness(lateMs);
}

/**
 * Presigned form, direct transfer, post; a step that is not acknowledged ends it.
 *
 * @returns the last step, when it was reached
 */
export async function uploadPhoto(
  client: UserClient,
  user: string,
  intendedMs: number,
  photo: Buffer,
  record: (operation: Ended) => void,
): Promise<OperationOf<'create-post'> | null> {
  const { operation, form } = await client.presign(user, intendedMs);
  record(operation);
  if (form === null) return null;
  const transfer = await client.transfer(user, operation.endedMs, form, photo);
  record(transfer);
  if (transfer.outcome !== 'ok') return null;
  const created = await client.createPost(user, transfer.endedMs, form.mediaId);
  record(created);
  return created;
}

function lateness(lateMs: number[]): Lateness {
  lateMs.sort((a, b) => a - b);
  const at = (q: number): number => lateMs[Math.min(lateMs.length - 1, Math.floor(q * lateMs.length))] ?? 0;
  return { p99Ms: at(0.99), maxMs: at(1) };
}
