import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { consumerGroup, consumerGroupHelp } from './consumer-group.ts';
import { defineKind, field } from './field.ts';
import { constantMs, postDbEdge, regionEdge } from './network.ts';

const config = z.strictObject({
  workers: field(count(1, 100_000).default(32), {
    title: 'Workers',
    description: 'Each works on one photo at a time, from the partitions assigned to it.',
    unit: 'count',
    source: 'seed: 32 parallel workers',
  }),
  sizes: field(count(1, 100).default(4), {
    title: 'Sizes',
    description: 'Thumbnail, medium, large, XL.',
    unit: 'count',
    source: 'seed: four image variants',
  }),
  formats: field(count(1, 100).default(2), {
    title: 'Formats',
    description: 'Formats of every size.',
    unit: 'count',
    source: 'seed: WebP with JPEG fallbacks',
  }),
  variantDemand: field(distribution.default(constantMs(36.25)), {
    title: 'Demand of a variant',
    description:
      'Time that the worker computes for one size in one format; the variants are made one after the other.',
    unit: 'ms',
    source:
      'seed: a photo takes 500 ms from end to end, less 50 ms to read it, 150 ms to write the variants and 10 ms to update the post, over 8 variants; the 290 ms that remain lie within the 244-360 ms measured with sharp for a 12-megapixel photo',
  }),
  variants: field(z.enum(['sequential', 'parallel']).default('sequential'), {
    title: 'Variants',
    description:
      'Made one after the other on one core, or all at once, which takes the time of the longest and a core for each.',
    source: 'seed: 500 ms a photo; the sum of the parts comes to that one after the other',
  }),
  moderationTime: field(distribution.default(constantMs(0)), {
    title: 'Moderation',
    description:
      'Time of the content check, which runs beside the making of variants; the photo is written when both are done.',
    unit: 'ms',
    source: 'seed: checked during variant generation, so within the 500 ms; no time of its own is published',
  }),
  quarantineRatio: field(z.number().min(0).max(1).default(0), {
    title: 'Quarantined',
    description:
      'Share of photos that the content check holds back: their variants are not written, only the post is marked.',
    unit: 'ratio',
    source: 'assumed: the seed names the quarantine and no share',
  }),
  ...consumerGroup,
});

export type ImageWorkerConfig = z.output<typeof config>;

export const imageWorker = defineKind({
  kind: 'ImageWorker',
  layer: 'pipeline',
  role: 'workers',
  title: 'Image workers',
  summary: 'Make every size and format of an uploaded photo and record where they are.',
  help: [
    'A worker reads the original from ObjectStorage, makes the variants one after the other, writes them all at once, updates the post in PostDB, and commits.',
    '',
    '- `image-processing` is from the acknowledged publish to the commit.',
    '- A step that fails is tried again from the start of the photo: nothing is committed until all is done.',
    ...consumerGroupHelp,
    '- Without a PostDB nobody learns where the variants are; the photo is still done.',
  ].join('\n'),
  config,
  targets: {
    ObjectStorage: 'reads originals, writes variants',
    PostDB: 'records the variants of a post',
  },
  edgeDefaults: {
    ObjectStorage: regionEdge(5000, 'sized: nobody waits for it, so only what is lost should time out'),
    PostDB: postDbEdge,
  },
  refusals: {
    CDN: 'The CDN fetches variants from ObjectStorage by itself: wire the CDN to ObjectStorage.',
    FeedCache: 'Image workers write no feeds: that is what FanoutWorker does.',
  },
  needs: [
    {
      side: 'source',
      kinds: ['UploadStream'],
      without: 'has no uploads to work on: wire an UploadStream to it',
    },
    {
      side: 'target',
      kinds: ['ObjectStorage'],
      without: 'can neither read originals nor write variants: wire it to an ObjectStorage',
    },
  ],
  headline: 'backlog',
});
