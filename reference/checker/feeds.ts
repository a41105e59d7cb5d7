import { expectedFeed, firstDuplicate, lacks, type Expected } from './expected-feed.ts';
import { operationsOf, type Facts } from './facts.ts';
import { Evidence, type PromiseVerdict } from './verdict.ts';

/** What feed reads show, during the run and after it, and what lies in the cache. */
export function judgeFeeds(facts: Facts): PromiseVerdict[] {
  const { history, observed, limits } = facts;
  const evidence = {
    delivered: new Evidence('delivered'),
    hybrid: new Evidence('hybrid-complete'),
    duplicates: new Evidence('no-duplicates'),
    phantoms: new Evidence('no-phantoms'),
    fresh: new Evidence('fresh'),
    whalePush: new Evidence('no-whale-push'),
  };
  const expectedOf = memoize((userId) => expectedFeed(facts, userId));

  for (const [userId, { posts, status }] of observed.feeds) {
    const expected = expectedOf(userId);
    if (posts === null) {
      for (const { postId, whale } of expected)
        (whale ? evidence.hybrid : evidence.delivered).check(
          postId,
          `the feed read of follower ${userId} was answered with ${String(status)}`,
        );
      continue;
    }
    const read = { posts, atMs: observed.atMs, length: limits.feedLength, ranking: 'mixed' } as const;
    const missing = new Set(lacks(facts, read, expected));
    for (const post of expected)
      (post.whale ? evidence.hybrid : evidence.delivered).check(
        post.postId,
        missing.has(post) ? `is missing in the feed read of follower ${userId}` : null,
      );
    evidence.duplicates.check(userId, duplicateIn(posts));
    evidence.phantoms.check(userId, phantomIn(facts, userId, posts, 'final'));
  }

  for (const { user, posts, outcome, sentMs, n } of operationsOf(history, 'feed-read')) {
    if (outcome !== 'ok') continue;
    const subject = `${user}, operation ${String(n)}`;
    evidence.duplicates.check(subject, duplicateIn(posts));
    evidence.phantoms.check(subject, phantomIn(facts, user, posts, 'running'));
    const due = expectedOf(user).filter(
      ({ acknowledgedMs }) => acknowledgedMs + limits.freshAfterMs <= sentMs,
    );
    if (due.length === 0) continue;
    const read = {
      posts,
      atMs: history.start.startedAtMs + sentMs,
      length: limits.pageLength,
      ranking: limits.ranking,
    };
    const [late] = lacks(facts, read, due);
    evidence.fresh.check(
      subject,
      late === undefined
        ? null
        : `lacks post ${late.postId}, acknowledged ${String(Math.round(sentMs - late.acknowledgedMs))} ms before`,
    );
  }

  for (const [userId, posts] of observed.cached) {
    const pushed = posts.find(
      (postId) => observed.authors.get(observed.posts.get(postId)?.authorId ?? '')?.whale === true,
    );
    evidence.whalePush.check(
      userId,
      pushed === undefined ? null : `the cached feed holds ${pushed}, which a whale wrote`,
    );
  }
  return Object.values(evidence).map((each) => each.verdict());
}

function duplicateIn(posts: readonly string[]): string | null {
  const twice = firstDuplicate(posts);
  return twice === null ? null : `shows post ${twice} twice`;
}

/**
 * A post that must not be in a read. Whether one was quarantined already while the run went on is not known:
 * there it is allowed.
 */
function phantomIn(
  { observed, followed }: Facts,
  userId: string,
  posts: readonly string[],
  when: 'running' | 'final',
): string | null {
  const authors = followed(userId);
  for (const postId of posts) {
    const post = observed.posts.get(postId);
    if (post === undefined) return `shows post ${postId}, which has no row`;
    if (when === 'final' && post.media === 'quarantined') return `shows post ${postId}, which is quarantined`;
    if (!authors.has(post.authorId)) return `shows post ${postId} of ${post.authorId}, who is not followed`;
  }
  return null;
}

function memoize(compute: (userId: string) => Expected[]): (userId: string) => Expected[] {
  const known = new Map<string, Expected[]>();
  return (userId) => {
    const found = known.get(userId) ?? compute(userId);
    known.set(userId, found);
    return found;
  };
}
