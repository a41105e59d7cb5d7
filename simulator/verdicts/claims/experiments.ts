import type { Experiment } from './experiment.ts';

/**
 * The runs that claims share. A short form is the published system with every rate and everything
 * that is sharded divided by sixteen (docs/sizing.md), so what a claim asks of utilisations, queues,
 * latencies and ratios has the same answer in it.
 */

/** All that only uploads, likes and comments pass; without it a run is about reads. */
export const writeSide: readonly string[] = [
  'upload-client',
  'upload-lb',
  'upload-service',
  'upload-stream',
  'fanout-worker',
  'image-worker',
];

/** `instagram-v2` as it is. */
export const asPublished: Experiment = {
  id: 'as-published',
  question: 'The published design at its load, a sixteenth of it',
  scenario: 'instagram-v2',
  form: 'short',
  figures: {
    feedP99: { metric: 'flows.feed-read.latencyMs.p99' },
    feedMean: { metric: 'flows.feed-read.latencyMs.mean' },
    feedErrors: { metric: 'flows.feed-read.errorRatio' },
    uploadErrors: { metric: 'flows.photo-upload.errorRatio' },
    uploadP99: { metric: 'flows.photo-upload.latencyMs.p99' },
    uploadMean: { metric: 'flows.photo-upload.latencyMs.mean' },
    imageP99: { metric: 'flows.image-view.latencyMs.p99' },
    feedRate: { metric: 'flows.feed-read.completedPerSecond' },
    cdnHitRatio: { metric: 'components.cdn.hitRatio' },
    cacheHitRatio: { metric: 'components.feed-cache.hitRatio' },
    postDbBusy: { metric: 'components.post-db.utilization' },
  },
};

/**
 * The same with every option of the wiring as a design drawn from scratch has it. A few seconds are enough:
 * PostDB is asked for ten times what it can do.
 */
export const fullWiring: Experiment = {
  ...asPublished,
  id: 'full-wiring',
  replications: 1,
  question: 'Full pulls, counts for each post, and pushes that begin no feeds',
  set: {
    'read-client.imagesPerFeedRead': 0,
    'feed-service.pullQueries': null,
    'feed-service.countQueries': 20,
    'feed-cache.pushes': 'if-exists',
  },
  run: { durationSeconds: 5, warmupSeconds: 2 },
  figures: Object.fromEntries(
    Object.entries(asPublished.figures).filter(([name]) => !/^(image|cdn)/.test(name)),
  ),
};

/** `whale-post` as it is. */
export const whalePost: Experiment = {
  id: 'whale-post',
  question: 'An author with 50 million followers posts, a sixteenth of the system',
  scenario: 'whale-post',
  form: 'short',
  figures: {
    feedErrorsDuring: { metric: 'flows.feed-read.errorRatio', phase: 'during:celebrity-post' },
    feedP99During: { metric: 'flows.feed-read.latencyMs.p99', phase: 'during:celebrity-post' },
    servedOfOffered: {
      metric: 'components.post-db.hottestKey.servedReadsPerSecond',
      over: 'components.post-db.hottestKey.offeredReadsPerSecond',
      phase: 'during:celebrity-post',
    },
    postDbBusy: { metric: 'components.post-db.utilization', phase: 'during:celebrity-post' },
  },
};

/** Photos only, at the short form's 75 a second, and one of the two consumers of the stream. */
export function pipeline(
  consumer: 'image-worker' | 'fanout-worker',
  { id, question, set = {}, population, seconds }: PipelineOptions,
): Experiment {
  const other = consumer === 'image-worker' ? ['fanout-worker', 'feed-cache'] : ['image-worker'];
  const flow = consumer === 'image-worker' ? 'image-processing' : 'fanout';
  return {
    id,
    question,
    scenario: 'instagram-v2',
    form: 'short',
    remove: ['read-client', 'read-lb', 'feed-service', 'cdn', ...other],
    set: { 'upload-client.like': null, 'upload-client.comment': null, ...set },
    ...(population === undefined ? {} : { population }),
    run: { durationSeconds: seconds, warmupSeconds: 2 },
    figures: {
      done: { metric: `flows.${flow}.completedPerSecond`, over: `flows.${flow}.offeredPerSecond` },
      perSecond: { metric: `flows.${flow}.completedPerSecond` },
      mean: { metric: `flows.${flow}.latencyMs.mean` },
      p99: { metric: `flows.${flow}.latencyMs.p99` },
    },
  };
}

