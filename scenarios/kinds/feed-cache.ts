import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveSeconds, ratio } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs } from './network.ts';

const config = z.strictObject({
  shards: field(count(1, 1000).default(12), {
    title: 'Shards',
    description: 'Nodes among which the 16,384 slots are divided; each executes its commands one at a time.',
    unit: 'count',
    source: 'seed: 12-node Redis cluster',
  }),
  commandDemand: field(distribution.default(constantMs(0.005)), {
    title: 'Demand of a command',
    description: 'Time that a command occupies its shard.',
    unit: 'ms',
    source:
      'a cautious share of the over 1M requests a second that a cache.r7g.4xlarge serves (AWS Database Blog, ElastiCache for Redis 7.1)',
  }),
  readDelay: field(distribution.default(constantMs(1.595)), {
    title: 'Delay of a feed read',
    description: 'Further time of an LRANGE, in which the shard is free.',
    unit: 'ms',
    source: 'seed: LRANGE in 2 ms, less 0.4 ms network and 0.005 ms demand',
  }),
  lookupDelay: field(distribution.default(constantMs(0.095)), {
    title: 'Delay of a vector look-up',
    description: 'Further time of the look-up of a ranking vector, in which the shard is free.',
    unit: 'ms',
    source: 'seed: feature vector in 0.5 ms, less 0.4 ms network and 0.005 ms demand',
  }),
  hitRatio: field(z.union([ratio, z.literal('emergent')]).default(0.94), {
    title: 'Hit ratio',
    description:
      'Share of feed reads whose key exists and is complete, drawn at random. `emergent`: it follows from who reads how often, the memory, and the time to live.',
    unit: 'ratio',
    source: 'seed: 94 % hit rate on feed reads',
  }),
  memoryBytesPerShard: field(z.number().min(1000).max(1e15).default(3e9), {
    title: 'Memory of a shard',
    description: 'What the entries of a shard may fill; then the least recently used ones make room.',
    unit: 'bytes',
    source: 'seed: 36 GB effective capacity of 12 nodes',
  }),
  ttlSeconds: field(positiveSeconds.nullable().default(600), {
    title: 'Time to live of a feed',
    description:
      'From when it was stored, or last pushed to; reads do not renew it. Null: for ever. Ranking vectors have none.',
    unit: 's',
    source: 'seed: 600-second TTL',
  }),
  feedEntries: field(count(1, 100_000).default(200), {
    title: 'Posts of a feed',
    description: 'Post ids of a complete feed.',
    unit: 'count',
    source: 'seed: 50-200 candidates are ranked; as many as are ranked at most',
  }),
  entryBytes: field(count(1, 1_000_000).default(10), {
    title: 'Bytes of a post id',
    description: 'Memory of one post id of a feed.',
    unit: 'bytes',
    source: 'Redis listpack format: a 64-bit integer takes 9 bytes and 1 for walking back',
  }),
  keyBytes: field(count(0, 1_000_000).default(120), {
    title: 'Bytes of a key',
    description: 'Memory of an entry besides its content.',
    unit: 'bytes',
    source:
      'assumed: two dictionary entries (value and expiry), object header, key text and list header of Redis on a 64-bit machine',
  }),
  vectorBytes: field(count(1, 1_000_000).default(160), {
    title: 'Bytes of a ranking vector',
    description: 'Memory of a user’s vector besides that of its key.',
    unit: 'bytes',
    source: 'seed: 40 floating-point values; 4 bytes each',
  }),
  vectorRefreshSeconds: field(positiveSeconds.nullable().default(21_600), {
    title: 'Refresh of the vectors',
    description:
      'In this time the offline pipeline writes every user’s vector once, evenly spread. Null: never. Simulated where the hit ratio is emergent.',
    unit: 's',
    source: 'seed: updated every 6 hours',
  }),
  hashTag: field(z.boolean().default(false), {
    title: 'Feed and vector share a slot',
    description:
      'Whether the braces of `feed:{u}` and `rank:{u}` are written into the keys: then they are a hash tag, and both keys of a user lie on one slot.',
    source: 'Redis Cluster specification, hash tags; off: the braces stand for the user’s id',
  }),
  pushes: field(z.enum(['if-exists', 'create']).default('if-exists'), {
    title: 'Pushes',
    description:
      'What a push of the fan-out does when the feed is not there: nothing (LPUSHX), or begin one that holds this post only (LPUSH). A reader takes an incomplete feed for a miss. Either renews the time to live.',
    source: 'what keeps a feed complete; the published design says LPUSH',
  }),
  users: field(count(1, 100_000_000_000).nullable().default(null), {
    title: 'Users',
    description: 'Users whose feeds it serves. Null: those of the population.',
    unit: 'count',
    source: 'all of them',
  }),
  activity: field(
    z
      .strictObject({
        exponent: field(z.number().min(0).max(10).default(0.99), {
          title: 'Exponent',
          description: 'How unequal the users are; 0: all alike.',
          unit: 'ratio',
          source: 'YCSB (Cooper et al., SoCC 2010)',
        }),
        maximumToMean: field(z.number().min(1).max(1e9).default(100), {
          title: 'Most active user',
          description: 'How often the most active user opens the feed, as a multiple of the mean.',
          unit: 'ratio',
          source:
            'assumed: 650K feed reads a second by 500M users are one in 13 minutes each; nobody opens it more often than every 8 s',
        }),
      })
      .prefault({}),
    {
      title: 'Activity',
      description:
        'How often users open their feeds: a power law, shifted so that the most active stay human.',
      source: 'see its members',
    },
  ),
  trackedUsers: field(count(1000, 20_000_000).default(500_000), {
    title: 'Users kept one by one',
    description:
      'With more users than this the content is that of a spatially hashed sample of so many; a read of another user looks where its neighbour in popularity stands.',
    unit: 'count',
    source:
      'SHARDS (Waldspurger et al., FAST 2015): the error falls as the root of the sample; half a million keep the standard error of a hit ratio under 0.003',
  }),
  start: field(z.enum(['warm', 'cold']).default('warm'), {
    title: 'Start',
    description:
      'Warm: filled as after long running. Cold: empty; with a constant hit ratio, every user’s first read misses.',
    source: 'a system in operation',
  }),
  addedShards: field(count(0, 1000).default(0), {
    title: 'Added shards',
    description:
      'Nodes that join. From the moment that a `set` of the timeline raises this from 0, slots move to them, one after the other, until all shards have as many.',
    unit: 'count',
    source: 'none unless asked for',
  }),
  migrationKeysPerSecond: field(z.number().min(1).max(1e9).default(20_000), {
    title: 'Migrated keys',
    description:
      'Keys a second that move while shards join. How many there are follows from the memory, taken as full of feeds.',
    unit: 'requests/s',
    source:
      'sized: redis-cli moves ten keys with one MIGRATE, and waits for it: about 2,000 of 0.5 ms a second',
  }),
  migrateDemand: field(distribution.default(constantMs(0.5)), {
    title: 'Demand of a MIGRATE',
    description:
      'Time that ten keys occupy the shard that they leave: it serves nobody until the other has them.',
    unit: 'ms',
    source:
      'Redis documentation, MIGRATE: both nodes block; 0.5 ms is a round trip within a data centre (Dean, LADIS 2009)',
  }),
  clusterNodeTimeoutMs: field(z.number().min(1).max(1e7).default(15_000), {
    title: 'Node time-out',
    description:
      'A node that has not answered for so long is suspected. When most primaries suspect one, its replica is elected.',
    unit: 'ms',
    source: 'Redis: default of cluster-node-timeout',
  }),
});

export type FeedCacheConfig = z.output<typeof config>;

export const feedCache = defineKind({
  kind: 'FeedCache',
  layer: 'stores',
  title: 'Feed cache',
  summary: 'A Redis cluster that holds a ready feed and a ranking vector for each user.',
  help: [
    'Each command goes to the shard of its key and waits there for its turn: a node executes one command at a time.',
    '',
    '- A user’s feed and ranking vector lie on slots of their own, unless a hash tag joins them.',
    '- A push of the fan-out costs its demand and the way there and back.',
    '- An emergent hit ratio is that of a least-recently-used cache of limited memory, whose feeds expire; the vectors take memory beside them.',
    '- Shards that join take over slots while the cluster serves: moving keys blocks both nodes, and whoever asks the old one is sent on. Commands of keys that a service names itself (a cache of whales’ posts) stay where they were.',
    '- A lost node refuses its commands until its replica has been elected: the node time-out, until most primaries agree, and the election. The slots stay with the replica. With fewer than three shards there is no majority, and nobody takes over.',
  ].join('\n'),
  config,
  targets: {},
  headline: 'hitRatio',
});
