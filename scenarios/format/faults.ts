import { z } from '../zod.ts';
import { field } from '../kinds/field.ts';
import { atSeconds, duration, eventId, optionalDuration, target } from './event-members.ts';
import { count, id, positiveSeconds, ratio, seconds } from './quantities.ts';

/** Most instances, shards or brokers of a node. */
const maximumIndex = 999_999;
const toTheEnd = 'Null: until the end of the run.';

export const kafkaOutage = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: duration,
  kind: z.literal('kafka-outage').meta({
    title: 'Kafka outage',
    description: 'Brokers of a stream stop; they come back when it is over.',
  }),
  target: field(id.nullable().default(null), {
    title: 'Target',
    description: 'Id of an UploadStream. Null: all of the design.',
    source: 'a design has one stream as a rule',
  }),
  brokers: field(count(1, 1000).nullable().default(null), {
    title: 'Brokers',
    description: 'How many stop, from the first on. Null: all.',
    unit: 'count',
    source: 'an outage is of the whole cluster',
  }),
});

export const redisNodeLoss = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration(
    'The node is back then, empty, and stays a replica. Null: it stays away.',
  ),
  kind: z.literal('redis-node-loss').meta({
    title: 'Redis node loss',
    description: 'The primary of one shard stops.',
  }),
  target,
  node: field(count(0, maximumIndex).default(0), {
    title: 'Node',
    description: 'Number of the shard whose primary stops, from 0.',
    unit: 'count',
    source: 'the first: shards are alike',
  }),
  replica: field(z.enum(['warm', 'empty', 'none']).default('warm'), {
    title: 'Replica',
    description:
      'What takes over: a replica with the data, one that has none of it yet, or nothing, so that the shard is away for the whole time.',
    source: 'the published design replicates each of its 12 nodes',
  }),
});

export const viralPost = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration('Null: none; likes go on and fade by their half-life either way.'),
  kind: z.literal('viral-post').meta({
    title: 'Viral post',
    description: 'One post of an ordinary account is liked very often; all likes are for one counter.',
  }),
  likesPerSecond: field(z.number().min(0).max(1e9).default(100_000), {
    title: 'Likes',
    description: 'Likes a second on this post at its peak, besides the ordinary ones.',
    unit: 'requests/s',
    source: 'seed: 100K likes a second on one viral post',
  }),
  halfLifeSeconds: field(positiveSeconds.default(300), {
    title: 'Half-life',
    description: 'Time in which the likes and the reads of it fall by half.',
    unit: 's',
    source: 'assumed: attention falls within minutes',
  }),
  readShare: field(ratio.default(0), {
    title: 'Share of reads',
    description: 'Share of post details that are of this post at its peak; each reads its counter.',
    unit: 'ratio',
    source: 'none unless asked for',
  }),
});

export const slowNode = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration(toTheEnd),
  kind: z.literal('slow-node').meta({
    title: 'Slow node',
    description: 'One instance, shard, replica or worker of the target works, but slowly.',
  }),
  target,
  instance: field(count(0, maximumIndex).default(0), {
    title: 'Instance',
    description: 'Number of the instance, shard, token range, broker or worker, from 0.',
    unit: 'count',
    source: 'the first: they are alike',
  }),
  replica: field(count(0, 99).nullable().default(null), {
    title: 'Replica',
    description: 'Of a replicated store: which replica of it, from 0. Null: all of them.',
    unit: 'count',
    source: 'all unless named',
  }),
  factor: field(z.number().min(1).max(10_000).default(10), {
    title: 'Factor',
    description: 'Multiplies its service times.',
    unit: 'ratio',
    source: 'assumed; fail-slow hardware is slower by one to three decimal powers (Gunawi et al., FAST 2018)',
  }),
});

export const networkPartition = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: duration,
  kind: z.literal('network-partition').meta({
    title: 'Network partition',
    description: 'Nothing passes over an edge. Requests that are under way already end as they would have.',
  }),
  target: z
    .string()
    .max(130)
    .meta({ title: 'Edge', description: 'An edge of the design, as `source->target`.' }),
  mode: field(z.enum(['drop', 'refuse']).default('drop'), {
    title: 'Mode',
    description:
      '`drop`: packets vanish, so that calls hang until their time-out, and those without one until the partition heals. `refuse`: calls are refused after a round trip.',
    source: 'a partition as a rule loses packets',
  }),
});

export const zoneLoss = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration(toTheEnd),
  kind: z.literal('zone-loss').meta({
    title: 'Zone loss',
    description:
      'One of three availability zones is gone, and with it every instance, shard, broker and worker whose number leaves that remainder when divided by three.',
  }),
  zone: field(count(0, 2).default(0), {
    title: 'Zone',
    description: 'Which of the three.',
    unit: 'count',
    source: 'the first: zones are alike',
  }),
});

export const cdnPurge = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration('Null: none; caches fill again by themselves either way.'),
  kind: z.literal('cdn-purge').meta({ title: 'CDN purge', description: 'Caches of the CDN are emptied.' }),
  target,
  tier: field(z.enum(['edge', 'regional', 'all']).default('all'), {
    title: 'Tier',
    description: 'Which caches.',
    source: 'a purge goes to all tiers',
  }),
});

export const deploy = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration('Null: none; the deployment takes as long as it takes either way.'),
  kind: z.literal('deploy').meta({
    title: 'Deployment',
    description: 'The instances or workers of the target are replaced by new ones.',
  }),
  target,
  strategy: field(z.enum(['rolling', 'blue-green']).default('rolling'), {
    title: 'Strategy',
    description:
      '`rolling`: a batch at a time leaves, ends its requests, and comes back. `blue-green`: a second fleet starts beside the first, and takes over at once.',
    source: 'the default of container platforms',
  }),
  batch: field(count(1, 1_000_000).default(1), {
    title: 'Batch',
    description: 'Instances or workers that are replaced at the same time in a rolling deployment.',
    unit: 'count',
    source: 'the most careful',
  }),
  secondsPerInstance: field(positiveSeconds.default(120), {
    title: 'Start',
    description: 'Time from the stop of an instance until its successor serves.',
    unit: 's',
    source: 'seed: a new worker serves after 2 minutes',
  }),
  drainSeconds: field(seconds.default(30), {
    title: 'Drain',
    description: 'Time in which an instance takes no new requests and ends those that it has.',
    unit: 's',
    source: 'default of container platforms (Kubernetes terminationGracePeriodSeconds)',
  }),
});

export const diskFull = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration(toTheEnd),
  kind: z.literal('disk-full').meta({
    title: 'Disk full',
    description: 'The target refuses what would write; what it has is still read.',
  }),
  target,
});
