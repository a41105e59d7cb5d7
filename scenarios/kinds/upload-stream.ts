import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveSeconds } from '../format/quantities.ts';
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
  whenFull: field(z.enum(['reject', 'drop-oldest']).default('reject'), {
    title: 'When it is full',
    description:
      'At the backlog limit a publish is rejected, or the message that has waited longest is dropped for it, as retention by size does.',
    source: 'seed: a limit of the queue, not of its age',
  }),
  retentionSeconds: field(positiveSeconds.default(86_400), {
    title: 'Retention',
    description: 'A message that has waited longer is gone when a worker comes to it: it counts as lost.',
    unit: 's',
    source: 'seed: Kafka retention set to 24 hours',
  }),
  replicationFactor: field(count(1, 15).default(3), {
    title: 'Replication factor',
    description: 'Brokers that have a copy of each partition.',
    unit: 'count',
    source: 'the usual three, one a zone (Apache Kafka documentation); the seed deploys to several zones',
  }),
  minInSyncReplicas: field(count(1, 15).default(2), {
    title: 'Least in-sync replicas',
    description: 'Copies that must be there for a publish to be acknowledged.',
    unit: 'count',
    source: 'seed: min.insync.replicas=2',
  }),
  brokerSessionTimeoutSeconds: field(positiveSeconds.default(9), {
    title: 'Session time-out of a broker',
    description:
      'How long the controller waits for the heartbeat of a broker before it fences it. Until then the partitions that have a copy there take no writes.',
    unit: 's',
    source: 'default of Apache Kafka (broker.session.timeout.ms)',
  }),
  brokerHeartbeatSeconds: field(positiveSeconds.default(2), {
    title: 'Heartbeat of a broker',
    description: 'The last one before a loss was half of this ago on average.',
    unit: 's',
    source: 'default of Apache Kafka (broker.heartbeat.interval.ms)',
  }),
  controllers: field(z.enum(['separate', 'brokers']).default('separate'), {
    title: 'Controllers',
    description:
      'Nodes of their own, or the brokers besides: then broker 0 is the active controller, and is replaced before anything can be fenced.',
    source: 'KRaft documentation of Apache Kafka: combined mode is not recommended for critical deployments',
  }),
  controllerFailoverSeconds: field(z.number().min(0).max(3600).default(3.5), {
    title: 'New controller',
    description: 'From the loss of the active controller until another one is elected.',
    unit: 's',
    source:
      'defaults of Apache Kafka: controller.quorum.fetch.timeout.ms 2 s, election timeout 1 s, and half of the back-off of at most 1 s',
  }),
  brokerStartSeconds: field(z.number().min(0).max(3600).default(7.4), {
    title: 'Start of a broker',
    description: 'From its start until publishes and fetches work again, after the whole cluster was down.',
    unit: 's',
    source: 'measured, Kafka 3.9.2, three nodes: 7.4 s; 6-13 s under load',
  }),
  outboxPublishesPerSecond: field(z.number().positive().max(1e9).default(50_000), {
    title: 'Relay of the outboxes',
    description:
      'Messages a second that all publishers together publish from their outboxes once the brokers are back.',
    unit: 'messages/s',
    source: 'sized: the 50K messages a second that the seed expects of the stream at its peak',
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
    '- A broker that stops takes its partitions with it until the controller has fenced it; then the next replica leads. With fewer in-sync replicas than required, or no broker at all, publishes wait in the publisher until its delivery time-out, and consumers get nothing.',
    '- Messages dropped by retention or by a full log, and publishes given up, are `lostMessages`; the flow of the message fails.',
    '- Like events are not kept for later: those that cannot be published are `lostLikeEvents`.',
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
