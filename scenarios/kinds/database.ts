import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';

const config = z.strictObject({
  servers: field(count(1, 1_000_000).default(8), {
    title: 'Servers',
    description: 'Queries executed at the same time.',
    unit: 'count',
    source: 'a mid-size machine: eight cores',
  }),
  readTime: field(distribution.default({ distribution: 'exponential', meanMs: 1 }), {
    title: 'Read time',
    description: 'Time of a read on a server.',
    unit: 'ms',
    source: 'the textbook queue: exponential, 1 ms',
  }),
  writeTime: field(distribution.default({ distribution: 'exponential', meanMs: 2 }), {
    title: 'Write time',
    description: 'Time of a write on a server.',
    unit: 'ms',
    source: 'twice a read: it also writes a log',
  }),
  connections: field(count(1, 10_000_000).nullable().default(null), {
    title: 'Connections',
    description:
      'Queries that may be inside, executing or waiting for a server; further ones wait for a connection first. Null: no limit.',
    unit: 'count',
    source: 'off unless asked for',
  }),
});

export const database = defineKind({
  kind: 'Database',
  layer: 'generic',
  title: 'Database',
  summary: 'Executes reads and writes on a number of servers, behind a limit of connections.',
  help: 'Whether a request reads or writes is the `operation` of its flow. First come first served.',
  config,
  targets: {},
  refusals: {
    Cache: 'A database does not call: point the cache at the database, and it fetches its misses from there.',
    Service: 'A database does not call: point the service at the database.',
  },
  headline: 'utilization',
});
