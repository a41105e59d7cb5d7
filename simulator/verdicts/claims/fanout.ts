import { followerLaw } from '../../../scenarios/sampling/index.ts';
import { about, exactly, times, type Claim } from './claim.ts';
import { pipeline, whalePost } from './experiments.ts';
import type { Experiment } from './experiment.ts';
import { published } from './published.ts';
import { digits } from './words.ts';

const { averageFollowers, fanoutWorkers, whaleFollowers } = published;

/**
 * A 64-bit integer in a Redis list: its listpack entry takes 1 byte of encoding, 8 of value and 1 of
 * back length (Redis, listpack specification); the list's nodes add about a tenth.
 */
const REDIS_ENTRY_BYTES = 11;

/** One post after the other by authors who all have the same number of followers; none waits for another. */
function samePosts(followers: number, secondsBetween: number): Experiment {
  return pipeline('fanout-worker', {
    id: `fanout-of-${followers}`,
    question: `Every author has ${followers} followers, and a post comes every ${secondsBetween} s`,
    set: {
      'upload-client.photoUpload': { process: 'constant', ratePerSecond: 1 / secondsBetween },
      'fanout-worker.whaleThreshold': null,
    },
    population: { followers: { mean: followers, exponent: 2.276, max: followers } },
    seconds: 2 + 10 * secondsBetween,
  });
}

const ofAverage = samePosts(averageFollowers, 1);
const ofMaximum = samePosts(9999, 2);
/** A 500th of the whale's followers: pushes one after the other take a time in proportion. */
const SMALL_WHALE = 100_000;
const storm = samePosts(SMALL_WHALE, 16);
const ofWhale: Experiment = {
  ...storm,
  figures: { ...storm.figures, cacheBusy: { metric: 'components.feed-cache.utilization' } },
};

/** The short form's fan-out, with as many pushes in flight as given. */
const pushesInFlight = (depth: number): Experiment =>
  pipeline('fanout-worker', {
    id: `fanout-depth-${depth}`,
    question: `Each fan-out worker has ${depth} pushes in flight`,
    set: { 'fanout-worker.pipelineDepth': depth },
    seconds: 40,
  });

/** A whale's post and nothing else: feeds are read past the cache, so that all it does is for pushes. */
const whaleAlone: Experiment = {
  id: 'whale-post-alone',
  question: 'A whale posts, and hardly anybody else does anything',
  scenario: 'instagram-v2',
  form: 'short',
  remove: ['feed-service->feed-cache'],
  set: {
    'read-client.feedRead.ratePerSecond': 0.001,
    'read-client.postDetail': null,
    'upload-client.like': null,
    'upload-client.comment': null,
    'upload-client.photoUpload.ratePerSecond': 0.001,
  },
  timeline: [{ id: 'post', kind: 'whale-post', atSeconds: 5, followers: whaleFollowers, readBoost: 0 }],
  run: { durationSeconds: 30, warmupSeconds: 2 },
  figures: { pushesPerSecond: { metric: 'components.feed-cache.throughputPerSecond' } },
};

const law = followerLaw({ mean: 671, exponent: 2.276, max: 1_600_000 });
const whaleShare = law.survival(published.whaleThreshold);
/** Share of all followings that go to whales. */
const followedWhales = (whaleShare * law.meanAbove(published.whaleThreshold)!) / 671;

