import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveSeconds, ratio, seconds } from '../format/quantities.ts';
import { autoscaling } from './autoscaling.ts';
import { defineKind, field } from './field.ts';
import { loadShedding } from './load-shedding.ts';
import { constantMs, postDbEdge } from './network.ts';

const config = z.strictObject({
  instances: field(count(1, 100_000).default(96), {
    title: 'Instances',
    description: 'Separate processes, each with its own threads, cores and queues.',
    unit: 'count',
    source:
      'sized: threads at most 70 % and cores at most 60 % busy at 800K requests a second; the seed scales out above 60 %',
  }),
  threads: field(count(1, 100_000).default(200), {
    title: 'Threads an instance',
    description: 'Requests in hand at the same time; a thread is held while its request waits for a store.',
    unit: 'count',
    source: 'default maximum of Apache Tomcat (maxThreads)',
  }),
  cores: field(count(1, 1024).default(8), {
    title: 'Cores an instance',
    description: 'Threads that compute at the same time.',
    unit: 'count',
    source: 'sized: a common size of a compute node',
  }),
  requestDemand: field(distribution.default(constantMs(0.5)), {
    title: 'Demand of a request',
    description: 'Core time to parse a request and to write its answer.',
    unit: 'ms',
    source: 'sized: what the default cores hold',
  }),
  mergeDemand: field(distribution.default(constantMs(0.05)), {
    title: 'Demand of the merge',
    description: 'Core time to merge the pushed feed with the pulled posts by time.',
    unit: 'ms',
    source: 'sized: a merge of two sorted lists of a few hundred entries',
  }),
  rankingModel: field(z.enum(['ml', 'chronological']).default('ml'), {
    title: 'Ranking',
    description:
      'Machine-learned: look up the reader’s 40-dimensional vector in FeedCache and score every candidate. Chronological: neither.',
    source: 'seed: ML ranking replaces chronological ordering',
  }),
  rankingDemand: field(distribution.default(constantMs(0.001)), {
    title: 'Demand of the ranking',
    description: 'Core time to score the candidates of one feed.',
    unit: 'ms',
    source: 'seed: 200 candidates x 40 dimensions in under a microsecond; the upper end of that',
  }),
  coldStartRatio: field(ratio.default(0), {
    title: 'Readers without a vector',
    description:
      'Share of feed reads by users with under 50 interactions: the look-up finds nothing, and the feed stays chronological.',
    unit: 'ratio',
    source: 'the seed states the rule but not the share',
  }),
  rankingSplit: field(ratio.default(0), {
    title: 'A/B split',
    description: 'Share of feed reads that the candidate model ranks in place of the other one.',
    unit: 'ratio',
    source: 'seed: a new model gets 5 % of traffic and is raised to 100 %; no candidate unless asked for',
  }),
  candidateModel: field(z.enum(['ml', 'chronological']).default('ml'), {
    title: 'Candidate model',
    description: 'What ranks that share.',
    source: 'seed: ranking models are rolled out by A/B tests',
  }),
  candidateDemand: field(distribution.default(constantMs(0.001)), {
    title: 'Demand of the candidate model',
    description: 'Core time in which it scores the candidates of one feed.',
    unit: 'ms',
    source: 'that of the model it would replace',
  }),
  whalePulls: field(z.enum(['sequential', 'parallel']).default('sequential'), {
    title: 'Whale pulls',
    description: 'Whether the followed whales’ posts are queried one after the other or all at once.',
    source: 'seed: 0-3 whales at 5 ms each add 0-15 ms, so one after the other',
  }),
  whaleWindowSeconds: field(seconds.default(86_400), {
    title: 'Whale window',
    description:
      'A followed whale is pulled when it posted within this time; after it a post is pulled no more.',
    unit: 's',
    source: 'sized: a day of posts, as `created_at > ?` needs a bound and the seed gives none',
  }),
  whaleCache: field(z.enum(['none', 'redis', 'in-process']).default('none'), {
    title: 'Whale cache',
    description:
      'Where followed whales’ posts are looked up before PostDB. Redis: `whale_posts:{author}`, which lies on one shard of FeedCache. In-process: a map in each instance, in which simultaneous misses of one author make one query.',
    source: 'seed: an optional optimization; not part of the published design',
  }),
  whaleCacheTtlSeconds: field(positiveSeconds.default(60), {
    title: 'Whale cache TTL',
    description: 'Age at which an entry is forgotten. A post younger than the entry is not in it.',
    unit: 's',
    source: 'assumed: a minute until a further post of the same whale is seen',
  }),
  pullQueries: field(count(1, 10_000).nullable().default(null), {
    title: 'Queries of a feed miss',
    description:
      'PostDB queries that rebuild a feed that is not in the cache. Null: the follow list and one query for every followed author, or one join where the store has it (PostgreSQL). A number n: the follow list and n - 1 authors; 1 is a single query that stands for all of them.',
    unit: 'count',
    source: 'what the table design needs: posts are partitioned by author',
  }),
  pullParallelism: field(count(1, 10_000).nullable().default(null), {
    title: 'Pull parallelism',
    description: 'Author queries of a feed miss that are in flight together. Null: all of them.',
    unit: 'count',
    source: 'asynchronous drivers send all at once',
  }),
  fillOnMiss: field(z.boolean().default(true), {
    title: 'Fill on miss',
    description: 'Whether a rebuilt feed is written back to FeedCache; the answer does not wait for it.',
    source: 'cache-aside, the usual form',
  }),
  fallbackToPull: field(z.boolean().default(true), {
    title: 'Fall back to pull',
    description:
      'On an error or a time-out of FeedCache: true, rebuild the feed from PostDB; false, fail the feed read.',
    source: 'seed: on a Redis connection error, fall back to Cassandra pull',
  }),
  pullOnLagSeconds: field(positiveSeconds.nullable().default(null), {
    title: 'Pull only from a lag of',
    description:
      'While the oldest unfinished post of the fan-out is older than this, every feed is rebuilt from PostDB and FeedCache is left alone. A post that waits is seen by whoever reads a feed then: its fan-out lag ends there. Null: never.',
    unit: 's',
    source: 'the seed switches to pull-only on high lag but names no threshold; off in the published design',
  }),
  pullOnOutboxPosts: field(count(1, 1_000_000_000).nullable().default(null), {
    title: 'Pull only from a full outbox of',
    description:
      'The same while at least so many posts wait in the outboxes because their publishes failed: a stream that is away reports no lag. Null: never.',
    unit: 'count',
    source: 'off in the published design, which names lag only',
  }),
  authorQueries: field(count(0, 1000).default(0), {
    title: 'Author queries of a feed read',
    description:
      'PostDB reads of author names and pictures for one feed, sent together with those of the counts.',
    unit: 'count',
    source: 'the seed’s sequence of a feed read has none: authors come with the posts',
  }),
  countQueries: field(count(0, 1000).default(20), {
    title: 'Count queries of a feed read',
    description: 'PostDB reads of like and comment counts for one feed, sent together after ranking.',
    unit: 'count',
    source: 'seed: counts are read from PostDB on each feed request; one for each of the 20 posts (LIMIT 20)',
  }),
  autoscaling: autoscaling({
    metric: 'cpu',
    above: 0.6,
    below: 0.4,
    forSeconds: 180,
    source: 'seed: auto-scales based on CPU, above 60 % for 3 minutes',
  }),
  shedding: loadShedding(['feed-read', 'post-detail']),
});

