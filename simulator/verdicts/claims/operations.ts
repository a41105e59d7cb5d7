import { exactly, type Claim, type Evidence } from './claim.ts';
import { feedLifeSeconds, plenty } from './caches.ts';
import { pipeline } from './experiments.ts';
import type { Experiment } from './experiment.ts';
import { published } from './published.ts';
import { digits, percent } from './words.ts';

/** Shards that the short form leaves out. */
const SCALE = 16;

/** All image workers away for ten seconds, with so many of them in the short form. */
const crash = (workers: number): Experiment => ({
  ...pipeline('image-worker', {
    id: `crash-of-${workers * SCALE}-workers`,
    question: `All of ${workers * SCALE} image workers crash for 10 s`,
    set: { 'image-worker.workers': workers, 'upload-stream.partitions': 240 },
    seconds: 300,
  }),
  timeline: [
    { id: 'crash', kind: 'workers-crash', target: 'image-worker', atSeconds: 10, durationSeconds: 10 },
  ],
});

/** Kafka away for 15 s, on the published pipeline. */
function kafkaAway(consumer: 'image-worker' | 'fanout-worker'): Experiment {
  const base = pipeline(consumer, {
    id: `kafka-away-${consumer}`,
    question: 'All brokers are away for 15 s',
    seconds: 50,
  });
  const flow = consumer === 'image-worker' ? 'image-processing' : 'fanout';
  return {
    ...base,
    timeline: [{ id: 'kafka', kind: 'kafka-outage', atSeconds: 8, durationSeconds: 15 }],
    figures: {
      uploadErrors: { metric: 'flows.photo-upload.errorRatio', phase: 'during:kafka' },
      doneAfter: {
        metric: `flows.${flow}.completedPerSecond`,
        over: `flows.photo-upload.completedPerSecond`,
        phase: 'after:kafka',
      },
    },
  };
}
const images = kafkaAway('image-worker');
const fanout = kafkaAway('fanout-worker');

const done = (evidence: Evidence, experiment: Experiment) => evidence(experiment, 'done').value;

/** Operations a second that PostDB does besides pulls, and those that it can do. */
const OTHER_OPERATIONS = 2_705_485;
const CAPACITY = 6144 / 0.0015;

/** The published fan-out lags; feeds are pulled from a lag of a second on, with so many queries each. */
const pulledFeeds = (id: string, pullQueries: number | null): Experiment => ({
  id: `pull-only-${id}`,
  question: `While the fan-out lags every feed is pulled, with ${pullQueries ?? 'a query for each followed author and the follow list:'} queries`,
  scenario: 'instagram-v2',
  form: 'short',
  replications: 1,
  set: {
    'read-client.imagesPerFeedRead': 0,
    'feed-service.pullOnLagSeconds': 1,
    'feed-service.pullQueries': pullQueries,
  },
  run: { durationSeconds: 8, warmupSeconds: 4 },
  figures: {
    errors: { metric: 'flows.feed-read.errorRatio' },
    p99: { metric: 'flows.feed-read.latencyMs.p99' },
    pulled: {
      metric: 'components.feed-service.pullOnlyReadsPerSecond',
      over: 'flows.feed-read.offeredPerSecond',
    },
    postDbBusy: { metric: 'components.post-db.utilization' },
  },
});
const oneQuery = pulledFeeds('one', 1);
const threeQueries = pulledFeeds('three', 3);
const everyAuthor = pulledFeeds('all', null);

const FLAG_TTL_SECONDS = 3600;

/** All authors lose half of their followers an hour; only posts near the threshold can be misjudged. */
const fallingAuthors: Experiment = {
  ...pipeline('fanout-worker', {
    id: 'falling-authors',
    question: 'Every author loses half of the followers an hour',
    set: {
      'fanout-worker.followerGrowthPerHour': -0.5,
      'fanout-worker.workers': 64,
      'upload-stream.partitions': 64,
    },
    seconds: 60,
  }),
  replications: 1,
  figures: {
    stale: {
      metric: 'components.fanout-worker.staleFlagsPerSecond',
      over: 'components.fanout-worker.throughputPerSecond',
    },
  },
};

