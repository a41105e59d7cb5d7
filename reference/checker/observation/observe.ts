import { setTimeout as sleep } from 'node:timers/promises';
import { signToken, type ApplicationSettings } from '../../contract/index.ts';
import type { Endpoints } from '../../endpoints/index.ts';
import type { History } from '../../load/index.ts';
import type { Observed } from '../observed.ts';
import { countServedSlots, readCachedFeeds } from './cache.ts';
import { readFeeds } from './feeds.ts';
import { connectParts, type Parts } from './parts.ts';
import { readOutbox, readRows, readUnreplicated } from './rows.ts';
import { readVariants } from './variants.ts';

export interface ObservedStack {
  readonly endpoints: Endpoints;
  readonly settings: ApplicationSettings;
}

export interface ObserveOptions {
  /** How long the queues may take to empty, ms. What is left then is observed, and breaks its promise. */
  readonly settleTimeoutMs: number;
  readonly onProgress?: (text: string) => void;
}

/** Between two looks at the queues. */
const pollMs = 500;
/** A variant is far smaller; an object above is not one. */
const maximumVariantBytes = 20 * 2 ** 20;

/**
 * Waits until the queues are empty, and reads what lies in each part.
 *
 * @throws Error when a part does not answer: then nothing is known, and nothing judged
 */
export async function observe(
  history: History,
  { endpoints, settings }: ObservedStack,
  { settleTimeoutMs, onProgress = () => undefined }: ObserveOptions,
): Promise<Observed> {
  const parts = await connectParts(endpoints);
  try {
    onProgress('waiting for the queues');
    const { lag, outbox, slotsServed } = await settled(parts, settleTimeoutMs);
    const creators = new Set<string>();
    const mediaIds = new Set<string>();
    for (const operation of history.operations)
      if (operation.kind === 'create-post') {
        creators.add(operation.authorId);
        if (operation.outcome === 'ok') mediaIds.add(operation.mediaId);
      }
    onProgress('reading rows');
    const { posts, authors, comments } = await readRows(parts.cassandra, {
      alsoAuthors: creators,
      whaleThreshold: settings.whaleThreshold,
    });
    onProgress('reading the cache');
    const cached = await readCachedFeeds(parts.redis);
    const readers = new Set([...creators].flatMap((author) => authors.get(author)!.followers));
    onProgress(`reading the feeds of ${String(readers.size)} followers`);
    const atMs = Date.now();
    const feeds = await readFeeds(parts.gateway, readers, settings.feedLength, (user) =>
      signToken(user, settings.jwtSecret),
    );
    onProgress(`decoding the variants of ${String(mediaIds.size)} images`);
    const variants = await readVariants((key) => parts.objects.get(key, maximumVariantBytes), mediaIds);
    return { atMs, posts, authors, feeds, cached, comments, variants, lag, outbox, slotsServed };
  } finally {
    await parts.close();
  }
}

type Quiet = Pick<Observed, 'lag' | 'outbox' | 'slotsServed'>;

/** The state of the queues when they are empty, or at the deadline. */
async function settled(parts: Parts, timeoutMs: number): Promise<Quiet> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    // The outbox before the lag: what leaves the one enters the other.
    const outbox = await readOutbox(parts.cassandra);
    const lag = await parts.readLag();
    const slotsServed = await countServedSlots(parts.redis);
    const rebuilding = (await readUnreplicated(parts.cassandra)).some(
      ({ primary, slot }) => parts.redis.slots[slot]?.[0] !== primary,
    );
    const quiet = outbox.length === 0 && !rebuilding && [...lag.values()].every((messages) => messages === 0);
    if ((quiet && slotsServed === 16_384) || performance.now() > deadlineMs)
      return { lag, outbox, slotsServed };
    await sleep(pollMs);
  }
}