interface PipelineOptions extends Pick<Experiment, 'id' | 'question' | 'set' | 'population'> {
  readonly seconds: number;
}

/**
 * Images alone: an edge, its regional cache and the origin have no queue that the rate would fill, so
 * one in 325 of the feed reads asks the same question.
 */
export function cdnAlone(browserHitRatio: number, total: number): Experiment {
  return {
    id: `cdn-alone-${browserHitRatio}-${total}`.replaceAll('.', ''),
    question: `Browsers answer ${browserHitRatio} of the image views, the CDN ${total} of the rest`,
    scenario: 'instagram-v2',
    form: 'short',
    remove: writeSide,
    set: {
      'read-client.feedRead.ratePerSecond': 2000,
      'read-client.postDetail': null,
      'read-client.clientCacheHitRatio': browserHitRatio,
      'cdn.regionalHitRatio': Math.round(1000 * (1 - (1 - total) / 0.15)) / 1000,
    },
    run: { durationSeconds: 30, warmupSeconds: 2 },
    figures: {
      imageP99: { metric: 'flows.image-view.latencyMs.p99' },
      viewsPerFeedRead: {
        metric: 'flows.image-view.completedPerSecond',
        over: 'flows.feed-read.completedPerSecond',
      },
      hitRatio: { metric: 'components.cdn.hitRatio' },
    },
  };
}

/** Feed reads at a tenth of the short form's rate, where nothing waits: what a step of them costs. */
export function quietReads(
  id: string,
  question: string,
  { set = {}, population }: Pick<Experiment, 'set' | 'population'>,
): Experiment {
  return {
    id,
    question,
    scenario: 'instagram-v2',
    form: 'short',
    remove: writeSide,
    set: {
      'read-client.feedRead.ratePerSecond': 4000,
      'read-client.postDetail': null,
      'read-client.imagesPerFeedRead': 0,
      ...set,
    },
    ...(population === undefined ? {} : { population }),
    run: { durationSeconds: 12, warmupSeconds: 2 },
    figures: {
      mean: { metric: 'flows.feed-read.latencyMs.mean' },
      p99: { metric: 'flows.feed-read.latencyMs.p99' },
      errors: { metric: 'flows.feed-read.errorRatio' },
    },
  };
}

/**
 * A whale with that many followers, a 64th of the system: its key alone decides, whose limit is
 * divided like the reads that want it.
 */
export function whaleOf(followers: number): Experiment {
  return {
    id: `whale-of-${followers}`,
    question: `A whale with ${followers} followers posts, and nobody reads more often for it`,
    scenario: 'whale-post',
    form: 'short',
    set: {
      'read-client.feedRead.ratePerSecond': 10_156.25,
      'read-client.postDetail': null,
      'read-client.imagesPerFeedRead': 0,
      'upload-client.like': null,
      'upload-client.comment': null,
      'post-db.keyReadsPerSecond': 46.875,
      'population.whales.0.followers': followers,
      'timeline.celebrity-post.followers': followers,
      'timeline.celebrity-post.readBoost': 0,
      'timeline.celebrity-post.likesPerSecond': 0,
      'timeline.celebrity-post.atSeconds': 2,
    },
    run: { durationSeconds: 12, warmupSeconds: 1 },
    figures: {
      errors: { metric: 'flows.feed-read.errorRatio', phase: 'during:celebrity-post' },
      served: {
        metric: 'components.post-db.hottestKey.servedReadsPerSecond',
        phase: 'during:celebrity-post',
      },
    },
  };
}