/** Failures of the parts behind the stream, and what they leave. */
export const operationsClaims: readonly Claim[] = [
  {
    id: 'crash-no-loss',
    claim: 'When all image workers crash nothing is lost, and all is processed on recovery',
    scenario: 'instagram-v2',
    unit: 'images done / due, five minutes on',
    expected: { atLeast: 0.98 },
    runs: [crash(2), crash(30), crash(48)],
    observe: (evidence) => evidence(crash(2), 'done'),
    turn: {
      parameter: 'image-worker.workers',
      stated: 'seed',
      flipsAt: 600,
      unit: 'workers',
      sides: (evidence) => [
        { at: 30 * SCALE, observed: done(evidence, crash(30)) },
        { at: 48 * SCALE, observed: done(evidence, crash(48)) },
      ],
    },
    why: 'Nothing is lost: work in hand is delivered again and the rest waits in the stream, up to its limit of 5 million. But 32 workers that do a nineteenth of the photos before the crash do not process all after it.',
  },
  {
    id: 'kafka-outage-lossless',
    claim: 'While Kafka is away nothing is lost',
    scenario: 'instagram-v2',
    unit: 'share of uploads that fail meanwhile',
    expected: { atMost: 0.0005 },
    runs: [images],
    observe: (evidence) => evidence(images, 'uploadErrors'),
    why: 'With the local buffer that the design names as mitigation: what cannot be published is kept with the post and published when the brokers are back. It rests on that buffer being durable; in memory it would be lost with the process.',
  },
  {
    id: 'kafka-outage-catchup',
    claim: 'After five minutes without Kafka everything is caught up within minutes',
    scenario: 'instagram-v2',
    unit: 'fan-outs done / posts made, after it',
    expected: { atLeast: 1 },
    runs: [fanout],
    observe: (evidence) => evidence(fanout, 'doneAfter'),
    why: 'To catch up, more has to be done than comes. The 16 workers do a quarter of what comes even without an outage, and the image workers a nineteenth: the backlog never shrinks. With twice the needed capacity five minutes would take five more.',
  },
  {
    id: 'lag-pull-only',
    claim: 'While the fan-out lags, pulling every feed from PostDB keeps feeds fresh',
    scenario: 'instagram-v2',
    unit: 'ms at p99 of feed reads',
    expected: { atMost: 200 },
    runs: [oneQuery, threeQueries],
    observe: (evidence) => evidence(oneQuery, 'p99'),
    turn: {
      parameter: 'feed-service.pullQueries',
      stated: 'open',
      flipsAt: (CAPACITY - OTHER_OPERATIONS) / published.feedReadsPerSecond,
      unit: 'queries',
      sides: (evidence) => [
        { at: 1, observed: evidence(oneQuery, 'p99').value },
        { at: 3, observed: evidence(threeQueries, 'p99').value },
      ],
    },
    again: {
      runs: [everyAuthor],
      observe: (evidence) => evidence(everyAuthor, 'p99'),
      why: 'None is answered. A feed of 671 followed authors takes 672 queries, and all feeds together a hundred times what PostDB can do.',
    },
    why: (evidence) =>
      `It turns on what a pull costs. With one query a feed PostDB becomes ${percent(evidence(oneQuery, 'postDbBusy').value ?? NaN)} busy and answers all feeds, later than before but within the design's own 200 ms. Its places are full at 2.1 queries; beyond, the wait grows with every second of lag.`,
  },
  {
    id: 'threshold-flip',
    claim: 'Crossing 10,000 followers is inconsistent for at most an hour, the TTL of the flag',
    scenario: 'instagram-v2',
    unit: 's',
    expected: { atMost: FLAG_TTL_SECONDS },
    runs: [fallingAuthors, plenty],
    observe: (evidence) => exactly(FLAG_TTL_SECONDS + feedLifeSeconds(evidence)),
    why: (evidence) =>
      `Upwards, yes: posts are pushed and pulled. Downwards a stale flag lets posts go unpushed that nobody pulls any more: ${percent(evidence(fallingAuthors, 'stale').value ?? NaN)} of all posts where every author loses half of the followers an hour. They stay missing from a cached feed until it expires, and each push renews it: by the pushes of the run a feed lives for ${digits(feedLifeSeconds(evidence))} s in the mean, and for as long as pushes keep coming within 600 s of each other.`,
  },
];
