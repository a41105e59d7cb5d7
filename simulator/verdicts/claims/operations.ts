import { exactly, type Claim, type Evidence } from './claim.ts';
import { pipeline } from './experiments.ts';
import type { Experiment } from './experiment.ts';
import { published } from './published.ts';
import { digits } from './words.ts';

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

/** PostDB when every feed is pulled by so many queries; 2.705 million other operations of 4.096 a second. */
const pullOnlyBusy = (queries: number): number =>
  (2_705_485 + published.feedReadsPerSecond * queries) / (6144 / 0.0015);

/** Cores of FeedService in use at so many times its reads. */
const feedCpu = (times: number): number => 0.564 * times;

/** Two missed checks, one every ten seconds, and the scheduler's round. */
const HEALTH_CHECK_SECONDS = 30;
/** Session time-out of a consumer and its rejoining, as measured with Kafka 3.9. */
const REBALANCE_SECONDS = 6.8;

/** Seconds from a worker's death to its replacement at work, for a container that starts in so long. */
const replacement = (startSeconds: number): number => HEALTH_CHECK_SECONDS + startSeconds + REBALANCE_SECONDS;
/** Minutes to give a new Redis node its share: a few to provide the node, then its keys at 100 MB/s. */
const newRedisNode = (gigabytes: number): number => 3 + (gigabytes * 1000) / 100 / 60;

/** Growth and failures of the parts behind the stream, and scaling. */
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
    scenario: 'arithmetic',
    unit: 'PostDB busy',
    expected: { atMost: 1 },
    runs: [],
    observe: () => exactly(pullOnlyBusy(1)),
    turn: {
      parameter: 'feed-service.pullQueries',
      stated: 'open',
      flipsAt: (6144 / 0.0015 - 2_705_485) / published.feedReadsPerSecond,
      unit: 'queries',
      sides: () => [
        { at: 1, observed: pullOnlyBusy(1) },
        { at: 3, observed: pullOnlyBusy(3) },
      ],
    },
    why: `It turns on what a pull costs. With one query a feed PostDB becomes 82 % busy and holds. The table that the design gives has a partition for each author, so a feed of 671 followed authors takes as many queries, ${digits(pullOnlyBusy(671))} times what PostDB can do.`,
  },
  {
    id: 'threshold-flip',
    claim: 'Crossing 10,000 followers is inconsistent for at most an hour, the TTL of the flag',
    scenario: 'arithmetic',
    unit: 's',
    expected: { atMost: 3600 },
    runs: [],
    observe: () => exactly(3600 + 600),
    why: 'Upwards, yes. Downwards, posts that were made as a whale were pushed to nobody, and once the flag has changed nobody pulls them: they stay missing from every cached feed until that feed expires, 600 s after the last push into it, and longer where pushes go on renewing it.',
  },
  {
    id: 'autoscale-workers',
    claim: 'Crashed workers are replaced within two minutes',
    scenario: 'arithmetic',
    unit: 's',
    expected: { atMost: 120 },
    runs: [],
    observe: () => exactly(replacement(60)),
    turn: {
      parameter: 'start of a container, s',
      stated: 'open',
      flipsAt: 120 - HEALTH_CHECK_SECONDS - REBALANCE_SECONDS,
      unit: 's',
      sides: () => [
        { at: 60, observed: replacement(60) },
        { at: 90, observed: replacement(90) },
      ],
    },
    why: 'Half a minute until the checks have noticed, the start, and 7 s for the consumer group to hand the partitions out again. A container of a minute holds it; a large image that is pulled first does not.',
  },
  {
    id: 'autoscale-redis',
    claim: 'A lost Redis node is replaced within five minutes',
    scenario: 'arithmetic',
    unit: 'minutes',
    expected: { atMost: 5 },
    runs: [],
    observe: () => exactly(newRedisNode(3)),
    turn: {
      parameter: 'data of a node, GB',
      stated: 'open',
      flipsAt: 12,
      unit: 'GB',
      sides: () => [
        { at: 3, observed: newRedisNode(3) },
        { at: 100, observed: newRedisNode(100) },
      ],
    },
    why: 'Three minutes to provide the node (assumed) and its data at 100 MB a second (assumed: one thread copies). With the stated 3 GB a node it holds; with the 100 GB that a node needs for the stated hit ratio it takes twenty minutes.',
  },
  {
    id: 'autoscale-feed',
    claim: 'Scaling FeedService out at 60 % CPU for three minutes absorbs peaks',
    scenario: 'arithmetic',
    unit: 'cores in use until new instances come',
    expected: { atMost: 1 },
    runs: [],
    observe: () => exactly(feedCpu(1.5)),
    turn: {
      parameter: 'feed reads as a multiple of the peak that it is sized for',
      stated: 'open',
      flipsAt: 1 / feedCpu(1),
      unit: 'ratio',
      sides: () => [
        { at: 1.5, observed: feedCpu(1.5) },
        { at: 2, observed: feedCpu(2) },
      ],
    },
    why: 'Help comes after three minutes and a start, so for some five minutes the instances that are there have to do. At 56 % CPU that is 1.77 times the load; a flash crowd of twice the load is over capacity all that time.',
  },
  {
    id: 'ten-x-growth',
    claim: 'Ten million requests a second need more nodes and no other architecture',
    scenario: 'arithmetic',
    unit: 'reads/s of the hottest ordinary key',
    expected: { atMost: 3000 },
    runs: [],
    observe: () => exactly((10 * published.feedReadsPerSecond * 1_600_000) / published.users),
    turn: {
      parameter: 'times the load',
      stated: 'seed',
      flipsAt: 3000 / 2080,
      unit: 'ratio',
      sides: () => [
        { at: 1, observed: 2080 },
        { at: 10, observed: 20_800 },
      ],
    },
    why: 'Rates, instances, ranges, partitions and brokers divide. A key does not: the author with 1.6 million followers is read 2,080 times a second today and would be 20,800 times, at a key that serves 3,000 however many nodes there are; it ends at 1.44 times the load. A cache of whales’ posts is another architecture.',
  },
];
