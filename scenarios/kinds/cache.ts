import { z } from '../zod.ts';
import type { Distribution } from '../scenario.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveSeconds, ratio } from '../format/quantities.ts';
import { firstFault } from '../format/rule.ts';
import { defineKind, field } from './field.ts';

/** Complete: exactly one of `hitRatio` and `keys` is not null. */
export interface CacheConfig {
  readonly servers: number;
  readonly serviceTime: Distribution;
  readonly hitRatio: number | null;
  readonly keys: {
    readonly count: number;
    readonly zipfExponent: number;
    readonly capacity: number;
    readonly ttlSeconds: number | null;
    readonly trackedKeys: number;
  } | null;
}

const keys = z.strictObject({
  count: field(count(1, 100_000_000).default(1_000_000), {
    title: 'Keys',
    description: 'Different keys that requests ask for.',
    unit: 'count',
    source: 'convention of this product',
  }),
  zipfExponent: field(z.number().min(0).max(10).default(0.99), {
    title: 'Zipf exponent',
    description: 'How unequal the popularity of the keys is; 0: all equal.',
    unit: 'ratio',
    source: 'YCSB (Cooper et al., SoCC 2010)',
  }),
  capacity: field(count(1, 100_000_000).default(100_000), {
    title: 'Capacity',
    description: 'Keys that fit; the least recently used one makes room.',
    unit: 'count',
    source: 'a tenth of the keys',
  }),
  ttlSeconds: field(positiveSeconds.nullable().default(null), {
    title: 'Time to live',
    description: 'Age at which an entry no longer counts, from when it was stored. Null: never.',
    unit: 's',
    source: 'off unless asked for',
  }),
  trackedKeys: field(count(1000, 20_000_000).default(2_000_000), {
    title: 'Keys kept one by one',
    description:
      'With more keys than this the content is that of the most popular and of a spatially hashed sample of the others; a request for any other key looks where its neighbour in popularity stands.',
    unit: 'count',
    source:
      'SHARDS (Waldspurger et al., FAST 2015): the error falls as the root of the sample; two million keys fit in 100 MB',
  }),
});

const config = z
  .strictObject({
    servers: field(count(1, 1_000_000).default(1), {
      title: 'Servers',
      description: 'Commands executed at the same time.',
      unit: 'count',
      source: 'Redis executes commands on one thread',
    }),
    serviceTime: field(distribution.default({ distribution: 'constant', ms: 0.0125 }), {
      title: 'Service time',
      description: 'Time of one command, look-up or store.',
      unit: 'ms',
      source: 'Redis benchmark documentation: about 80,000 simple commands a second on one node',
    }),
    hitRatio: field(ratio.nullable().optional(), {
      title: 'Hit ratio',
      description: 'Share of look-ups that hit, drawn at random. Null when `keys` is given.',
      unit: 'ratio',
      source: '0.9 when neither is given: a round figure',
    }),
    keys: field(keys.nullable().optional(), {
      title: 'Keys',
      description:
        'Simulates the content key by key, so that the hit ratio emerges. Null when `hitRatio` is given.',
      source: 'absent: the hit ratio is given',
    }),
  })
  .check(
    firstFault(({ hitRatio, keys: keyed }) => {
      if (typeof hitRatio === 'number' && keyed !== undefined && keyed !== null) {
        return {
          path: ['hitRatio'],
          code: 'FL-either-or',
          message: 'A cache has either a `hitRatio` or `keys`, and this one has both.',
          fix: 'Remove one, or set it to null.',
        };
      }
      if (hitRatio === null && (keyed === null || keyed === undefined)) {
        return {
          path: ['hitRatio'],
          code: 'FL-either-or',
          message: 'A cache needs a `hitRatio` or `keys`, and this one has neither.',
          fix: 'Give one of the two.',
        };
      }
      return null;
    }),
  )
  .overwrite((value) => {
    const keyed = value.keys ?? null;
    return { ...value, keys: keyed, hitRatio: keyed === null ? (value.hitRatio ?? 0.9) : null };
  }) as unknown as z.ZodType<CacheConfig, Partial<CacheConfig>>;

export const cache = defineKind({
  kind: 'Cache',
  layer: 'generic',
  title: 'Cache',
  summary: 'Answers from memory, or fetches from its target and keeps the answer.',
  help: [
    'A read that hits is answered after one command. A miss goes on to the target, then fills the cache with a second command.',
    'A write goes through to the target and then stores the value (write-through).',
    '',
    'Give `hitRatio` to draw hits at random, or `keys` to simulate the content: least recently used goes first.',
  ].join('\n'),
  config,
  targets: {
    Service: 'fetches misses from it',
    Cache: 'fetches misses from it, as a second level',
    Database: 'fetches misses from it',
  },
  refusals: {
    Queue:
      'A cache waits for the answer to a miss, and a queue gives none: point it at a Database or a Service.',
    Worker: 'A worker takes its work from a queue and answers nobody.',
  },
  needs: [
    { side: 'target', kinds: ['Service', 'Cache', 'Database'], without: 'has nothing to fetch a miss from' },
  ],
  maximumTargets: 1,
  headline: 'hitRatio',
});
