import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../load/index.ts';
import { build, longestLag, uuid, type Step, type World } from './model.fixture.ts';
import type { Limits, StoredPost } from './observed.ts';
import { promises } from './promises.ts';
import { promiseTexts, type PromiseId } from './verdict.ts';

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('create', 'create', 'like', 'comment', 'read', 'read', 'detail'),
  user: fc.nat(11),
  post: fc.nat(59),
  outcome: fc.constantFrom('ok', 'ok', 'ok', 'unknown', 'failed'),
  effect: fc.boolean(),
  lag: fc.nat(longestLag),
  quarantined: fc.integer({ min: 0, max: 7 }).map((draw) => draw === 0),
});

/** Worlds that keep every promise. */
const worlds: fc.Arbitrary<World> = fc
  .record({
    users: fc.integer({ min: 2, max: 8 }),
    whales: fc.integer({ min: 0, max: 2 }),
    follows: fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
    steps: fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
    ranking: fc.constantFrom<Limits['ranking']>('chronological', 'mixed'),
    whaleWindowSteps: fc.constantFrom(20, 1000),
  })
  .map(build);

const judge = ({ history, observed, limits }: World) => promises(history, observed, limits);
const broken = (world: World) =>
  judge(world)
    .promises.filter(({ status }) => status === 'fail')
    .map(({ id }) => id);

/** Breaks one thing in a correct world, the `pick`-th of those there are. @returns false when there is none */
type Defect = (world: World, pick: number) => boolean;

const choose = <T>(from: readonly T[], pick: number): T | undefined => from[pick % from.length];
const acknowledged = (world: World) =>
  world.history.operations.filter(
    (each): each is Extract<Operation, { kind: 'create-post' }> =>
      each.kind === 'create-post' && each.outcome === 'ok',
  );
const changePost = (world: World, postId: string, change: Partial<StoredPost>) =>
  world.observed.posts.set(postId, { ...world.observed.posts.get(postId)!, ...change });
const feedReads = (world: World) =>
  [...world.observed.feeds].flatMap(([user, { posts }]) => (posts === null ? [] : [{ user, posts }]));
const setFeed = (world: World, user: string, posts: readonly string[]) =>
  world.observed.feeds.set(user, { posts, status: 200 });
const isWhale = (world: World, postId: string) =>
  world.observed.authors.get(world.observed.posts.get(postId)!.authorId)!.whale;
/** Acknowledged posts in final reads; a post that is shown is expected when it is among its author's newest. */
const shown = (world: World, whale: boolean) => {
  const known = new Set(acknowledged(world).map(({ postId }) => postId));
  return feedReads(world).flatMap(({ user, posts }) =>
    posts
      .filter((post) => known.has(post) && isWhale(world, post) === whale)
      .map((post) => ({ user, posts, post })),
  );
};
const runningReads = (world: World) =>
  world.history.operations.flatMap((each, at) =>
    each.kind === 'feed-read' && each.outcome === 'ok' ? [{ ...each, at }] : [],
  );