export type FeedServiceConfig = z.output<typeof config>;

export const feedService = defineKind({
  kind: 'FeedService',
  layer: 'services',
  title: 'Feed service',
  summary: 'Builds feeds from the cache and from pulls of whales, ranks them, and serves single posts.',
  help: [
    'A feed read takes a thread of one instance and holds it to the end: pushed feed from FeedCache, one query for each followed whale with a recent post, merge, ranking, counts.',
    '',
    '- A miss in FeedCache is rebuilt from PostDB and written back. Without a FeedCache every read is rebuilt, and there is no vector to rank with.',
    '- Pulled at once, ordinary whales are; accounts that posted by an event are pulled beside them, one after the other.',
    '- A whale query that fails or times out fails the feed read; so do the queries of a rebuild.',
    '- A failed look-up of the ranking vector costs its time only: the feed stays chronological.',
    '- With a whale cache only misses reach PostDB. The Redis form makes one key of one single-threaded shard hot; the in-process form asks PostDB once an instance and TTL. An author’s further posts show when the entry has expired.',
    '- A failed look-up of the whale cache falls back to the query.',
    '- A post detail is one read of the post, then one of its counters.',
    '- In pull-only mode every feed is rebuilt from PostDB, as a miss is, and none is written back.',
    '- Autoscaling and deployments change which instances the balancer in front may choose. An instance that leaves ends what it has in hand; one that comes back has an empty whale cache.',
    '- Slow stores hold threads: when all are held, requests wait at the instance.',
  ].join('\n'),
  config,
  targets: {
    FeedCache: 'reads feeds and ranking vectors',
    PostDB: 'pulls posts, reads counts',
  },
  edgeDefaults: {
    FeedCache: {
      latencyMs: 0.2,
      timeoutMs: 50,
      source:
        'latency: sized: the 0.5 ms of the seed’s rank look-up leave less than 0.25 one way; time-out: sized: 25 times the 2 ms of a feed read',
    },
    PostDB: postDbEdge,
  },
  refusals: {
    UploadStream: 'Reading a feed publishes nothing: wire the UploadService to the stream.',
    ObjectStorage: 'A feed holds links to images; clients fetch them from the CDN.',
    FanoutWorker: 'A worker takes its work from a stream: put an UploadStream before it.',
  },
  needs: [
    {
      side: 'target',
      kinds: ['PostDB'],
      without: 'has no posts to read: wire it to a PostDB',
    },
  ],
  headline: 'utilization',
});
