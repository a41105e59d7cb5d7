import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, ratio } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs, regionEdge } from './network.ts';

const config = z.strictObject({
  edges: field(count(1, 10_000).default(200), {
    title: 'Edge locations',
    description: 'Caches next to the users; a view reaches one of them at random.',
    unit: 'count',
    source: 'seed: 200+ edge locations',
  }),
  regionals: field(count(1, 1000).default(13), {
    title: 'Regional caches',
    description: 'Caches that the edges ask; an edge belongs to one of them.',
    unit: 'count',
    source: 'seed: 13 regional edge caches',
  }),
  edgeHitRatio: field(ratio.default(0.85), {
    title: 'Hit ratio at the edge',
    description: 'Share of views that an edge answers.',
    unit: 'ratio',
    source: 'seed: edge-only caching achieves 85 %',
  }),
  regionalHitRatio: field(ratio.default(0.8), {
    title: 'Hit ratio of the regional tier',
    description: 'Share of what edges ask for that their regional cache answers.',
    unit: 'ratio',
    source: 'seed: 97 % overall, so 12 of the 15 % that the edge misses',
  }),
  edgeDelay: field(distribution.default(constantMs(1)), {
    title: 'Time at the edge',
    description: 'Time of a look-up at an edge.',
    unit: 'ms',
    source: 'seed: 5 ms from an edge, less 4 ms network',
  }),
  regionalDelay: field(distribution.default(constantMs(15)), {
    title: 'Time to the regional cache',
    description: 'From an edge to its regional cache and back.',
    unit: 'ms',
    source: 'seed: 15 ms for the regional caches',
  }),
  coalesce: field(z.boolean().default(true), {
    title: 'Request coalescing',
    description:
      'Whether views of an image that its cache is fetching already wait for that fetch, or each fetch it again.',
    source: 'what CloudFront does with simultaneous requests for one object',
  }),
  jpegBytes: field(count(1, 1_000_000_000).default(80_000), {
    title: 'Bytes of a JPEG',
    description: 'Mean size of a viewed image where the client takes no WebP. For egress and its price.',
    unit: 'bytes',
    source: 'seed: 80 KB average, of which WebP then saves 30 %',
  }),
  webpSaving: field(ratio.default(0.3), {
    title: 'Saving by WebP',
    description: 'How much smaller the WebP of an image is than its JPEG.',
    unit: 'ratio',
    source: 'seed: 30 % of 25-34 % at equal quality; independent studies find 6-17 %',
  }),
  webpShare: field(ratio.default(0.96), {
    title: 'Clients that take WebP',
    description:
      'Share of views whose client accepts WebP. The two formats are separate keys in every cache.',
    unit: 'ratio',
    source: 'assumed: browsers in use that show WebP, about 96 % (caniuse.com, 2024)',
  }),
});

export type CDNConfig = z.output<typeof config>;

export const cdn = defineKind({
  kind: 'CDN',
  layer: 'delivery',
  title: 'CDN',
  summary: 'Edge and regional caches that hand out images and fetch what they miss from the origin.',
  help: [
    'A view asks one edge; on a miss the edge asks its regional cache; on a miss there that one asks the origin.',
    '',
    '- Ordinary images hit by the ratios. The image of a `whale-post` is followed by itself: every edge and every regional cache starts without it and keeps it from the first fetch on.',
    '- Views that coalesce wait at their edge, then at its regional cache; each fetches one followed image at a time.',
    '- An origin that fails fails the view.',
  ].join('\n'),
  config,
  targets: {
    ObjectStorage: 'fetches what both of its tiers miss',
  },
  edgeDefaults: {
    ObjectStorage: regionEdge(1000, 'sized: twenty times the 50 ms of the origin'),
  },
  needs: [
    {
      side: 'target',
      kinds: ['ObjectStorage'],
      without: 'has no origin to fetch images from: wire it to an ObjectStorage',
    },
  ],
  headline: 'hitRatio',
});
