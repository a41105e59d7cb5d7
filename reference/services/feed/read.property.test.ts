import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeRank, decodeRank, rankDimensions } from '../../contract/index.ts';
import {
  createTelemetry,
  ShardUnavailable,
  type Cassandra,
  type FeedEntry,
  type Feeds,
  type Parameter,
  type Statement,
} from '../platform/index.ts';
import { FeedModel } from '../platform/feeds.fixture.ts';
import { createAuthors } from './authors.ts';
import { newestFirst } from './merge.ts';
import { createPosts } from './posts.ts';
import { createPull, whalePullLength } from './pull.ts';
import { createFeedReader } from './read.ts';

const nowMs = 1_000_000_000;
const telemetry = createTelemetry('test');
const settings = {
  whaleThreshold: 10,
  whaleWindowSeconds: 100,
  feedLength: 8,
  pullParallelism: 2,
  rankedShare: 1,
  coldStartInteractions: 50,
};

interface WorldPost extends FeedEntry {
  readonly authorId: string;
  readonly media: 'pending' | 'ready' | 'quarantined';
  /** The row by id is there: the author's list may be ahead of it. */
  readonly complete: boolean;
  /** The row by id is on the replica that a LOCAL_ONE read asks. */
  readonly near: boolean;
}
interface World {
  readonly followers: readonly number[];
  readonly posts: readonly WorldPost[];
}

const world: fc.Arbitrary<World> = fc
  .record({
    followers: fc.array(fc.constantFrom(1, 9, 10, 1000), { minLength: 1, maxLength: 5 }),
    posts: fc.array(
      fc.record({
        author: fc.nat({ max: 4 }),
        // Ties are common; some of a whale's are older than the window.
        ageSeconds: fc.integer({ min: 0, max: 120 }),
        media: fc.constantFrom('pending', 'ready', 'ready', 'quarantined'),
        complete: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
        near: fc.boolean(),
      }),
      { maxLength: 40 },
    ),
  })
  .map(({ followers, posts }) => ({
    followers,
    posts: posts.map(({ author, ageSeconds, ...post }, n) => ({
      ...post,
      postId: `p${n}`,
      authorId: `a${author % followers.length}`,
      createdAtMs: nowMs - ageSeconds * 1000,
    })) as WorldPost[],
  }));

