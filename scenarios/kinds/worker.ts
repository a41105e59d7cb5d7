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
  summary: 'Takes batches of messages from a queue, processes them, and calls its targets for each batch.',
  help: [
    'A partition feeds one worker; a worker may have several partitions. A batch is done when its calls have ended.',
    'Targets are called one after the other in edge order; a Database or Cache is written to. The figures of a message, from publication to done, are the flow named after this node.',
    'After a crash, work in hand is processed again.',
  ].join('\n'),
  role: 'workers',
  config,
  backgroundFlows: (id) => [id],
  targets: {
    Service: 'calls it for each batch',
    Cache: 'looks up in it for each batch',
    Database: 'queries it for each batch',
    Queue: 'publishes to it for each batch',
  },
  needs: [{ side: 'source', kinds: ['Queue'], without: 'has no queue to consume from' }],
  headline: 'lagSeconds',
});
