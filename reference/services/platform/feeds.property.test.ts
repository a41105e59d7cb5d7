import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FeedModel } from './feeds.fixture.ts';
import type { FeedEntry } from './feeds.ts';

const length = 3;

/** A process that takes its steps one after the other, while others take theirs. */
type Steps = Generator<void, void, void>;

/**
 * Posts become durable and are pushed, readers fill, keys vanish, in any order that the picks give; then
 * every post is pushed to the end. Fillers may die half way.
 */
function run(picks: readonly number[], posts: number, fillers: number, fill: typeof markedFill) {
  const feed = new FeedModel(length);
  const durable = new Map<string, FeedEntry>();
  function* post(n: number): Steps {
    // Posts of the same millisecond are common.
    const entry = { postId: `p${n}`, createdAtMs: Math.floor(n / 2) };
    durable.set(entry.postId, entry);
    yield;
    feed.push(entry);
    yield;
    // Redelivered.
    feed.push(entry);
  }
  function* vanish(): Steps {
    yield;
    feed.vanish();
  }
  const creating = Array.from({ length: posts }, (_, n) => post(n));
  const others = [
    ...Array.from({ length: fillers }, (_, n) => fill(feed, durable, `t${n}`)),
    vanish(),
    vanish(),
  ];
  const processes = [...creating, ...others];
  for (const pick of picks) processes[pick % processes.length]!.next();
  for (const process of creating) for (const _ of process);
  const newest = new FeedModel(length);
  newest.begin('all');
  newest.finish('all', [...durable.values()]);
  return { feed, expected: newest.newest(length) };
}

function* markedFill(feed: FeedModel, durable: ReadonlyMap<string, FeedEntry>, token: string): Steps {
  if (feed.begin(token) === 0) return;
  yield;
  const entries = newestOf(durable);
  yield;
  feed.finish(token, entries);
}

/** What the marker is for: without it, a push between reading and writing is lost. */
function* unmarkedFill(feed: FeedModel, durable: ReadonlyMap<string, FeedEntry>, token: string): Steps {
  const entries = newestOf(durable);
  yield;
  if (feed.begin(token) === 1) feed.finish(token, entries);
}

const newestOf = (durable: ReadonlyMap<string, FeedEntry>) =>
  [...durable.values()]
    .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.postId < b.postId ? 1 : -1))
    .slice(0, length);

const schedule = [
  fc.array(fc.nat({ max: 999 }), { minLength: 20, maxLength: 60 }),
  fc.nat({ max: 6 }),
  fc.integer({ min: 1, max: 3 }),
] as const;

it('a complete feed has the newest posts, whatever comes between the steps of pushing and filling', () => {
  let complete = 0;
  fc.assert(
    fc.property(...schedule, (picks, posts, fillers) => {
      const { feed, expected } = run(picks, posts, fillers, markedFill);
      if (feed.state !== 'complete') return;
      complete += 1;
      expect(feed.newest(length)).toEqual(expected);
    }),
    { numRuns: 20_000 },
  );
  expect(complete).toBeGreaterThan(1000);
});

it('would find the push that is lost when a filler reads before it marks', () => {
  const outcome = fc.check(
    fc.property(...schedule, (picks, posts, fillers) => {
      const { feed, expected } = run(picks, posts, fillers, unmarkedFill);
      if (feed.state === 'complete') expect(feed.newest(length)).toEqual(expected);
    }),
    { numRuns: 20_000 },
  );
  expect(outcome.failed).toBe(true);
});
