import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, ratio } from '../format/quantities.ts';
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
  hitRatio: field(ratio.default(0.94), {
    title: 'Hit ratio',
    description: 'Share of feed reads whose key exists and is complete.',
    unit: 'ratio',
    source: 'seed: 94 % hit rate on feed reads',
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
    '- A user’s feed and ranking vector lie on slots of their own.',
    '- A push of the fan-out costs its demand and the way there and back.',
  ].join('\n'),
  config,
  targets: {},
  headline: 'hitRatio',
});
