import { z } from '../zod.ts';
import { count, milliseconds, rate, seconds } from '../format/quantities.ts';
import { field } from './field.ts';

/** What an ALTER TABLE of PostDB does. */
export const schemaChange = z.strictObject({
  version: field(count(1, 1_000_000).default(1), {
    title: 'Version',
    description: 'Of the schema. A `set` of it by the timeline is an ALTER TABLE at that moment.',
    unit: 'count',
    source: 'the first',
  }),
  change: field(z.enum(['add-column', 'rewrite']).default('add-column'), {
    title: 'Change',
    description:
      '`add-column`: metadata only. `rewrite`: every row is written anew, as for another type of a column or another compression.',
    source:
      'PostgreSQL documentation (ALTER TABLE): since version 11 a column is added without a rewrite, with a constant default too; Cassandra adds columns in its metadata',
  }),
  agreementSeconds: field(seconds.default(6), {
    title: 'Agreement',
    description:
      'Cassandra: time until all nodes have heard of the change by gossip. Requests go on; a further change has to wait.',
    unit: 's',
    source: 'measured, Apache Cassandra 5.0 on three nodes',
  }),
  longestTransactionSeconds: field(seconds.default(0.1), {
    title: 'Longest transaction',
    description:
      'PostgreSQL: time that the oldest open transaction on the table still takes when the change comes. The change waits for it, and every later statement waits for the change.',
    unit: 's',
    source: 'assumed: nothing but the requests of this design, and no report or dump besides',
  }),
  lockMs: field(milliseconds.default(5), {
    title: 'Exclusive lock',
    description: 'PostgreSQL: how long the change holds the table once it has it, without a rewrite.',
    unit: 'ms',
    source: 'assumed: some catalog rows and one commit',
  }),
  tableBytes: field(count(0, 1_000_000_000_000_000).default(200_000_000_000), {
    title: 'Size of the table',
    description: 'What a rewrite reads and writes: in one place in PostgreSQL, range by range in Cassandra.',
    unit: 'bytes',
    source: 'seed: billions of posts; the least that is, of 200 bytes',
  }),
  rewriteBytesPerSecond: field(rate.default(67_108_864), {
    title: 'Rate of a rewrite',
    description: 'Bytes a second that a server of PostgreSQL, or a replica of a range, rewrites.',
    unit: 'bytes/s',
    source: 'default of Apache Cassandra (compaction_throughput, 64 MiB/s)',
  }),
});
