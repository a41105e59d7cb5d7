import type { ApplicationSettings, PostCreated } from '../../contract/index.ts';
import type { Cassandra, Statement, Telemetry } from '../platform/index.ts';
import type { Pusher } from './push.ts';
import type { WhaleFlags } from './whales.ts';

export interface FanoutParts {
  readonly cassandra: Cassandra;
  readonly pusher: Pusher;
  readonly whales: WhaleFlags;
  readonly settings: Pick<ApplicationSettings, 'fanoutBatch'>;
  readonly telemetry: Telemetry;
  /** ms since 1970. */
  readonly now: () => number;
}

const followers: Statement = {
  name: 'followers-page',
  cql: 'SELECT follower_id FROM followers WHERE author_id = ?',
  // A follower whom the one replica that was asked does not know would never get the post.
  consistency: 'quorum',
  kind: 'idempotent',
};
/** Followers of one page, in batches: enough that each of twelve shards gets a pipeline worth its name. */
const batchesOfPage = 4;

/**
 * Brings one post to the feeds of its author's followers; of a whale's post nothing is done, because reads
 * pull it. The design's cap of 10,000 writes a post holds because whoever has more followers is a whale.
 *
 * May be repeated: feeds take a post once.
 *
 * @throws Error when followers cannot be read or a shard does not answer: the message has to come again
 */
export function createFanout(parts: FanoutParts): (message: PostCreated) => Promise<void> {
  const { cassandra, pusher, whales, telemetry } = parts;
  const pageSize = parts.settings.fanoutBatch * batchesOfPage;
  const followersOf = (authorId: string, pageState: string | null) =>
    cassandra.execute(followers, [authorId], { pageSize, ...(pageState === null ? {} : { pageState }) });

  return async (message) => {
    const entry = { postId: message.postId, createdAtMs: message.createdAtMs };
    if (await whales.isWhale(message.authorId, message.followerCount)) {
      telemetry.observe('work', 'fanout-whale', 'skipped', (parts.now() - entry.createdAtMs) / 1000);
      return;
    }
    let page = await followersOf(message.authorId, null);
    for (;;) {
      // The post database reads the next page while the cache takes this one.
      const next = page.pageState === null ? null : followersOf(message.authorId, page.pageState);
      // Waited for below; one that fails while a push does must not end the process.
      next?.catch(() => undefined);
      await pusher.push(
        entry,
        page.rows.map((row) => row['follower_id'] as string),
      );
      if (next === null) break;
      page = await next;
    }
    telemetry.observe('work', 'post-to-fanout-done', 'ok', (parts.now() - entry.createdAtMs) / 1000);
  };
}