const defects: Record<string, { breaks: PromiseId; make: Defect }> = {
  'the row of an acknowledged post is lost': {
    breaks: 'durable',
    make(world, pick) {
      const post = choose(acknowledged(world), pick);
      return post !== undefined && world.observed.posts.delete(post.postId);
    },
  },
  'the list of an author lacks an acknowledged post': {
    breaks: 'durable',
    make: (world, pick) => relist(world, pick, (posts, id) => posts.filter((each) => each !== id)),
  },
  'the list of an author has a post twice': {
    breaks: 'durable',
    make: (world, pick) => relist(world, pick, (posts, id) => [id, ...posts]),
  },
  'a post has become that of another author': {
    breaks: 'durable',
    make(world, pick) {
      const post = choose(acknowledged(world), pick);
      const other = [...world.observed.authors.keys()].find((author) => author !== post?.authorId);
      if (post === undefined || other === undefined) return false;
      changePost(world, post.postId, { authorId: other });
      return true;
    },
  },
  'a refused post is there': {
    breaks: 'no-effect',
    make(world, pick) {
      const { posts, authors } = world.observed;
      const refused = world.history.operations.filter(
        (each) =>
          each.kind === 'create-post' &&
          each.outcome === 'failed' &&
          !posts.has(each.postId) &&
          authors.has(each.user),
      );
      const post = choose(refused, pick);
      if (post?.kind !== 'create-post') return false;
      const { postId, authorId } = post;
      posts.set(postId, { authorId, createdAtMs: 0, media: 'ready', likes: 0, comments: 0 });
      return true;
    },
  },
  'a follower does not get a pushed post': {
    breaks: 'delivered',
    make: (world, pick) => dropShown(world, pick, false),
  },
  'a follower gets no feed at all': {
    breaks: 'delivered',
    make(world, pick) {
      const found = choose(shown(world, false), pick);
      if (found === undefined) return false;
      world.observed.feeds.set(found.user, { posts: null, status: 503 });
      return true;
    },
  },
  'a hybrid read lacks a post of a whale': {
    breaks: 'hybrid-complete',
    make: (world, pick) => dropShown(world, pick, true),
  },
  'a final read shows a post twice': {
    breaks: 'no-duplicates',
    make(world, pick) {
      const found = choose(
        feedReads(world).filter(({ posts }) => posts.length > 0),
        pick,
      );
      if (found === undefined) return false;
      setFeed(world, found.user, [...found.posts, found.posts[0]!]);
      return true;
    },
  },
  'a read during the run shows a post twice': {
    breaks: 'no-duplicates',
    make: (world, pick) => rewriteRead(world, pick, (posts) => [...posts, posts[0]!]),
  },
  'a whale’s post is pushed': {
    breaks: 'no-whale-push',
    make(world, pick) {
      const whales = [...world.observed.posts.keys()].filter((post) => isWhale(world, post));
      const post = choose(whales, pick);
      const user = choose([...world.observed.cached.keys()], pick);
      if (post === undefined || user === undefined) return false;
      world.observed.cached.set(user, [...world.observed.cached.get(user)!, post]);
      return true;
    },
  },
  'a final read shows a post without a row': {
    breaks: 'no-phantoms',
    make(world, pick) {
      const found = choose(feedReads(world), pick);
      if (found === undefined) return false;
      setFeed(world, found.user, [...found.posts, uuid(2_000_000)]);
      return true;
    },
  },
  'a read during the run shows a post without a row': {
    breaks: 'no-phantoms',
    make: (world, pick) => rewriteRead(world, pick, (posts) => [...posts, uuid(2_000_000)]),
  },
  'a final read shows a quarantined post': {
    breaks: 'no-phantoms',
    make(world, pick) {
      const found = choose(
        feedReads(world).filter(({ posts }) => posts.length > 0),
        pick,
      );
      if (found === undefined) return false;
      changePost(world, choose(found.posts, pick)!, { media: 'quarantined' });
      return true;
    },
  },
  'a final read shows a post of someone who is not followed': {
    breaks: 'no-phantoms',
    make(world, pick) {
      const found = choose(
        feedReads(world).filter(({ posts }) => posts.length > 0),
        pick,
      );
      if (found === undefined) return false;
      const { authorId } = world.observed.posts.get(choose(found.posts, pick)!)!;
      const author = world.observed.authors.get(authorId)!;
      const followers = author.followers.filter((each) => each !== found.user);
      world.observed.authors.set(authorId, { ...author, followers });
      return true;
    },
  },
  'a read during the run lacks an old post': {
    breaks: 'fresh',
    make(world, pick) {
      const since = new Map(
        acknowledged(world)
          .filter(({ postId }) => world.observed.posts.get(postId)!.media === 'ready')
          .map(({ postId, endedMs }) => [postId, endedMs]),
      );
      // Posts that the final read shows are among the newest, so that a read before it was to show them, too.
      const candidates = runningReads(world).flatMap(({ at, user, posts, sentMs }) =>
        posts
          .filter(
            (post) =>
              (since.get(post) ?? Infinity) + world.limits.freshAfterMs <= sentMs &&
              world.observed.feeds.get(user)!.posts!.length < world.limits.feedLength &&
              world.observed.feeds.get(user)!.posts!.includes(post),
          )
          .map((post) => ({ at, post })),
      );
      const found = choose(candidates, pick);
      if (found === undefined) return false;
      const read = world.history.operations[found.at]!;
      if (read.kind === 'feed-read')
        world.history.operations[found.at] = {
          ...read,
          posts: read.posts.filter((post) => post !== found.post),
        };
      return true;
    },
  },
  'an old post is said not to exist': {
    breaks: 'readable',
    make(world, pick) {
      const since = new Map(acknowledged(world).map(({ postId, endedMs }) => [postId, endedMs]));
      const candidates = world.history.operations.flatMap((each, at) =>
        each.kind === 'post-detail' &&
        world.observed.posts.get(each.postId)?.media === 'ready' &&
        (since.get(each.postId) ?? Infinity) + world.limits.freshAfterMs <= each.sentMs
          ? [at]
          : [],
      );
      const at = choose(candidates, pick);
      if (at === undefined) return false;
      world.history.operations[at] = { ...world.history.operations[at]!, status: 404 };
      return true;
    },
  },
  'an acknowledged like is not counted': {
    breaks: 'counters',
    make: (world, pick) => recount(world, pick, 'likes', 'below'),
  },
  'a like is counted twice': {
    breaks: 'counters',
    make: (world, pick) => recount(world, pick, 'likes', 'above'),
  },
  'an acknowledged comment is not counted': {
    breaks: 'counters',
    make: (world, pick) => recount(world, pick, 'comments', 'below'),
  },
  'a comment is counted twice': {
    breaks: 'counters',
    make: (world, pick) => recount(world, pick, 'comments', 'above'),
  },
  'a comment is lost': {
    breaks: 'comments',
    make: (world, pick) => recomment(world, pick, (ids, id) => ids.filter((each) => each !== id)),
  },
  'a comment is there twice': {
    breaks: 'comments',
    make: (world, pick) => recomment(world, pick, (ids, id) => [...ids, id]),
  },
  'a variant is missing': {
    breaks: 'images',
    make: (world, pick) => revary(world, pick, (variants, at) => variants.filter((_, i) => i !== at)),
  },
  'a variant does not decode': {
    breaks: 'images',
    make: (world, pick) =>
      revary(world, pick, (variants, at) =>
        variants.map((each, i) => (i === at ? { ...each, wrong: 'does not decode' } : each)),
      ),
  },
  'a post with all variants stays pending': {
    breaks: 'images',
    make(world, pick) {
      const post = choose(readyPosts(world), pick);
      if (post === undefined) return false;
      changePost(world, post, { media: 'pending' });
      return true;
    },
  },
  'a group has a message left': {
    breaks: 'lag-zero',
    make(world, pick) {
      world.observed.lag.set('fanout-workers', 1 + pick);
      return true;
    },
  },
  'an outbox row is left': {
    breaks: 'outbox-drained',
    make(world) {
      world.observed.outbox = [uuid(0)];
      return true;
    },
  },
  'a slot is not served': {
    breaks: 'slots-served',
    make(world) {
      world.observed.slotsServed -= 1;
      return true;
    },
  },
};

