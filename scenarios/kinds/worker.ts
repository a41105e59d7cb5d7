import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';

const config = z.strictObject({
  workers: field(count(1, 1_000_000).default(1), {
    title: 'Workers',
    description: 'Consumers; those above the number of partitions have nothing to do.',
    unit: 'count',
    source: 'the smallest consumer group',
  }),
  serviceTime: field(distribution.default({ distribution: 'exponential', meanMs: 1 }), {
    title: 'Service time',
    description: 'Time to process one batch, calls not counted.',
    unit: 'ms',
    source: 'the textbook queue: exponential, 1 ms',
  }),
  batch: field(count(1, 100_000).default(1), {
    title: 'Batch',
    description:
      'Most messages of one partition that a worker takes at once and processes in one service time.',
    unit: 'count',
    source: 'one message at a time',
  }),
});

export const worker = defineKind({
  kind: 'Worker',
  layer: 'generic',
  title: 'Worker',
  summary: 'Takes messages from a queue, processes them, and calls its targets for each.',
  help: [
    'A partition feeds one worker; a worker may have several partitions. A message is done when its calls have ended.',
    'After a crash, work in hand is processed again.',
  ].join('\n'),
  role: 'workers',
  config,
  targets: {
    Service: 'calls it for each message',
    Cache: 'looks up in it for each message',
    Database: 'queries it for each message',
    Queue: 'publishes to it for each message',
  },
  needs: [{ side: 'source', kinds: ['Queue'], without: 'has no queue to consume from' }],
  headline: 'lagSeconds',
});
