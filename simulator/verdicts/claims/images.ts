import { about, exactly, times, type Claim } from './claim.ts';
import { cdnAlone, pipeline } from './experiments.ts';
import type { Experiment } from './experiment.ts';
import { published, SECONDS_A_DAY } from './published.ts';
import { digits } from './words.ts';

const { formats, imageMs, imageWorkers, streamPartitions, uploadsPerSecond, variantBytes } = published;
/** Shards that the short form leaves out. */
const SCALE = 16;

const asPublished = pipeline('image-worker', {
  id: 'photos-as-published',
  question: 'Photos alone, with the published workers',
  seconds: 60,
});

/** Workers of the short form, on partitions that divide evenly among them and do not bound them. */
const withWorkers = (workers: number): Experiment =>
  pipeline('image-worker', {
    id: `image-workers-${workers * SCALE}`,
    question: `${workers * SCALE} image workers, and partitions enough for them`,
    set: { 'image-worker.workers': workers, 'upload-stream.partitions': 240 },
    seconds: 120,
  });
const few = withWorkers(30);
const enough = withWorkers(48);

/** Workers enough, on that many partitions of the short form. */
const withPartitions = (partitions: number): Experiment =>
  pipeline('image-worker', {
    id: `image-partitions-${partitions * SCALE}`,
    question: `As many image workers as one likes, on ${partitions * SCALE} partitions`,
    set: { 'image-worker.workers': 256, 'upload-stream.partitions': partitions },
    seconds: 60,
  });

const inParallel = pipeline('image-worker', {
  id: 'image-variants-in-parallel',
  question: 'Few photos, whose variants are made all at once',
  set: { 'upload-client.photoUpload.ratePerSecond': 0.1, 'image-worker.variants': 'parallel' },
  seconds: 600,
});

const webpBytes = variantBytes.reduce((sum, bytes) => sum + bytes, 0);
/** The published WebP is 30 % smaller than the JPEG beside it. */
const jpegBytes = webpBytes / 0.7;
const storedBytesPerSecond = uploadsPerSecond * (webpBytes + (formats - 1) * jpegBytes);
const daysTo50Pb = 50e15 / storedBytesPerSecond / SECONDS_A_DAY;