const readyPosts = (world: World) =>
  acknowledged(world)
    .map(({ postId }) => postId)
    .filter((post) => world.observed.posts.get(post)!.media === 'ready');

function relist(
  world: World,
  pick: number,
  change: (posts: readonly string[], id: string) => readonly string[],
): boolean {
  const post = choose(acknowledged(world), pick);
  if (post === undefined) return false;
  const author = world.observed.authors.get(post.authorId)!;
  world.observed.authors.set(post.authorId, { ...author, posts: change(author.posts, post.postId) });
  return true;
}

function dropShown(world: World, pick: number, whale: boolean): boolean {
  // A full read may have had no room for a post; one that has lost a post has.
  const found = choose(
    shown(world, whale).filter(({ posts }) => posts.length < world.limits.feedLength),
    pick,
  );
  if (found === undefined) return false;
  setFeed(
    world,
    found.user,
    found.posts.filter((post) => post !== found.post),
  );
  return true;
}

function rewriteRead(
  world: World,
  pick: number,
  change: (posts: readonly string[]) => readonly string[],
): boolean {
  const read = choose(
    runningReads(world).filter(({ posts }) => posts.length > 0),
    pick,
  );
  if (read === undefined) return false;
  const { at, ...operation } = read;
  world.history.operations[at] = { ...operation, posts: [...change(read.posts)] };
  return true;
}

