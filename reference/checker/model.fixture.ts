import { formats, sizes } from '../contract/index.ts';
import type { History, Operation } from '../load/index.ts';
import type { FinalRead, Limits, Observed, StoredAuthor, StoredPost, Variant } from './observed.ts';

/**
 * A stack in memory that keeps every promise, in the plainest way, with its operation history: what the
 * checker must pass, and what a test breaks in one place. Small limits, so that feeds and pages are full
 * and whales' posts fall out of the pull.
 */
export interface World {
  readonly history: { start: History['start']; operations: Operation[] };
  readonly observed: {
    -readonly [Member in keyof Observed]: Observed[Member] extends ReadonlyMap<infer Key, infer Value>
      ? Map<Key, Value>
      : Observed[Member];
  };
  readonly limits: Limits;
}

type Outcome = Operation['outcome'];

/** One thing that a client does. Numbers are taken modulo what there is. */
export interface Step {
  readonly what: 'create' | 'like' | 'comment' | 'read' | 'detail';
  readonly user: number;
  readonly post: number;
  readonly outcome: Outcome;
  /** Whether an unknown outcome took effect. */
  readonly effect: boolean;
  /** Steps until followers see it. */
  readonly lag: number;
  readonly quarantined: boolean;
}

const stepMs = 1000;
const startedAtMs = 1_700_000_000_000;
/** Steps until all followers see a post, at most. */
export const longestLag = 4;

/** What a world is made from. */
export interface Spec {
  readonly users: number;
  readonly whales: number;
  /** Element `i x users + j`: user `j` follows user `i`. */
  readonly follows: readonly boolean[];
  readonly steps: readonly Step[];
  readonly ranking: Limits['ranking'];
  readonly whaleWindowSteps: number;
}

