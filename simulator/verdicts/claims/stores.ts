import { exactly, type Claim, type Turn } from './claim.ts';
import { whaleOf } from './experiments.ts';
import type { Experiment } from './experiment.ts';
import { published } from './published.ts';
import { digits } from './words.ts';

/** Likes of one post only; rate and limit of the key are divided alike. */
function likes(perSecond: number, scale: number): Experiment {
  return {
    id: `likes-${perSecond}`,
    question: `One post is liked ${perSecond} times a second`,
    scenario: 'instagram-v2',
    form: 'short',
    remove: ['cdn', 'image-worker', 'fanout-worker'],
    set: {
      'read-client.feedRead.ratePerSecond': 0.001,
      'read-client.postDetail': null,
      'upload-client.photoUpload.ratePerSecond': 0.001,
      'upload-client.comment': null,
      'upload-client.like.ratePerSecond': 0.001,
      'post-db.keyWritesPerSecond': 1000 / scale,
    },
    timeline: [
      {
        id: 'post',
        kind: 'whale-post',
        atSeconds: 1,
        followers: published.whaleFollowers,
        readBoost: 0,
        halfLifeSeconds: 1_000_000,
        likesPerSecond: perSecond / scale,
      },
    ],
    run: { durationSeconds: 20, warmupSeconds: 2 },
    figures: {
      errors: { metric: 'flows.like.errorRatio' },
      p99: { metric: 'flows.like.latencyMs.p99' },
    },
  };
}
/** `viral-post` as it is. */
const viralPost: Experiment = {
  id: 'viral-post',
  question: 'One post is liked 100,000 times a second, beside everything else',
  scenario: 'viral-post',
  form: 'short',
  replications: 1,
  figures: { commentErrors: { metric: 'flows.comment.errorRatio', phase: 'after:viral' } },
};
const viral = likes(100_000, 100);
const calm = likes(900, 16);
const busy = likes(1200, 16);

/** The whale's post on that many token ranges of the short form; virtual nodes that split them make more. */
const onRanges = (ranges: number): Experiment => {
  const base = whaleOf(published.whaleFollowers);
  return {
    ...base,
    id: `whale-on-${16 * ranges}-ranges`,
    question: `A whale posts, and PostDB has ${16 * ranges} token ranges`,
    set: { ...base.set, 'post-db.partitions': ranges },
  };
};
const oneRange = onRanges(4);
const splitRanges = onRanges(8);

/** Posts of one author within the same millisecond, a year, if all authors post alike. */
const collisionsPerYear =
  published.users *
  (published.uploadsPerSecond / published.users) *
  (published.uploadsPerSecond / published.users) *
  0.001 *
  365.25 *
  86_400;

/** Entries of a B-tree page of 8 KB with 16-byte keys, two thirds full. */
const BTREE_FANOUT = 250;
function btreeDepth(rows: number): number {
  let depth = 0;
  for (let reached = 1; reached < rows; reached *= BTREE_FANOUT) depth++;
  return depth;
}

/** What claims on the likes of one post turn on: the writes that its counter's key takes. */
const likesOnOnePost: Omit<Turn, 'stated'> = {
  parameter: 'likes a second on one post',
  flipsAt: 1000,
  unit: 'likes/s',
  sides: (evidence) => [
    { at: 900, observed: evidence(calm, 'errors').value },
    { at: 1200, observed: evidence(busy, 'errors').value },
  ],
};