function recount(
  world: World,
  pick: number,
  counter: 'likes' | 'comments',
  direction: 'below' | 'above',
): boolean {
  const kind = counter === 'likes' ? 'like' : 'comment';
  const of = (postId: string) =>
    world.history.operations.filter((each) => each.kind === kind && each.postId === postId);
  const found = choose(
    [...world.observed.posts.keys()].filter(
      (post) => direction === 'above' || of(post).some(({ outcome }) => outcome === 'ok'),
    ),
    pick,
  );
  if (found === undefined) return false;
  const acks = of(found).filter(({ outcome }) => outcome === 'ok').length;
  const attempts = of(found).filter(({ outcome }) => outcome !== 'failed').length;
  changePost(world, found, { [counter]: direction === 'below' ? acks - 1 : attempts + 1 });
  return true;
}

function recomment(
  world: World,
  pick: number,
  change: (ids: readonly string[], id: string) => string[],
): boolean {
  const found = choose(
    world.history.operations.filter((each) => each.kind === 'comment' && each.outcome === 'ok'),
    pick,
  );
  if (found?.kind !== 'comment') return false;
  const { comments } = world.observed;
  comments.set(found.postId, change(comments.get(found.postId) ?? [], found.commentId));
  return true;
}

function revary(
  world: World,
  pick: number,
  change: (variants: readonly { wrong: string | null }[], at: number) => readonly { wrong: string | null }[],
): boolean {
  const post = choose(readyPosts(world), pick);
  if (post === undefined) return false;
  const { variants } = world.observed;
  const before = variants.get(post)!;
  variants.set(post, change(before, pick % before.length) as typeof before);
  return true;
}

describe('a stack that keeps its promises', () => {
  it('passes, whatever clients do and whatever unknown outcomes did', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(broken(world)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('has cases of every promise', () => {
    const checked = new Map<PromiseId, number>();
    for (const world of fc.sample(worlds, { numRuns: 100, seed: 1 }))
      for (const { id, checked: cases } of judge(world).promises)
        checked.set(id, (checked.get(id) ?? 0) + cases);
    for (const id of Object.keys(promiseTexts) as PromiseId[])
      expect([id, checked.get(id)! > 0]).toEqual([id, true]);
  });
});

describe('a stack with one defect', () => {
  it.each(Object.entries(defects))('%s', (_name, { breaks, make }) => {
    let made = 0;
    fc.assert(
      fc.property(worlds, fc.nat(), (world, pick) => {
        if (!make(world, pick)) return;
        made += 1;
        expect(broken(world)).toContain(breaks);
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(0);
  });

  it('is looked for in every promise', () => {
    const covered = new Set(Object.values(defects).map(({ breaks }) => breaks));
    expect([...covered].sort()).toEqual(Object.keys(promiseTexts).sort());
  });
});

describe('a verdict', () => {
  it('does not call a promise kept that had no case', () => {
    const [world] = fc.sample(worlds, { numRuns: 1, seed: 1 });
    const empty = promises(
      { start: world!.history.start, operations: [] },
      { ...world!.observed, posts: new Map(), feeds: new Map(), cached: new Map() },
      world!.limits,
    );
    expect(empty.promises.find(({ id }) => id === 'durable')!.status).toBe('not-checked');
  });

  it('lists the first violations and counts all', () => {
    const worlds200 = fc.sample(worlds, { numRuns: 200, seed: 1 });
    const world = worlds200.find((each) => acknowledged(each).length > 8)!;
    world.observed.posts.clear();
    const durable = judge(world).promises.find(({ id }) => id === 'durable')!;
    expect(durable.violations).toHaveLength(5);
    expect(durable.violationCount).toBe(durable.checked);
  });
});
