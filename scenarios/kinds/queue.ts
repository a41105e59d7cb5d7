import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';

const config = z.strictObject({
  partitions: field(count(1, 100_000).default(1), {
    title: 'Partitions',
    description:
      'Parts that are each in order and each feed one worker; messages are spread evenly at random.',
    unit: 'count',
    source: 'Kafka default (num.partitions)',
  }),
  capacity: field(count(1, 1_000_000_000).nullable().default(null), {
    title: 'Capacity',
    description: 'Messages accepted and not yet done; further ones are rejected. Null: no limit.',
    unit: 'count',
    source: 'off unless asked for',
  }),
  appendTime: field(distribution.default({ distribution: 'constant', ms: 1 }), {
    title: 'Append time',
    description: 'From arrival of a message until the producer is told that it is safe.',
    unit: 'ms',
    source: 'convention of this product',
  }),
});

export const queue = defineKind({
  kind: 'Queue',
  layer: 'generic',
  title: 'Queue',
  summary: 'Accepts messages at once and keeps them in order until a worker has done them.',
  help: [
    'A producer waits for the append only, so a slow consumer never slows it down: the backlog grows instead.',
    'Without workers the backlog only grows.',
  ].join('\n'),
  role: 'stream',
  config,
  targets: { Worker: 'feeds it messages' },
  refusals: {
    Service: 'A service is called and answers; a queue feeds a Worker, which can call the service.',
    Database: 'A queue feeds a Worker, which can write to the database.',
    Queue: 'A queue does nothing by itself: put a Worker between the two.',
  },
  headline: 'backlog',
});
