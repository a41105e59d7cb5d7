import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveSeconds, ratio, seconds } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs, regionEdge } from './network.ts';

const popularity = z.strictObject({
  images: field(count(1, 1_000_000_000).default(103_680_000), {
    title: 'Images',
    description: 'Different images that are viewed at any time, ranked by how often.',
    unit: 'count',
    source: 'seed: 1,200 uploads a second, of one day',
  }),
  zipfExponent: field(z.number().min(0).max(10).default(1), {
    title: 'Zipf exponent',
    description: 'How unequal the popularity of the images is; 0: all equal.',
    unit: 'ratio',
    source: 'Huang et al., An Analysis of Facebook Photo Caching, SOSP 2013: Zipf-like, about 1',
  }),
  lifetimeSeconds: field(positiveSeconds.nullable().default(86_400), {
    title: 'Lifetime',
    description:
      'After this time a rank has a new image, which no cache holds yet; ages of what is viewed are spread evenly over it. Null: never.',
    unit: 's',
    source: 'assumed: a feed shows the photos of a day',
  }),
  edgeCapacity: field(count(1, 1_000_000_000).default(20_000_000), {
    title: 'Objects an edge holds',
    description: 'The least recently viewed one makes room.',
    unit: 'count',
    source: 'assumed: a little over 1 TB of images of 57 KB',
  }),
  regionalCapacity: field(count(1, 1_000_000_000).default(100_000_000), {
    title: 'Objects a regional cache holds',
    description: 'The least recently fetched one makes room.',
    unit: 'count',
    source: 'assumed: five times as much as an edge',
  }),
  followed: field(count(0, 100_000).default(8192), {
    title: 'Images followed one by one',
    description:
      'Of the most popular ranks every cache knows whether it holds them, and views of them share a fetch; whether a less popular one is held is drawn by its probability. More take memory, 16 bytes a cache.',
    unit: 'count',
    source: 'sized: at the last of them, a hundredth of the views meets another’s fetch',
  }),
});

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
  hits: field(z.enum(['ratios', 'popularity']).default('ratios'), {
    title: 'Hits',
    description:
      '`ratios`: by the two ratios. `popularity`: as the popularity of the images and the sizes of the caches make it.',
    source: 'the seed states ratios',
  }),
  popularity: field(popularity.default(popularity.parse({})), {
    title: 'Popularity',
    description:
      'What is viewed, and how much of it the caches hold. With `ratios` only after a purge: then images and exponent say how fast the caches fill again.',
    source: 'each member has its own',
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
  unprocessed: field(z.enum(['show', 'placeholder', 'not-found']).default('show'), {
    title: 'Images that are not processed yet',
    description:
      'What a view of an image gets that no ImageWorker has processed yet. `show`: the image all the same. `placeholder`: a stand-in, from the edge. `not-found`: 404, from the edge, which has cached it.',
    source: 'seed: CDN URLs that 404, seen as placeholders; off, because it knows no ages of images',
  }),
  signatureDelay: field(distribution.default(constantMs(0)), {
    title: 'Time to check a signed URL',
    description: 'Of each view, at its edge. 0: URLs are not signed.',
    unit: 'ms',
    source: 'seed: signed URLs for premium content only',
  }),
  propagationSeconds: field(seconds.default(0), {
    title: 'Propagation of changes',
    description:
      'Time in which a change of this configuration by the timeline reaches the last edge; the edges follow one after the other, and until then answer by what they knew. A purge is at once.',
    unit: 's',
    source: 'the seed says within 15 minutes; at once, as in every other component, unless asked for',
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
    '- With `hits: popularity` the ratios follow from Zipf popularity, from new images and from the sizes of the caches, by Che’s approximation of least-recently-used caches; against caches followed object by object it is within 0.02 at the edge and 0.04 at the regional caches.',
    '- A `cdn-purge` empties tiers. They fill again view by view, the popular images first; until then the origin gets what they miss.',
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
