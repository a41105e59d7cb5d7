import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveMilliseconds, positiveSeconds } from '../format/quantities.ts';
import { autoscaling } from './autoscaling.ts';
import { defineKind, field } from './field.ts';
import { loadShedding } from './load-shedding.ts';
import { constantMs, postDbEdge, regionEdge } from './network.ts';

const config = z.strictObject({
  instances: field(count(1, 100_000).default(48), {
    title: 'Instances',
    description: 'Separate processes, each with its own threads, cores and queues.',
    unit: 'count',
    source: 'sized: threads at most 70 % and cores at most 60 % busy at 201K requests a second',
  }),
  threads: field(count(1, 100_000).default(200), {
    title: 'Threads an instance',
    description: 'Requests in hand at the same time; a thread is held while its request waits for a store.',
    unit: 'count',
    source: 'default maximum of Apache Tomcat (maxThreads)',
  }),
  cores: field(count(1, 1024).default(4), {
    title: 'Cores an instance',
    description: 'Threads that compute at the same time.',
    unit: 'count',
    source: 'sized: a common size of a compute node',
  }),
  requestDemand: field(distribution.default(constantMs(0.5)), {
    title: 'Demand of a request',
    description: 'Core time to parse a request and to write its answer.',
    unit: 'ms',
    source: 'sized: what the default cores hold, as in FeedService',
  }),
  presignDelay: field(distribution.default(constantMs(1)), {
    title: 'Delay of presigning',
    description: 'Further time of a presign request, in which it occupies a thread but no core.',
    unit: 'ms',
    source: 'seed: presigned URL in 2 ms, less 0.5 ms network and 0.5 ms demand',
  }),
  writeConsistency: field(z.enum(['local-quorum', 'local-one']).default('local-quorum'), {
    title: 'Write consistency',
    description: 'Replica answers that a write of a post, comment or like waits for: a majority, or one.',
    source: 'seed: LOCAL_QUORUM for writes',
  }),
  acks: field(z.enum(['all', 'none']).default('all'), {
    title: 'Acknowledgements',
    description: 'Whether creating a post waits until both events are in the stream, or only sends them.',
    source: 'seed: the design is durable; acks=all is the setting that loses nothing',
  }),
  outbox: field(z.boolean().default(true), {
    title: 'Outbox',
    description:
      'Whether events that could not be published in time are kept with the post and published when the stream is back. The request succeeds; without, it fails.',
    source: 'seed: local event buffer with retry on a failed publish; nothing is lost',
  }),
  deliveryTimeoutSeconds: field(positiveSeconds.default(120), {
    title: 'Delivery time-out',
    description:
      'How long a publisher without outbox goes on trying to publish an event, whether or not its caller still waits.',
    unit: 's',
    source: 'default of Apache Kafka (delivery.timeout.ms)',
  }),
  publishBufferBytes: field(count(1, 1e12).default(33_554_432), {
    title: 'Publish buffer',
    description: 'Memory of an instance for events that wait to be published; what does not fit is rejected.',
    unit: 'bytes',
    source: 'default of Apache Kafka (buffer.memory)',
  }),
  eventBytes: field(count(1, 1e9).default(1024), {
    title: 'Size of an event',
    description: 'Of one event in the publish buffer.',
    unit: 'bytes',
    source: 'sized: a handful of ids, addresses and times, as JSON with headers',
  }),
  likeEvents: field(z.boolean().default(true), {
    title: 'Like events',
    description:
      'Whether every like is published for trending analytics. The answer does not wait for it, and a consumer outside of the design keeps that topic empty.',
    source: 'seed: the like event is also published to Kafka for real-time analytics',
  }),
  likeBuffer: field(z.enum(['none', 'redis', 'in-process']).default('none'), {
    title: 'Buffer of likes',
    description:
      'Redis: likes of a post that many like (by a `whale-post` or `viral-post`) are collected in a key of FeedCache, and written as one update. In-process: every instance collects its own. What is not flushed yet is lost with its Redis node or instance.',
    source:
      'seed: for extremely viral posts a write buffer in Redis can absorb bursts; off in the design itself',
  }),
  likeFlushMs: field(positiveMilliseconds.default(1000), {
    title: 'Flush of likes',
    description: 'From the first like in the buffer until all of them are written.',
    unit: 'ms',
    source: 'seed: counts may be a few seconds stale; the least of that',
  }),
  inlineImageDemand: field(distribution.default(constantMs(290)), {
    title: 'Demand of images done inline',
    description:
      'Core time to make the variants of one photo within the request; only where the design has no UploadStream.',
    unit: 'ms',
    source: 'the same work as in ImageWorker',
  }),
  inlineVariants: field(count(1, 1000).default(8), {
    title: 'Variants done inline',
    description:
      'Variants written to ObjectStorage within the request; only where the design has no UploadStream.',
    unit: 'count',
    source: 'seed: four sizes in WebP and JPEG',
  }),
  autoscaling: autoscaling({
    metric: 'queue',
    above: 50,
    below: 1,
    forSeconds: 60,
    source:
      'seed: auto-scales based on request queue depth; the figures are assumed: a quarter of the threads wait, for a minute',
  }),
  shedding: loadShedding(['presign', 'create-post', 'upload-post', 'like', 'comment']),
});

export type UploadServiceConfig = z.output<typeof config>;

export const uploadService = defineKind({
  kind: 'UploadService',
  layer: 'services',
  title: 'Upload service',
  summary: 'Presigns uploads, writes posts, comments and likes, and publishes what happened.',
  help: [
    'A post is written to PostDB, then both of its events are published together: `upload-complete` for the images and `post-created` for the feeds. The request is acknowledged after that.',
    '',
    '- A photo that comes with its post (`proxied` uploads) is first stored in ObjectStorage.',
    '- Without an UploadStream the images are made within the request: read the original from ObjectStorage unless it came along, make the variants on the instance’s cores, write them. Nobody is told of the post, so it reaches feeds by pulls only.',
    '- With neither UploadStream nor ObjectStorage a photo gets no variants.',
    '- A write that fails fails the request. A publish that fails or takes longer than the time-out of the edge goes to the outbox, and the request succeeds; without the outbox it fails.',
    '- A publish that nobody waits for any more is not cancelled: the event may still be delivered.',
    '- Autoscaling and deployments change which instances the balancer in front may choose; one that leaves ends what it has in hand.',
    '- A like is a counter update in PostDB, a comment a row. With a buffer of likes it is a command of FeedCache, and an update for all likes since the last flush; a like that the buffer does not take fails.',
  ].join('\n'),
  config,
  targets: {
    PostDB: 'writes posts, comments and like counters',
    UploadStream: 'publishes what was uploaded, posted and liked',
    FeedCache: 'collects likes of a post that many like',
    ObjectStorage:
      'stores photos that come with their post; makes variants itself, where there is no UploadStream',
  },
  edgeDefaults: {
    PostDB: postDbEdge,
    UploadStream: regionEdge(500, 'sized: above the 139 ms that 99.9 % of publishes stay under'),
    FeedCache: {
      latencyMs: 0.2,
      timeoutMs: 50,
      source: 'as from FeedService',
    },
    ObjectStorage: regionEdge(1000, 'sized: five times the 200 ms that small objects take at most'),
  },
  refusals: {
    ImageWorker: 'A worker takes its work from a stream: put an UploadStream between the two.',
    FanoutWorker: 'A worker takes its work from a stream: put an UploadStream between the two.',
  },
  needs: [
    {
      side: 'target',
      kinds: ['PostDB'],
      without: 'has nowhere to write posts: wire it to a PostDB',
    },
  ],
  headline: 'utilization',
});