/** Making image variants, handing them out and keeping them. */
export const imageClaims: readonly Claim[] = [
  {
    id: 'image-worker-rate',
    claim: '32 image workers do about 60 images a second',
    scenario: 'instagram-v2',
    unit: 'images/s',
    expected: about(60),
    runs: [asPublished],
    observe: (evidence) => times(evidence(asPublished, 'perSecond'), SCALE),
    why: `32 workers at 500 ms are ${imageWorkers / (imageMs / 1000)} a second when none ever waits for work.`,
  },
  {
    id: 'image-capacity',
    claim: '32 image workers, with Kafka as a buffer, serve 1,200 uploads a second',
    scenario: 'instagram-v2',
    unit: 'images done / due',
    expected: { atLeast: 0.99 },
    runs: [asPublished, few, enough],
    observe: (evidence) => evidence(asPublished, 'done'),
    turn: {
      parameter: 'image-worker.workers',
      stated: 'seed',
      flipsAt: uploadsPerSecond * (imageMs / 1000),
      unit: 'workers',
      sides: (evidence) => [
        { at: 30 * SCALE, observed: evidence(few, 'done').value },
        { at: 48 * SCALE, observed: evidence(enough, 'done').value },
      ],
    },
    why: `1,200 a second x 500 ms keep 600 workers busy; 32 are 5 % of that. A buffer delays, it does not serve: the backlog grows by 1,136 images a second and meets its limit of 5 million after ${digits(published.streamQueueLimit / (uploadsPerSecond - 64) / 60)} minutes.`,
  },
  {
    id: 'image-slo',
    claim: 'An image is processed within 15 s of its upload',
    scenario: 'instagram-v2',
    unit: 's',
    expected: { atMost: 15 },
    runs: [asPublished, few, enough],
    observe: (evidence) => times(evidence(asPublished, 'p99'), 0.001),
    turn: {
      parameter: 'image-worker.workers',
      stated: 'seed',
      flipsAt: 620,
      unit: 'workers',
      sides: (evidence) => [
        { at: 30 * SCALE, observed: times(evidence(few, 'p99'), 0.001).value },
        { at: 48 * SCALE, observed: times(evidence(enough, 'p99'), 0.001).value },
      ],
    },
    why: 'One image in 19 is processed, so the wait of the others grows by 0.95 s each second; after a minute the 99th percentile is the length of the run. 500 ms of work are well within 15 s only if there is a worker to do it.',
  },
  {
    id: 'image-autoscale',
    claim: 'Scaling the image workers out on lag restores throughput',
    scenario: 'instagram-v2',
    unit: 'images done / due',
    expected: { atLeast: 0.99 },
    runs: [withPartitions(4), withPartitions(30), withPartitions(64)],
    observe: (evidence) => evidence(withPartitions(4), 'done'),
    turn: {
      parameter: 'upload-stream.partitions',
      stated: 'seed',
      flipsAt: 600,
      unit: 'partitions',
      sides: (evidence) => [
        { at: 30 * SCALE, observed: evidence(withPartitions(30), 'done').value },
        { at: 64 * SCALE, observed: evidence(withPartitions(64), 'done').value },
      ],
    },
    why: `A partition feeds one member of a consumer group, so ${streamPartitions} partitions bound the busy workers at ${streamPartitions}: 128 images a second of 1,200, however many are started. It needs 600 partitions before it can help, and more because photos do not spread evenly.`,
  },
  {
    id: 'kafka-buffer',
    claim: 'Kafka keeps uploads for 24 hours, so that workers can catch up after long outages',
    scenario: 'arithmetic',
    unit: 'hours until the queue limit',
    expected: { atLeast: published.streamRetentionHours },
    runs: [],
    observe: () => exactly(published.streamQueueLimit / uploadsPerSecond / 3600),
    why: 'The same design limits the queue to 5 million messages. At 1,200 a second that is 69 minutes of outage; 24 hours would need 104 million.',
  },
  {
    id: 'image-p99',
    claim: '99 % of image views take less than 50 ms',
    scenario: 'instagram-v2',
    unit: 'ms',
    expected: { atMost: 50 },
    runs: [cdnAlone(0.655, 0.97), cdnAlone(0.655, 0.985), cdnAlone(0.655, 0.995)],
    observe: (evidence) => evidence(cdnAlone(0.655, 0.97), 'imageP99'),
    turn: {
      parameter: 'cdn total hit ratio',
      stated: 'seed',
      flipsAt: 0.99,
      unit: 'ratio',
      sides: (evidence) => [
        { at: 0.985, observed: evidence(cdnAlone(0.655, 0.985), 'imageP99').value },
        { at: 0.995, observed: evidence(cdnAlone(0.655, 0.995), 'imageP99').value },
      ],
    },
    why: 'With a hit ratio of 97 %, three views in a hundred go to the origin: 5 ms to the edge, 15 to the regional cache and 50 to the origin are 70 ms, and that is the 99th percentile. It flips at 99 %, whatever the load.',
  },
  {
    id: 'image-parallel',
    claim: 'With the variants made in parallel a photo takes about 200 ms',
    scenario: 'instagram-v2',
    unit: 'ms',
    expected: about(200),
    runs: [inParallel],
    observe: (evidence) => evidence(inParallel, 'mean'),
    why: 'Of the 500 ms only the making of the variants becomes shorter, 290 ms to 36: the original is still read in 50 ms, the variants are written in 150, the post updated in 10. It rests on our division of the 500 ms, of which the design gives no parts; with writes of 100 ms it would hold.',
  },
  {
    id: 'storage-50pb',
    claim: 'Four sizes in two formats at 1,200 photos a second make 50 PB',
    scenario: 'arithmetic',
    unit: 'PB after a year',
    expected: about(50),
    runs: [],
    observe: () => exactly((storedBytesPerSecond * 365.25 * SECONDS_A_DAY) / 1e15),
    turn: {
      parameter: 'days of uploads that are kept',
      stated: 'open',
      flipsAt: 1.1 * daysTo50Pb,
      unit: 'days',
      sides: () => [
        {
          at: 0.9 * daysTo50Pb + 1,
          observed: (storedBytesPerSecond * (0.9 * daysTo50Pb + 1) * SECONDS_A_DAY) / 1e15,
        },
        { at: 365.25, observed: (storedBytesPerSecond * 365.25 * SECONDS_A_DAY) / 1e15 },
      ],
    },
    why: `670 KB of WebP and, at 30 % smaller, ${digits(jpegBytes / 1000)} KB of JPEG a photo are ${digits((storedBytesPerSecond * SECONDS_A_DAY) / 1e12)} TB a day without the originals: 50 PB are there after ${digits(daysTo50Pb)} days of this load, and the design does not say how old it is. With originals of 2 MB it takes less than half of that.`,
  },
  {
    id: 'webp-saving',
    claim: 'WebP is 25 to 34 % smaller than JPEG of equal quality',
    scenario: 'arithmetic',
    unit: 'ratio',
    expected: { between: [0.25, 0.34] },
    runs: [],
    observe: () => exactly(0.3),
    turn: {
      parameter: 'measured saving: independent studies 0.06-0.17, vendor 0.25-0.34',
      stated: 'open',
      flipsAt: 0.25,
      unit: 'ratio',
      sides: () => [
        { at: 0.17, observed: 0.17 },
        { at: 0.29, observed: 0.29 },
      ],
    },
    why: "25 to 34 % is the vendor's own study against a plain JPEG encoder; independent studies against a modern one found 6 to 17 %. Nothing in a simulation decides between them.",
  },
];
