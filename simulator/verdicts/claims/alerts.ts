import { exactly, type Claim } from './claim.ts';
import { cdnAlone, pipeline, quietReads } from './experiments.ts';
import type { Experiment } from './experiment.ts';

/** One level of an alert: a run that crosses it, and one that stays 5 % on the safe side. */
interface Trial {
  readonly level: string;
  readonly crossing: Experiment;
  readonly safe: Experiment;
}

const firing = (level: string, experiment: Experiment): Experiment => ({
  ...experiment,
  id: `alert-${experiment.id}`,
  figures: { ...experiment.figures, [level]: { alert: level } },
});

const constantMs = (ms: number) => ({ distribution: 'constant', ms });

/** What a feed read takes besides its queries, ms: token, services, cache, vector, network. */
const FEED_WITHOUT_QUERIES_MS = 7.64;

/** Feeds that make three pulls and one count read each, so slow that the whole takes so long. */
function feedsOf(p99Ms: number): Experiment {
  const queryMs = (p99Ms - FEED_WITHOUT_QUERIES_MS) / 4;
  return quietReads(`feeds-of-${p99Ms}-ms`, `Feed reads take ${p99Ms} ms`, {
    set: {
      'read-client.feedRead.ratePerSecond': 400,
      'feed-cache.hitRatio': 1,
      // A query is 0.5 ms network and 1.5 ms demand besides.
      'post-db.readDelay': constantMs(queryMs - 2),
    },
    population: { whalesPerReader: [0, 0, 0, 1] },
  });
}

/** The gap of a crash is as long as it says, not as long as the consumer group waits for the members. */
const atOnce = (worker: string) => ({
  [`${worker}.sessionTimeoutSeconds`]: 1,
  [`${worker}.rebalanceSeconds`]: 0,
  [`${worker}.firstJoinSeconds`]: 0,
});

/** Fan-out workers away for so long; pushes are few, so that the first post of the gap is the last to be late. */
function fanoutGap(seconds: number): Experiment {
  return {
    ...pipeline('fanout-worker', {
      id: `fanout-gap-${seconds}`.replace('.', ''),
      question: `The fan-out workers are away for ${seconds} s`,
      set: {
        'upload-client.photoUpload.ratePerSecond': 20,
        ...atOnce('fanout-worker'),
      },
      population: { followers: { mean: 50, exponent: 2.276, max: 50 } },
      seconds: 90,
    }),
    timeline: [
      {
        id: 'gap',
        kind: 'workers-crash',
        target: 'fanout-worker',
        atSeconds: 10,
        durationSeconds: seconds,
      },
    ],
  };
}

/** Image workers away for so long; there are enough of them to catch up within seconds. */
function imageGap(seconds: number): Experiment {
  return {
    ...pipeline('image-worker', {
      id: `image-gap-${seconds}`,
      question: `The image workers are away for ${seconds} s`,
      set: {
        'upload-client.photoUpload.ratePerSecond': 20,
        'image-worker.workers': 400,
        'upload-stream.partitions': 400,
        ...atOnce('image-worker'),
      },
      seconds: 390,
    }),
    timeline: [
      {
        id: 'gap',
        kind: 'workers-crash',
        target: 'image-worker',
        atSeconds: 30,
        durationSeconds: seconds,
      },
    ],
  };
}

/** Likes on a path of no time of its own, so that a like takes what PostDB takes: so long. */
function writesOf(p99Ms: number): Experiment {
  const base = pipeline('fanout-worker', {
    id: `writes-of-${p99Ms}-ms`.replace('.', ''),
    question: `Writes to PostDB take ${p99Ms} ms`,
    set: {
      'upload-client.photoUpload.ratePerSecond': 0.001,
      'upload-client.like': { process: 'constant', ratePerSecond: 100 },
      'upload-client->api-gateway.latency': null,
      'api-gateway->upload-lb.latency': null,
      'upload-lb->upload-service.latency': null,
      'api-gateway.jwtDemand': constantMs(0),
      'api-gateway.jwtDelay': constantMs(0),
      'upload-lb.overhead': constantMs(0),
      'upload-service.requestDemand': constantMs(0),
      // A counter update is 0.5 ms network and 1.5 ms each to read and to write besides.
      'post-db.counterDelay': constantMs(p99Ms - 3.5),
    },
    seconds: 20,
  });
  return { ...base, figures: { p99: { metric: 'flows.like.latencyMs.p99' } } };
}

/** Every feed and vector is there, and fills its memory to that share: 200 ids of 10 bytes and 160 of vector, each with 120 of key. */
function memoryFilledTo(ratio: number): Experiment {
  const users = 10_000;
  const base = quietReads(
    `memory-filled-to-${Math.round(1000 * ratio)}-per-mille`,
    `Feeds and vectors fill ${100 * ratio} % of the memory`,
    {
      set: {
        'read-client.feedRead.ratePerSecond': 200,
        // Memory is accounted for when something is written.
        'feed-cache.vectorRefreshSeconds': 60,
        'feed-cache.hitRatio': 'emergent',
        'feed-cache.users': users,
        'feed-cache.ttlSeconds': null,
        'feed-cache.memoryBytesPerShard': Math.round((users * (2120 + 280)) / ratio),
      },
    },
  );
  return {
    ...base,
    replications: 1,
    figures: { memory: { metric: 'components.feed-cache.highestMemoryRatio' } },
  };
}

const trials: readonly Trial[] = [
  { level: 'feed-latency', crossing: feedsOf(305), safe: feedsOf(285) },
  { level: 'fanout-lag:alert', crossing: fanoutGap(30.5), safe: fanoutGap(28.5) },
  { level: 'fanout-lag:critical', crossing: fanoutGap(61), safe: fanoutGap(57) },
  { level: 'image-throughput', crossing: imageGap(315), safe: imageGap(285) },
  { level: 'cdn-hit-rate', crossing: cdnAlone(0.655, 0.89), safe: cdnAlone(0.655, 0.945) },
  { level: 'write-latency', crossing: writesOf(50.5), safe: writesOf(47.5) },
  { level: 'redis-memory:alert', crossing: memoryFilledTo(0.84), safe: memoryFilledTo(0.76) },
  { level: 'redis-memory:critical', crossing: memoryFilledTo(0.945), safe: memoryFilledTo(0.855) },
].map(({ level, crossing, safe }) => ({
  level,
  crossing: firing(level, crossing),
  safe: firing(level, safe),
}));

/** The alerts: do they fire when they should, and only then? */
export const alertClaims: readonly Claim[] = [
  {
    id: 'alerts',
    claim: 'The alerts fire when their threshold is crossed, and only then',
    scenario: 'instagram-v2',
    unit: 'levels that do',
    expected: { atLeast: trials.length },
    runs: trials.flatMap(({ crossing, safe }) => [crossing, safe]),
    observe: (evidence) =>
      exactly(
        trials.filter(
          ({ level, crossing, safe }) =>
            evidence(crossing, level).value === 1 && evidence(safe, level).value === 0,
        ).length,
      ),
    why: 'Each level was run once across its threshold and once 5 % on the safe side of it. "Rate below upload rate for 5 minutes" is read as: by more than 5 % in every 30 s of them, for the two rates differ by chance all the time. Six of the seven alerts state a threshold, two of them for two levels. The seventh, on changes of the whale flag, states no threshold.',
  },
];
