import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs, consumerEdge } from './network.ts';

const config = z.strictObject({
  partitions: field(count(1, 4096).default(64), {
    title: 'Partitions a topic',
    description:
      'Of each of the topics `upload-complete` (by photo), `post-created` and `like-created` (by author). A partition feeds one worker at a time.',
    unit: 'count',
    source: 'seed: 64 Kafka partitions',
  }),
  brokers: field(count(1, 1000).default(6), {
    title: 'Brokers',
    description: 'Each leads its share of the partitions.',
    unit: 'count',
    source: 'sized: two in each of three zones; the seed names the size of a broker, not the number',
  }),
  threadsPerBroker: field(count(1, 1024).default(8), {
    title: 'Threads a broker',
    description: 'Appends that a broker executes at the same time.',
    unit: 'count',
    source: 'default of Apache Kafka (num.io.threads)',
  }),
  appendDemand: field(distribution.default(constantMs(0.15)), {
    title: 'Demand of an append',
    description: 'Time that an append occupies a thread of its partition’s leader, replication included.',
    unit: 'ms',
    source: 'sized: the largest round figure with which the brokers stay at most 70 % busy',
  }),
  publishDelay: field(distribution.default({ distribution: 'lognormal', p50Ms: 3.05, p99Ms: 7.65 }), {
    title: 'Delay of a publish',
    description: 'Further time until the publisher has its acknowledgement.',
    unit: 'ms',
    source:
      'acks=all, RF 3: p50 3.7 ms, p99 8.3 ms (published cluster benchmark), less 0.5 ms network and 0.15 ms demand',
  }),
  backlogLimit: field(count(1, 1_000_000_000).nullable().default(5_000_000), {
    title: 'Backlog limit',
    description:
      'Messages of a topic that may wait for its consumer; a publish beyond is rejected. Null: no limit.',
    unit: 'count',
    source: 'seed: 5M message queue limit',
  }),
});

export type UploadStreamConfig = z.output<typeof config>;

export const uploadStream = defineKind({
  kind: 'UploadStream',
  layer: 'pipeline',
  role: 'stream',
  title: 'Upload stream',
  summary: 'A Kafka cluster that carries uploads to the image workers and posts to the fan-out workers.',
  help: [
    'A message is appended to the partition of its key and waits there until the worker that the partition is assigned to has done everything before it.',
    '',
    '- A topic whose consumer is not in the design keeps its messages: they count as backlog.',
    '- Like events are the exception: a consumer outside of the design keeps their topic empty, so they load the brokers and are never backlog.',
    '- More workers than partitions leave some idle.',
  ].join('\n'),
  config,
  targets: {
    ImageWorker: 'hands out uploads',
    FanoutWorker: 'hands out posts',
  },
  edgeDefaults: { ImageWorker: consumerEdge, FanoutWorker: consumerEdge },
  needs: [
    {
      side: 'source',
      kinds: ['UploadService'],
      without: 'has nobody to publish to it: wire an UploadService to it',
    },
  ],
  headline: 'backlog',
});