/** Pushing posts into feeds, and not pushing those of whales. */
export const fanoutClaims: readonly Claim[] = [
  {
    id: 'whale-storm-time',
    claim: 'Pushing one post to 50 million followers takes 83 minutes',
    scenario: 'instagram-v2',
    unit: 'minutes',
    expected: about(83),
    runs: [ofWhale],
    observe: (evidence) => times(evidence(ofWhale, 'mean'), whaleFollowers / SMALL_WHALE / 60_000),
    why: 'One worker pushes one follower after the other at 0.1 ms, and reads them from PostDB 5,000 a page; a 500th of the followers was run, and the time is in proportion. It rests on one LPUSH at a time: with ten in flight it would be nine minutes.',
  },
  {
    id: 'whale-storm-throughput',
    claim: "During it the write throughput of the cache is consumed by one user's post",
    scenario: 'instagram-v2',
    unit: 'share of the shards’ time',
    expected: { atLeast: 0.5 },
    runs: [ofWhale],
    observe: (evidence) => times(evidence(ofWhale, 'cacheBusy'), 1 / published.cacheNodes),
    why: 'One push after the other is 10,000 commands a second, of the 2.4 million that twelve shards can execute at 5 us. What the storm consumes is a worker and its partition: a 64th of all authors wait 83 minutes for their posts to be pushed. Only with the pushes of all followers in flight at once would the cache be the bottleneck.',
  },
  {
    id: 'whale-storm-bytes',
    claim: 'The push to 50 million followers writes 50 GB into Redis',
    scenario: 'arithmetic',
    unit: 'GB',
    expected: about(50),
    runs: [],
    observe: () => exactly((whaleFollowers * REDIS_ENTRY_BYTES) / 1e9),
    turn: {
      parameter: 'bytes that a push adds',
      stated: 'seed',
      flipsAt: 900,
      unit: 'bytes',
      sides: () => [
        { at: REDIS_ENTRY_BYTES, observed: (whaleFollowers * REDIS_ENTRY_BYTES) / 1e9 },
        { at: 1000, observed: (whaleFollowers * 1000) / 1e9 },
      ],
    },
    why: `50 GB are 1,000 bytes a push. A 64-bit post id in a Redis list takes ${REDIS_ENTRY_BYTES} bytes (8, and the frame of its listpack entry), hence ${digits((whaleFollowers * REDIS_ENTRY_BYTES) / 1e9)} GB; 50 GB need whole posts instead of ids in the feeds, and would not fit into the 36 GB of the same cluster.`,
  },
  {
    id: 'whale-hybrid-writes',
    claim: "In the hybrid design a whale's post causes no Redis writes",
    scenario: 'instagram-v2',
    unit: 'writes/s',
    expected: { atMost: 0 },
    runs: [whaleAlone],
    observe: (evidence) => evidence(whaleAlone, 'pushesPerSecond'),
    why: 'At or above 10,000 followers the fan-out is skipped; the worker looks at the count and commits.',
  },
  {
    id: 'whale-hybrid-visible',
    claim: "A whale's post is visible to every follower within one feed refresh",
    scenario: 'whale-post',
    unit: 'share of feed reads that fail',
    expected: { atMost: 0.0005 },
    runs: [whalePost],
    observe: (evidence) => evidence(whalePost, 'feedErrorsDuring'),
    why: "The refresh of a follower fails: a tenth of all feed reads want the whale's partition key, which serves 3,000 reads a second of some 100,000. Judged against the 99.95 % of the design's own availability.",
  },
  {
    id: 'fanout-average',
    claim: 'A fan-out to 500 followers takes 50 ms',
    scenario: 'instagram-v2',
    unit: 'ms',
    expected: about(50),
    runs: [ofAverage],
    observe: (evidence) => evidence(ofAverage, 'mean'),
    why: 'The 500 pushes take 50 ms as stated; reading who the followers are takes another query of 5 ms, which the figure leaves out, and handing the message over half a millisecond.',
  },
  {
    id: 'fanout-maximum',
    claim: 'The largest fan-out, to 10,000 followers, takes about a second',
    scenario: 'instagram-v2',
    unit: 'ms',
    expected: about(1000),
    runs: [ofMaximum],
    observe: (evidence) => evidence(ofMaximum, 'mean'),
    why: 'Pushes one after the other at 0.1 ms, and two pages of followers at 5 ms.',
  },
  {
    id: 'fanout-capacity',
    claim: '16 fan-out workers keep up with 1,200 posts a second',
    scenario: 'instagram-v2',
    unit: 'fan-outs done / due',
    expected: { atLeast: 0.99 },
    runs: [pushesInFlight(1), pushesInFlight(5), pushesInFlight(16)],
    observe: (evidence) => evidence(pushesInFlight(1), 'done'),
    turn: {
      parameter: 'fanout-worker.pipelineDepth',
      stated: 'seed',
      flipsAt: 6.4,
      unit: 'pushes in flight',
      sides: (evidence) => [
        { at: 5, observed: evidence(pushesInFlight(5), 'done').value },
        { at: 16, observed: evidence(pushesInFlight(16), 'done').value },
      ],
    },
    why: `1,200 posts x 54.6 ms are 65.6 workers at 100 %; ${fanoutWorkers} do 293 posts a second, and the lag grows by three quarters of a second each second. More workers alone do not mend it: a partition feeds one worker and there are 64. Several pushes in flight do.`,
  },
  {
    id: 'fanout-cap',
    claim: 'The hybrid model caps a post at 10,000 pushes',
    scenario: 'arithmetic',
    unit: 'pushes',
    expected: { atMost: 10_000 },
    runs: [],
    observe: () => exactly(published.whaleThreshold - 1),
    why: 'The largest account that is pushed has 9,999 followers.',
  },
  {
    id: 'whale-share',
    claim: '99.5 % of users have fewer than 10,000 followers',
    scenario: 'arithmetic',
    unit: 'ratio',
    expected: { between: [0.9945, 0.9955] },
    runs: [],
    observe: () => exactly(1 - whaleShare),
    why: 'Consistent with the 500 followers of an ordinary account: a power law of exponent 2.276 (Kwak et al. 2010) up to 1.6 million followers has both.',
  },
  {
    id: 'whales-followed',
    claim: 'A user follows 0 to 3 whales',
    scenario: 'arithmetic',
    unit: 'whales',
    expected: { between: [0, 3] },
    runs: [],
    observe: () => exactly(followedWhales * 671),
    why: `It contradicts the two figures before: half a percent of accounts with over 10,000 followers hold ${digits(100 * followedWhales)} % of all followings, so that somebody who follows 671 accounts follows some ${digits(followedWhales * 671)} whales, and a good part of them post within a day.`,
  },
];
