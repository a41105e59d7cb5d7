import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, rate } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs } from './network.ts';

const config = z.strictObject({
  prefixes: field(count(1, 100_000).default(16), {
    title: 'Prefixes',
    description: 'Key prefixes over which objects spread evenly; each has request limits of its own.',
    unit: 'count',
    source: 'sized: reads of the origin are at most 70 % of the limits; the seed keeps user-specific paths',
  }),
  getsPerPrefixPerSecond: field(rate.nullable().default(5500), {
    title: 'Reads a prefix',
    description: 'GETs a second beyond which a prefix answers 503. Null: no limit.',
    unit: 'requests/s',
    source: 'AWS S3 performance guide: 5,500 GET a second a prefix',
  }),
  putsPerPrefixPerSecond: field(rate.nullable().default(3500), {
    title: 'Writes a prefix',
    description: 'PUTs a second beyond which a prefix answers 503. Null: no limit.',
    unit: 'requests/s',
    source: 'AWS S3 performance guide: 3,500 PUT a second a prefix',
  }),
  getDelay: field(distribution.default(constantMs(49.5)), {
    title: 'Time of a read',
    description: 'From the request to the object.',
    unit: 'ms',
    source: 'seed: 50 ms at the S3 origin, less 0.5 ms network',
  }),
  putDelay: field(distribution.default(constantMs(149.5)), {
    title: 'Time of a write',
    description: 'From the last byte of the object to the answer.',
    unit: 'ms',
    source: 'AWS S3 performance guide: 100-200 ms for small objects, the middle; less 0.5 ms network',
  }),
  storedTerabytes: field(z.number().min(0).max(1e9).default(50_000), {
    title: 'Stored',
    description: 'What is stored when the run begins, for its price. 1 TB is 10^12 bytes.',
    unit: 'TB',
    source: 'seed: 50 PB accumulated',
  }),
  variantBytesPerImage: field(count(0, 1_000_000_000).default(1_627_143), {
    title: 'Variants of an image',
    description: 'Bytes of all variants of one photo together, for the growth of what is stored.',
    unit: 'bytes',
    source: 'seed: 10 + 60 + 200 + 400 KB WebP; the same as JPEG is 1 / 0.7 times as much',
  }),
});

export type ObjectStorageConfig = z.output<typeof config>;

export const objectStorage = defineKind({
  kind: 'ObjectStorage',
  layer: 'stores',
  title: 'Object storage',
  summary: 'Holds original photos and their variants; the origin of the CDN.',
  help: [
    'Answers after its time, whatever the load, as long as no prefix is over its limits.',
    '',
    '- A prefix that gets more than its limit answers 503 (slow down): the request fails as `rejected`.',
    '- What is stored grows by `storedBytesPerSecond`: originals as they arrive, variants as images are done.',
  ].join('\n'),
  config,
  targets: {},
  headline: 'throughputPerSecond',
});