const userId = (number: number): string => `u${String(number)}`;
export const uuid = (number: number): string =>
  `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** A world that keeps every promise. */
export function build(spec: Spec): World {
  const limits: Limits = {
    feedLength: 6,
    pageLength: 4,
    whalePullLength: 3,
    whaleWindowMs: spec.whaleWindowSteps * stepMs,
    ranking: spec.ranking,
    freshAfterMs: longestLag * stepMs,
  };
  const users = Array.from({ length: spec.users }, (_, i) => userId(i));
  const isWhale = (author: string) => users.indexOf(author) < spec.whales;
  const follows = (reader: string, author: string) =>
    reader !== author && spec.follows[users.indexOf(author) * spec.users + users.indexOf(reader)] === true;
  const posts = new Map<string, StoredPost & { deliveredMs: number }>();
  const comments = new Map<string, string[]>();
  const operations: Operation[] = [];
  const tried: string[] = [];

  const newest = (among: (post: StoredPost & { deliveredMs: number }) => boolean, count: number) =>
    [...posts]
      .filter(([, post]) => among(post))
      .sort(([, a], [, b]) => b.createdAtMs - a.createdAtMs)
      .slice(0, count);
  /** A hybrid read at a time, ms since the start. */
  const feed = (reader: string, atMs: number, length: number, hidden: StoredPost['media'] | null) => {
    const pushed = newest(
      (post) => follows(reader, post.authorId) && !isWhale(post.authorId) && post.deliveredMs <= atMs,
      limits.feedLength,
    );
    const pulled = users
      .filter(isWhale)
      .flatMap((whale) =>
        newest((post) => post.authorId === whale && follows(reader, whale), limits.whalePullLength).filter(
          ([, post]) => post.createdAtMs > startedAtMs + atMs - limits.whaleWindowMs,
        ),
      );
    const merged = [...pushed, ...pulled].filter(([, post]) => post.media !== hidden);
    // Any order will do for readers that the model ranks: this one is not that of time.
    merged.sort(([a, { createdAtMs: x }], [b, { createdAtMs: y }]) =>
      spec.ranking === 'mixed' ? a.localeCompare(b) : y - x,
    );
    return merged.slice(0, length).map(([postId]) => postId);
  };

  for (const [n, each] of spec.steps.entries()) {
    const atMs = n * stepMs;
    const user = users[each.user % users.length]!;
    const happens = each.outcome === 'ok' || (each.outcome === 'unknown' && each.effect);
    const common = {
      ...{ n, user, intendedMs: atMs, sentMs: atMs, endedMs: atMs, outcome: each.outcome },
      ...{ status: null, error: null, traceId: '0'.repeat(32) },
    };
    const target = tried.length === 0 ? undefined : tried[each.post % tried.length];
    if (each.what === 'create') {
      // One post in eight is created again: the client did not hear of the first time.
      const again = target !== undefined && each.post % 8 === 0 && posts.has(target) ? target : undefined;
      const authorId = again === undefined ? user : posts.get(again)!.authorId;
      const postId = again ?? uuid(n);
      const createdAtMs = startedAtMs + atMs;
      if (again === undefined) tried.push(postId);
      operations.push({
        ...{ ...common, kind: 'create-post', user: authorId, postId, mediaId: postId, authorId },
        createdAtMs: each.outcome === 'ok' ? createdAtMs : null,
      });
      if (happens && again === undefined)
        posts.set(postId, {
          ...{ authorId, createdAtMs, likes: 0, comments: 0, deliveredMs: atMs + each.lag * stepMs },
          media: each.quarantined ? 'quarantined' : 'ready',
        });
      continue;
    }
    if (each.what === 'read') {
      const ok = each.outcome === 'ok';
      const shown = ok ? feed(user, atMs, limits.pageLength, null) : [];
      operations.push({ ...common, kind: 'feed-read', posts: shown, source: ok ? 'cache' : null });
      continue;
    }
    const post = target === undefined ? undefined : posts.get(target);
    if (target === undefined || post === undefined) continue;
    if (each.what === 'like') {
      operations.push({ ...common, kind: 'like', postId: target });
      if (happens) posts.set(target, { ...post, likes: post.likes + 1 });
    } else if (each.what === 'comment') {
      const commentId = uuid(1_000_000 + n);
      operations.push({ ...common, kind: 'comment', postId: target, commentId });
      if (happens) {
        posts.set(target, { ...post, comments: post.comments + 1 });
        comments.set(target, [...(comments.get(target) ?? []), commentId]);
      }
    } else operations.push({ ...common, kind: 'post-detail', postId: target });
  }

  const endMs = (spec.steps.length + longestLag) * stepMs;
  const authors = new Map<string, StoredAuthor>(
    users.map((author) => [
      author,
      {
        whale: isWhale(author),
        followers: users.filter((reader) => follows(reader, author)),
        posts: newest((post) => post.authorId === author, Infinity).map(([postId]) => postId),
      },
    ]),
  );
  const variants: Variant[] = formats.flatMap((format) =>
    sizes.map((sizePx) => ({ sizePx, format, wrong: null })),
  );
  return {
    limits,
    history: {
      start: { kind: 'start', startedAtMs, scenario: 'model', seed: 1, postsBefore: [] },
      operations,
    },
    observed: {
      atMs: startedAtMs + endMs,
      posts: new Map(posts),
      authors,
      feeds: new Map<string, FinalRead>(
        users.map((user) => [
          user,
          { status: 200, posts: feed(user, endMs, limits.feedLength, 'quarantined') },
        ]),
      ),
      cached: new Map(
        users.map((user) => [
          user,
          newest(({ authorId }) => follows(user, authorId) && !isWhale(authorId), limits.feedLength).map(
            ([postId]) => postId,
          ),
        ]),
      ),
      comments,
      variants: new Map([...posts.keys()].map((postId) => [postId, variants])),
      lag: new Map([
        ['image-workers', 0],
        ['fanout-workers', 0],
      ]),
      outbox: [],
      slotsServed: 16_384,
    },
  };
}
