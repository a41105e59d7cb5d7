import type { ApplicationSettings, Feed, FeedPost, RankProfile } from '../../contract/index.ts';
import {
  ShardUnavailable,
  type CachedReader,
  type FeedEntry,
  type Feeds,
  type Telemetry,
} from '../platform/index.ts';
import type { Authors } from './authors.ts';
import { mergeNewest } from './merge.ts';
import type { Counts, Post, Posts } from './posts.ts';
import type { Pull } from './pull.ts';
import { candidateCount, modelFor, score } from './rank.ts';

export type ReadSettings = Pick<
  ApplicationSettings,
  'whaleThreshold' | 'feedLength' | 'rankedShare' | 'coldStartInteractions'
>;

export interface FeedReaderParts {
  readonly feeds: Feeds;
  readonly posts: Posts;
  readonly authors: Authors;
  readonly pull: Pull;
  /** Whether the cache is behind, so that all feeds come from the post database. */
  readonly isBehind: () => boolean;
  readonly settings: ReadSettings;
  readonly telemetry: Telemetry;
  /** ms since 1970. */
  readonly now: () => number;
}

/** The pushed part of a feed, and what else the read of it told. */
interface Pushed {
  readonly source: Feed['source'];
  readonly entries: readonly FeedEntry[];
  readonly pulled: readonly string[];
  readonly rank: RankProfile | null;
}

/**
 * One hybrid feed read: the cached part and the whales' posts, merged by time, each post once, ranked, with
 * counts. Without the cache, or while it is behind, everything is pulled from the post database.
 *
 * @throws Error when the post database does not answer: there is nothing left to fall back to
 */
export function createFeedReader(parts: FeedReaderParts): (userId: string, limit: number) => Promise<Feed> {
  const { feeds, posts, authors, pull, settings, telemetry, now } = parts;

  /** Null when its shard does not answer. */
  async function cached(userId: string, count: number): Promise<CachedReader | null> {
    try {
      return await feeds.read(userId, count);
    } catch (error) {
      if (!(error instanceof ShardUnavailable)) throw error;
      return null;
    }
  }

  async function pushedPart(userId: string, count: number): Promise<Pushed> {
    const reader = await cached(userId, count);
    const rank = reader?.rank ?? null;
    const usable = reader !== null && !parts.isBehind();
    if (usable && reader.state === 'complete') {
      const pulled = reader.pulled ?? (await follows(userId)).whales;
      if (reader.pulled === null) await quietly(() => feeds.keepPulled(userId, pulled));
      return { source: 'cache', entries: reader.entries, pulled, rank };
    }
    // The mark comes before the first query: a post that these do not see finds the key there.
    const token = usable && reader.state === 'missing' ? await quietly(() => feeds.beginFill(userId)) : null;
    const { whales, others } = await follows(userId);
    if (token === null) {
      const entries = (await pull.authors(others, count)).flat();
      return { source: 'pull', entries, pulled: whales, rank };
    }
    const entries = mergeNewest(await pull.authorsSurely(others, settings.feedLength), settings.feedLength);
    await quietly(() => feeds.keepPulled(userId, whales));
    const filled = await quietly(() => feeds.finishFill(userId, token, entries));
    return { source: filled === true ? 'rebuilt' : 'pull', entries, pulled: whales, rank };
  }

  async function follows(userId: string): Promise<{ whales: string[]; others: string[] }> {
    const followed = await authors.followedBy(userId);
    const followers = await authors.followers(followed);
    const isWhale = (authorId: string) => followers.get(authorId)! >= settings.whaleThreshold;
    return { whales: followed.filter(isWhale), others: followed.filter((authorId) => !isWhale(authorId)) };
  }

  return async (userId, limit) => {
    const nowMs = now();
    const count = Math.max(limit, candidateCount);
    const pushed = await telemetry.time('work', 'feed-pushed-part', () => pushedPart(userId, count));
    const pulled =
      pushed.pulled.length === 0
        ? []
        : await telemetry.time('work', 'feed-whale-pull', () => pull.whales(pushed.pulled, nowMs));
    // Most readers follow no whale, and one list is in order as it is.
    const candidates =
      pulled.length === 0 && pushed.source !== 'pull'
        ? pushed.entries.slice(0, count)
        : mergeNewest([pushed.entries, ...pulled], count);
    const model = modelFor(userId, pushed.rank, settings);
    const page =
      model === null
        ? await newest(candidates, limit)
        : await best(await shownOf(candidates), model, limit, nowMs);
    const [counts, followers] = await Promise.all([
      posts.counts(page.map(({ postId }) => postId)),
      authors.followers(page.map(({ authorId }) => authorId)),
    ]);
    return {
      posts: page.map((post) => asShown(post, counts.get(post.postId)!, followers.get(post.authorId)!)),
      source: pushed.source,
      ranking: model === null ? 'chronological' : 'ml',
    };
  };

  /** Those that exist and may be seen. */
  async function shownOf(candidates: readonly FeedEntry[]): Promise<Post[]> {
    const rows = await posts.byId(candidates.map(({ postId }) => postId));
    const shown: Post[] = [];
    for (const { postId } of candidates) {
      const post = rows.get(postId);
      if (post !== undefined) shown.push(post);
    }
    return shown;
  }

  /** In the order of time. Reads no more rows than the page has, unless some of them are not shown. */
  async function newest(candidates: readonly FeedEntry[], limit: number): Promise<Post[]> {
    const page = await shownOf(candidates.slice(0, limit));
    if (page.length === limit || candidates.length <= limit) return page;
    return [...page, ...(await shownOf(candidates.slice(limit)))].slice(0, limit);
  }

  /** The best first; of equally good ones the newer. */
  async function best(shown: readonly Post[], model: RankProfile, limit: number, nowMs: number) {
    const followers = await authors.followers(shown.map(({ authorId }) => authorId));
    const scored = shown.map((post) => ({
      post,
      score: score(
        model.weights,
        {
          authorId: post.authorId,
          authorFollowers: followers.get(post.authorId)!,
          createdAtMs: post.createdAtMs,
          ...posts.lastCounts(post.postId),
        },
        nowMs,
      ),
    }));
    // Stable: equal scores stay in the order of time.
    scored.sort((a, b) => b.score - a.score);
    return scored.slice(0, limit).map(({ post }) => post);
  }
}

export const asShown = (post: Post, counts: Counts, authorFollowers: number): FeedPost => ({
  postId: post.postId,
  authorId: post.authorId,
  authorFollowers,
  createdAtMs: post.createdAtMs,
  caption: post.caption,
  likes: counts.likes,
  comments: counts.comments,
  media: post.media,
});

/** What only makes the next read faster must not fail this one. */
async function quietly<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ShardUnavailable)) throw error;
    return null;
  }
}
