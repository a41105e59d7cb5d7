import { z } from '../zod.ts';
import { arrivals } from '../format/arrivals.ts';
import { count, ratio } from '../format/quantities.ts';
import { firstFault } from '../format/rule.ts';
import { defineKind, field } from './field.ts';
import { regionEdge } from './network.ts';

const config = z
  .strictObject({
    feedRead: field(arrivals.nullable().default({ process: 'poisson', ratePerSecond: 650_000 }), {
      title: 'Feed reads',
      description: 'When users open their feed. Null: never.',
      source: 'seed: 650K of the 1M requests a second at peak; that they arrive as a Poisson process is ours',
    }),
    postDetail: field(arrivals.nullable().default({ process: 'poisson', ratePerSecond: 150_000 }), {
      title: 'Post details',
      description: 'When users open one post. Null: never.',
      source: 'seed: 150K of the 1M requests a second at peak; that they arrive as a Poisson process is ours',
    }),
    imagesPerFeedRead: field(count(0, 100).default(5), {
      title: 'Images a feed read',
      description:
        'Images that a user looks at after a feed has arrived. Each is looked up in the browser cache first.',
      unit: 'count',
      source: 'seed: 500K feed reads/s x 5 images',
    }),
    clientCacheHitRatio: field(ratio.default(0.655), {
      title: 'Browser cache hit ratio',
      description: 'Share of image views that the browser answers itself; the rest reach the CDN.',
      unit: 'ratio',
      source: 'Huang et al., An Analysis of Facebook Photo Caching, SOSP 2013: 65.5 %',
    }),
  })
  .check(
    firstFault((client) =>
      client.feedRead === null && client.postDetail === null
        ? {
            code: 'FL-missing',
            message: 'The client makes no requests: both of its flows are null.',
            fix: 'Give `feedRead` or `postDetail` an arrival process, or remove the client.',
          }
        : null,
    ),
  );

export type ReadClientConfig = z.output<typeof config>;

export const readClient = defineKind({
  kind: 'ReadClient',
  layer: 'traffic',
  role: 'client',
  title: 'Readers',
  summary: 'Users who open their feed and single posts, and look at the images of the feed.',
  help: [
    'Makes the flows `feed-read` and `post-detail`, and `image-view` for what a feed shows.',
    '',
    '- A feed that has arrived is followed by its images. The browser cache answers its share; each of the others is one `image-view` at the CDN, or at ObjectStorage where no CDN is wired. With neither, no image is fetched.',
    '- Which whales a reader follows is drawn from the population; see `population.whalesPerReader`.',
    '- After a `whale-post`, followers read more often: they are counted in the same flow. The users of a closed flow, and a trace, have no rate that could rise.',
  ].join('\n'),
  config,
  targets: {
    ApiGateway: 'sends feed reads and post details',
    ReadLB: 'sends feed reads and post details, past any gateway',
    FeedService: 'sends feed reads and post details, past gateway and load balancer',
    CDN: 'fetches images',
    ObjectStorage: 'fetches images straight from the origin',
  },
  edgeDefaults: {
    ApiGateway: regionEdge(2000, 'sized: the outermost, longer than every one below it'),
    ReadLB: regionEdge(2000, 'sized: the outermost, longer than every one below it'),
    FeedService: regionEdge(2000, 'sized: the outermost, longer than every one below it'),
    CDN: {
      latencyMs: 2,
      timeoutMs: 2000,
      source:
        'latency: seed: 5 ms at the edge, of which we put 4 ms on the way there and back; time-out: sized: a view that takes longer has been scrolled past',
    },
    ObjectStorage: regionEdge(2000, 'sized: a view that takes longer has been scrolled past'),
  },
  refusals: {
    UploadLB: 'Readers send no uploads: wire them to an ApiGateway or a ReadLB.',
    UploadService: 'Readers send no uploads: wire them to an ApiGateway, a ReadLB or a FeedService.',
    FeedCache: 'Users do not reach the cache themselves: put a FeedService between the two.',
    PostDB: 'Users do not reach the database themselves: put a FeedService between the two.',
  },
  needs: [
    {
      side: 'target',
      kinds: ['ApiGateway', 'ReadLB', 'FeedService'],
      without: 'sends its feed reads nowhere: wire it to an ApiGateway, a ReadLB or a FeedService',
    },
  ],
  flows: (client) => [
    ...(client.feedRead === null ? [] : ['feed-read']),
    ...(client.postDetail === null ? [] : ['post-detail']),
    ...(client.feedRead === null || client.imagesPerFeedRead === 0 ? [] : ['image-view']),
  ],
  headline: 'throughputPerSecond',
});