/** Keys, counters and indexes of the databases. */
export const storeClaims: readonly Claim[] = [
  {
    id: 'counter-100k',
    claim: 'Counter columns take 100,000 likes a second on one post natively',
    scenario: 'instagram-v2',
    unit: 'likes refused / sent',
    expected: { atMost: 0.001 },
    runs: [viral, calm, busy],
    observe: (evidence) => evidence(viral, 'errors'),
    turn: { ...likesOnOnePost, stated: 'seed' },
    why: 'A counter is one partition key, and a key takes 1,000 writes a second (Amazon Keyspaces); a Cassandra counter is moreover read before it is written, under a lock at its leader. Merging without conflicts is not the same as without work: 99 of 100 likes are refused.',
  },
  {
    id: 'like-staleness',
    claim: 'Like counts are at most a few seconds behind',
    scenario: 'instagram-v2',
    unit: 'share of likes never counted',
    expected: { atMost: 0.001 },
    runs: [viral, calm, busy],
    observe: (evidence) => evidence(viral, 'errors'),
    turn: { ...likesOnOnePost, stated: 'open' },
    why: 'Below the limit of the key a like is at every replica within some 10 ms, as claimed. Above it the excess is refused and is not late but lost; the queue of the key adds at most a second before that.',
  },
  {
    id: 'hot-partition-latency',
    claim: 'On a hot partition a like takes 50 ms instead of 10',
    scenario: 'instagram-v2',
    unit: 'ms at p99, of likes that succeed',
    expected: { atMost: 55 },
    runs: [busy],
    observe: (evidence) => evidence(busy, 'p99'),
    why: 'At 1,200 likes a second on one post. A queue has no state at 50 ms: well below the limit of the key a like hardly waits, above it the queue fills to the second of work that it may hold, and what exceeds that is refused. It rests on that bound; without one the wait would grow for as long as the likes come.',
  },
  {
    id: 'hot-partition-others',
    claim: 'Other partitions are unaffected by a hot one',
    scenario: 'viral-post',
    unit: 'share of comments on other posts that fail',
    expected: { atMost: 0.0005 },
    runs: [viralPost],
    observe: (evidence) => evidence(viralPost, 'commentErrors'),
    why: 'While 100,000 likes a second come for one post. Those that wait for the key hold a thread of UploadService each, but only 1,000 may wait, of 9,600 threads, and the rest is refused at once. It rests on that bound of the queue; were all to wait for their time-out of 1.1 s they would hold 110,000 threads.',
  },
  {
    id: 'counter-schema',
    claim: 'Like and comment counts are counter columns of the posts table',
    scenario: 'arithmetic',
    unit: 'tables that allow it',
    expected: { atLeast: 1 },
    runs: [],
    observe: () => exactly(0),
    why: 'Cassandra refuses a table that mixes counters with other columns outside the primary key (CQL reference, counters); media_urls is such a column. The counts need a table of their own, hence a second query.',
  },
  {
    id: 'vnode-rebalance',
    claim: 'When one partition is too hot, rebalancing virtual nodes spreads its load',
    scenario: 'whale-post',
    unit: 'reads served with twice the ranges / before',
    expected: { atLeast: 1.5 },
    runs: [oneRange, splitRanges],
    observe: (evidence) => {
      const before = evidence(oneRange, 'served').value;
      const after = evidence(splitRanges, 'served').value;
      return { value: before === null || after === null ? null : after / before, ci95: null };
    },
    why: 'Virtual nodes move ranges of tokens, and a key is one token: it lies in one range however many there are. The heat is of one author, not of a range.',
  },
  {
    id: 'post-key-collision',
    claim: 'Author and time of creation identify a post',
    scenario: 'arithmetic',
    unit: 'posts overwritten a year',
    expected: { atMost: 0 },
    runs: [],
    observe: () => exactly(collisionsPerYear),
    why: `A Cassandra timestamp has milliseconds, and a second row with the same key replaces the first without an error. If all users post alike, ${digits(collisionsPerYear)} posts a year share author and millisecond; scripts, retries and clocks that step back make it more. A time-based unique id (timeuuid) has no such collisions.`,
  },
  {
    id: 'postgres-depth',
    claim: 'The B-tree of PostgreSQL grows so deep at billions of posts that writes become slow',
    scenario: 'arithmetic',
    unit: 'levels more from 1 to 100 billion rows',
    expected: { atLeast: 2 },
    runs: [],
    observe: () => exactly(btreeDepth(1e11) - btreeDepth(1e9)),
    why: `A page holds some 250 keys, so a billion rows need ${btreeDepth(1e9)} levels and a hundred billion ${btreeDepth(1e11)}, of which all but the lowest are in memory. What limits one PostgreSQL is its one writer and its disk, not the depth.`,
  },
];
