import { z } from '../zod.ts';
import { arrivals } from '../format/arrivals.ts';
import { count } from '../format/quantities.ts';
import { firstFault } from '../format/rule.ts';
import { defineKind, field } from './field.ts';
import { regionEdge, regionLatencyMs } from './network.ts';

const config = z
  .strictObject({
    photoUpload: field(arrivals.nullable().default({ process: 'poisson', ratePerSecond: 1200 }), {
      title: 'Photo uploads',
      description: 'When users post a photo. Null: never.',
      source: 'seed: 1,200 uploads a second',
    }),
    like: field(arrivals.nullable().default({ process: 'poisson', ratePerSecond: 180_000 }), {
      title: 'Likes',
      description: 'When users like a post. Null: never.',
      source: 'seed: 200K writes a second, of which 1,200 are uploads; sized: nine in ten are likes',
    }),
    comment: field(arrivals.nullable().default({ process: 'poisson', ratePerSecond: 18_800 }), {
      title: 'Comments',
      description: 'When users comment on a post. Null: never.',
      source: 'seed: 200K writes a second, less uploads and likes',
    }),
    uploads: field(z.enum(['presigned', 'proxied']).default('presigned'), {
      title: 'Uploads',
      description:
        'Presigned: ask for a URL, send the photo straight to ObjectStorage, create the post. Proxied: the photo goes with the post through gateway and service.',
      source: 'seed: presigned URLs for direct client-to-S3 upload',
    }),
    mediaBytes: field(count(1, 1_000_000_000).default(2_000_000), {
      title: 'Photo size',
      description: 'Size of the original photo.',
      unit: 'bytes',
      source: 'sized: a 12-megapixel photo, a tenth of the 20 MB that the seed allows',
    }),
    uploadMegabitsPerSecond: field(z.number().min(0.01).max(1e6).default(20), {
      title: 'Upload bandwidth',
      description: 'Of one user; the transfer of a photo takes its size over this.',
      unit: 'Mbit/s',
      source: 'sized: a mobile network; part of `media-transfer` only, which no target of the seed bounds',
    }),
  })
  .check(
    firstFault((client) =>
      client.photoUpload === null && client.like === null && client.comment === null
        ? {
            code: 'FL-missing',
            message: 'The client makes no requests: all of its flows are null.',
            fix: 'Give `photoUpload`, `like` or `comment` an arrival process, or remove the client.',
          }
        : null,
    ),
  );

export type UploadClientConfig = z.output<typeof config>;

const outermost = regionEdge(2000, 'sized: the outermost, longer than every one below it');

export const uploadClient = defineKind({
  kind: 'UploadClient',
  layer: 'traffic',
  role: 'client',
  title: 'Writers',
  summary: 'Users who post photos, like and comment.',
  help: [
    'Makes the flows `photo-upload`, `media-transfer`, `like` and `comment`.',
    '',
    '- A photo takes three steps: ask for a presigned URL, send the photo straight to ObjectStorage, create the post. `photo-upload` is the first and the third, as the user waits for them; `media-transfer` is the second.',
    '- `proxied`: `media-transfer` is the time on the user’s network; storing the photo is part of `photo-upload`.',
    '- Presigned and without ObjectStorage the photo goes nowhere: the post is created at once, and there is no `media-transfer`.',
    '- A step that fails ends the upload.',
  ].join('\n'),
  config,
  targets: {
    ApiGateway: 'sends presign requests, posts, likes and comments',
    UploadLB: 'sends presign requests, posts, likes and comments, past any gateway',
    UploadService: 'sends presign requests, posts, likes and comments, past gateway and load balancer',
    ObjectStorage: 'sends the photo with a presigned URL',
  },
  edgeDefaults: {
    ApiGateway: outermost,
    UploadLB: outermost,
    UploadService: outermost,
    ObjectStorage: {
      latencyMs: regionLatencyMs,
      timeoutMs: 30_000,
      source:
        'latency: as within the region, because the time on the user’s network is the transfer itself; time-out: sized: a photo of the seed’s 20 MB limit takes 8 s at the default bandwidth',
    },
  },
  refusals: {
    ReadLB: 'Writers read no feeds: wire them to an ApiGateway or an UploadLB.',
    FeedService: 'Writers read no feeds: wire them to an ApiGateway, an UploadLB or an UploadService.',
    UploadStream: 'Users do not publish themselves: put an UploadService between the two.',
    PostDB: 'Users do not reach the database themselves: put an UploadService between the two.',
    CDN: 'A CDN only hands images out: photos are sent to ObjectStorage.',
  },
  needs: [
    {
      side: 'target',
      kinds: ['ApiGateway', 'UploadLB', 'UploadService'],
      without: 'sends its posts nowhere: wire it to an ApiGateway, an UploadLB or an UploadService',
    },
  ],
  flows: (client) => [
    ...(client.photoUpload === null ? [] : ['photo-upload', 'media-transfer']),
    ...(client.like === null ? [] : ['like']),
    ...(client.comment === null ? [] : ['comment']),
  ],
  headline: 'throughputPerSecond',
});
