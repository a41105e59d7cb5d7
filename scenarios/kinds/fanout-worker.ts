import { z } from '../zod.ts';
import { count } from '../format/quantities.ts';
import { consumerGroup, consumerGroupHelp } from './consumer-group.ts';
import { defineKind, field } from './field.ts';
import { postDbEdge } from './network.ts';

const config = z.strictObject({
  workers: field(count(1, 100_000).default(16), {
    title: 'Workers',
    description: 'Each works on one post at a time, from the partitions assigned to it.',
    unit: 'count',
    source: 'seed: 16 workers',
  }),
  whaleThreshold: field(count(1, 1_000_000_000).nullable().default(10_000), {
    title: 'Whale threshold',
    description:
      'Posts of authors with at least this many followers are not pushed. Null: everything is pushed.',
    unit: 'followers',
    source: 'seed: fan-out is skipped from 10,000 followers',
  }),
  pageSize: field(count(1, 1_000_000).default(5000), {
    title: 'Followers a page',
    description:
      'Followers that one query of PostDB returns; the next page is asked for when this one is done.',
    unit: 'followers',
    source: 'default page size of the Apache Cassandra drivers',
  }),
  pipelineDepth: field(count(1, 10_000).default(1), {
    title: 'Pushes in flight',
    description: 'LPUSHes sent before the answer of the first is awaited. 1: each waits for the one before.',
    unit: 'count',
    source: 'seed: 500 followers x 0.1 ms = 50 ms, so one after the other',
  }),
  shardPipelines: field(z.enum(['off', 'sequential', 'parallel']).default('off'), {
    title: 'Pipelines by shard',
    description:
      'Off: every LPUSH is a call of its own, `pipelineDepth` at a time. Otherwise the followers of a chunk are sorted by shard and each shard gets its own in one pipeline: shard after shard, or all shards at once.',
    source: 'seed: 0.1 ms an LPUSH, one after the other',
  }),
  chunkSize: field(count(1, 100_000).default(1000), {
    title: 'Followers a chunk',
    description: 'Followers whose pushes are sent together, with pipelines by shard.',
    unit: 'followers',
    source:
      'sized: some eighty commands a shard, well within the 10,000 that Redis documentation advises a pipeline to stay under',
  }),
  maximumPushes: field(count(1, 1_000_000_000).nullable().default(null), {
    title: 'Most pushes a post',
    description: 'Followers beyond are left out, and see the post when they pull. Null: all.',
    unit: 'followers',
    source: 'seed: capped at 10,000, which the whale threshold already does',
  }),
  flagCacheSeconds: field(z.number().min(0).max(1e6).default(3600), {
    title: 'Whale flag cached',
    description:
      'How long a worker believes what it last read about an author’s followers. Makes a difference only where they grow.',
    unit: 's',
    source: 'seed: flag cached in Redis with a TTL of 1 h',
  }),
  followerGrowthPerHour: field(z.number().min(-0.99).max(100).default(0), {
    title: 'Growth of followers',
    description:
      'Share by which every author’s followers change in an hour; the flag in the cache is as old as the cache lets it be.',
    unit: 'ratio',
    source: 'none unless asked for: the seed gives no rate',
  }),
  ...consumerGroup,
});

export type FanoutWorkerConfig = z.output<typeof config>;

export const fanoutWorker = defineKind({
  kind: 'FanoutWorker',
  layer: 'pipeline',
  role: 'workers',
  title: 'Fan-out workers',
  summary: 'Push a new post into the cached feed of each follower, unless the author is a whale.',
  help: [
    'A worker checks the number of followers; below the threshold it reads them from PostDB page by page, pushes the post into each one’s feed in FeedCache, and commits.',
    '',
    '- `fanout` is from the acknowledged publish to the commit; `fanout-lag` from the acknowledged post until a read would show it.',
    '- A page that cannot be read is tried again; a push that fails is tried again after a pause, with its page.',
    '- Without a FeedCache there is nothing to push to: posts are taken off the stream, and readers pull them.',
    '- A whale’s post costs the check and no more: readers pull it.',
    '- An author whose followers grow across the threshold is pushed as before until the cached flag expires, while readers already pull: `staleFlagsPerSecond` counts such posts.',
    ...consumerGroupHelp,
    '- Authors are drawn from the population, so most posts go to few followers and some to thousands.',
  ].join('\n'),
  config,
  targets: {
    FeedCache: 'pushes posts into feeds',
    PostDB: 'reads who follows the author',
  },
  edgeDefaults: {
    FeedCache: {
      latencyMs: 0.0475,
      timeoutMs: 50,
      source:
        'latency: seed: 0.1 ms a write, both ways, less 0.005 ms demand; time-out: as for reads of the cache',
    },
    PostDB: postDbEdge,
  },
  refusals: {
    ObjectStorage: 'Fan-out moves no images: that is what ImageWorker does.',
  },
  needs: [
    {
      side: 'source',
      kinds: ['UploadStream'],
      without: 'has no posts to push: wire an UploadStream to it',
    },
    {
      side: 'target',
      kinds: ['PostDB'],
      without: 'cannot find out who follows an author: wire it to a PostDB',
    },
  ],
  headline: 'backlog',
});