/** The post database, as far as the feed service asks it. */
function database({ followers, posts }: World): Cassandra {
  const answer = (statement: Statement, values: readonly Parameter[]): Record<string, unknown>[] => {
    const list = values[0] as readonly string[];
    const row = (post: WorldPost) => ({
      post_id: post.postId,
      author_id: post.authorId,
      created_at: new Date(post.createdAtMs),
      caption: '',
      media_state: post.media,
    });
    const author = (after: number, count: number) =>
      posts
        .filter((post) => post.authorId === values[0] && post.createdAtMs > after)
        .sort(newestFirst)
        .slice(0, count)
        .map(row);
    switch (statement.name) {
      case 'followees':
        return followers.map((_, n) => ({ author_id: `a${n}` }));
      case 'profiles':
        return list.map((id) => ({ user_id: id, follower_count: followers[Number(id.slice(1))] }));
      case 'posts-by-id':
        return posts.filter((p) => p.complete && p.near && list.includes(p.postId)).map(row);
      case 'posts-by-id-sure':
        return posts.filter((p) => p.complete && list.includes(p.postId)).map(row);
      case 'counts-by-id':
        return [];
      case 'whale-pull':
        return author((values[1] as Date).getTime(), values[2] as number);
      case 'author-pull':
      case 'author-pull-sure':
        return author(-Infinity, values[1] as number);
      default:
        throw new Error(statement.name);
    }
  };
  return {
    execute: (statement, values) =>
      Promise.resolve({ rows: answer(statement, values) as never, pageState: null }),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

type CacheState = 'complete' | 'missing' | 'filling' | 'down' | 'dies';

function reader(given: World, state: CacheState, ranked: boolean, isBehind: boolean) {
  const feed = new FeedModel(settings.feedLength);
  const pushed = given.posts.filter(({ authorId }) => !isWhale(given, authorId)).sort(newestFirst);
  if (state === 'complete' || state === 'filling') feed.begin('other');
  if (state === 'complete') feed.finish('other', pushed);
  const weights = new Float32Array(rankDimensions).fill(1);
  const fail = () => Promise.reject(new ShardUnavailable('shard', 'down'));
  const feeds: Feeds = {
    read: (_user, count) =>
      state === 'down'
        ? fail()
        : Promise.resolve({
            state: feed.state,
            entries: feed.newest(count),
            rank: ranked ? decodeRank(encodeRank({ weights, interactions: 50 })) : null,
            pulled: null,
          }),
    beginFill: () => Promise.resolve(feed.begin('own') === 1 ? 'own' : null),
    finishFill: (_user, token, entries) =>
      state === 'dies' ? fail() : Promise.resolve(feed.finish(token, entries) === 1),
    keepPulled: () => (state === 'dies' ? fail() : Promise.resolve()),
  };
  const cassandra = database(given);
  const read = createFeedReader({
    feeds,
    posts: createPosts(cassandra, 100),
    authors: createAuthors(cassandra, 100),
    pull: createPull(cassandra, settings),
    isBehind: () => isBehind,
    settings,
    telemetry,
    now: () => nowMs,
  });
  return { read, feed };
}

const isWhale = ({ followers }: World, authorId: string) =>
  followers[Number(authorId.slice(1))]! >= settings.whaleThreshold;

/** The newest of what the reader's authors have, quarantined and incomplete ones aside. */
function expected(given: World): string[] {
  const whales = given.followers.flatMap((_, n) =>
    given.posts
      .filter((p) => p.authorId === `a${n}` && isWhale(given, p.authorId) && p.createdAtMs > nowMs - 100_000)
      .sort(newestFirst)
      .slice(0, whalePullLength),
  );
  const others = given.posts.filter(({ authorId }) => !isWhale(given, authorId)).sort(newestFirst);
  return [...whales, ...others]
    .filter(({ media, complete }) => media !== 'quarantined' && complete)
    .sort(newestFirst)
    .map(({ postId }) => postId);
}

const states = fc.constantFrom<CacheState>('complete', 'missing', 'filling', 'down', 'dies');

it('shows each post once, the newest, none that is missing or quarantined, wherever they come from', async () => {
  const sources = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      world.filter(({ posts }) => posts.length <= settings.feedLength),
      states,
      fc.boolean(),
      fc.boolean(),
      async (given, state, ranked, isBehind) => {
        const { read, feed } = reader(given, state, ranked, isBehind);
        const { posts, source, ranking } = await read('reader', settings.feedLength);
        sources.add(source);
        const shown = posts.map(({ postId }) => postId);
        if (ranking === 'chronological') expect(shown).toEqual(expected(given));
        else expect([...shown].sort()).toEqual(expected(given).sort());
        if (isBehind || state === 'filling' || state === 'down' || state === 'dies')
          expect(source).toBe('pull');
        // Whatever was filled is a whole feed, and holds no whale's post.
        if (feed.state === 'complete')
          expect(feed.newest(99)).toEqual(
            given.posts
              .filter(
                ({ authorId, media }) =>
                  !isWhale(given, authorId) && (state === 'complete' || media !== 'quarantined'),
              )
              .map(({ postId, createdAtMs }) => ({ postId, createdAtMs }))
              .sort(newestFirst),
          );
      },
    ),
    { numRuns: 1000 },
  );
  expect(sources).toEqual(new Set(['cache', 'rebuilt', 'pull']));
});

it('never shows a post twice, too many, or a wrong one, however long the feeds are', async () => {
  await fc.assert(
    fc.asyncProperty(
      world,
      states,
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      async (given, state, ranked, limit) => {
        const { posts } = await reader(given, state, ranked, false).read('reader', limit);
        const shown = posts.map(({ postId }) => postId);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.length).toBeLessThanOrEqual(limit);
        const allowed = new Set(expected(given));
        expect(shown.filter((postId) => !allowed.has(postId))).toEqual([]);
      },
    ),
    { numRuns: 1000 },
  );
});

it('fails the read when a whale cannot be pulled: a feed without it is not a feed', async () => {
  const given: World = { followers: [1000], posts: [] };
  const cassandra = database(given);
  const broken: Cassandra = {
    ...cassandra,
    execute: (statement, ...rest) =>
      statement.name === 'whale-pull'
        ? Promise.reject(new Error('time-out'))
        : cassandra.execute(statement, ...rest),
  };
  const read = createFeedReader({
    feeds: {
      read: () => Promise.resolve({ state: 'complete', entries: [], rank: null, pulled: ['a0'] }),
      beginFill: () => Promise.resolve(null),
      finishFill: () => Promise.resolve(false),
      keepPulled: () => Promise.resolve(),
    },
    posts: createPosts(broken, 100),
    authors: createAuthors(broken, 100),
    pull: createPull(broken, settings),
    isBehind: () => false,
    settings,
    telemetry,
    now: () => nowMs,
  });
  await expect(read('reader', 5)).rejects.toThrow('time-out');
});
