import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, rate, seconds } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs } from './network.ts';

const config = z.strictObject({
  partitions: field(count(1, 4096).default(64), {
    title: 'Token ranges',
    description: 'Ranges of the token ring; a key (one author) lies in one of them.',
    unit: 'count',
    source: 'seed: 64 partitions',
  }),
  replicas: field(count(1, 9).default(3), {
    title: 'Replicas',
    description: 'Copies of each range. A read asks one of them; a write goes to all.',
    unit: 'count',
    source: 'seed: 3 replicas (RF 3)',
  }),
  concurrency: field(count(1, 10_000).default(32), {
    title: 'Concurrency of a replica',
    description: 'Operations that one replica of one range executes at the same time.',
    unit: 'count',
    source: 'default of Apache Cassandra (concurrent_reads, concurrent_writes)',
  }),
  readDemand: field(distribution.default(constantMs(1.5)), {
    title: 'Demand of a read',
    description: 'Time that a read occupies a place of its replica.',
    unit: 'ms',
    source: 'sized: the largest round figure with which the seed’s 64 x 3 replicas stay at most 70 % busy',
  }),
  writeDemand: field(distribution.default(constantMs(1.5)), {
    title: 'Demand of a write',
    description:
      'Time that a write occupies a place of each replica. A counter update is a read at one replica, then a write at each.',
    unit: 'ms',
    source: 'sized: the largest round figure with which the seed’s 64 x 3 replicas stay at most 70 % busy',
  }),
  readDelay: field(distribution.default({ distribution: 'lognormal', meanMs: 3, cv: 1.26 }), {
    title: 'Delay of a read',
    description: 'Further time of a read, in which the replica is free.',
    unit: 'ms',
    source:
      'mean: seed: 5 ms a query, less 0.5 ms network and 1.5 ms demand; spread: 99 % of reads under 20 ms (Instagram Engineering on Rocksandra, 2018)',
  }),
  writeDelay: field(distribution.default(constantMs(8)), {
    title: 'Delay of a write',
    description: 'Further time of a write, in which the replicas are free.',
    unit: 'ms',
    source: 'seed: about 10 ms a write, less 0.5 ms network and 1.5 ms demand',
  }),
  counterDelay: field(distribution.default(constantMs(6.5)), {
    title: 'Delay of a counter update',
    description: 'Further time of a counter update, in which the replicas are free.',
    unit: 'ms',
    source: 'seed: about 10 ms a like, less 0.5 ms network, 1.5 ms to read and 1.5 ms to write',
  }),
  keyReadsPerSecond: field(rate.nullable().default(3000), {
    title: 'Reads a key',
    description: 'Queries a second that one key serves. Null: no limit.',
    unit: 'reads/s',
    source: 'Amazon Keyspaces quotas: 3,000 read units a second a partition',
  }),
  keyWritesPerSecond: field(rate.nullable().default(1000), {
    title: 'Writes a key',
    description: 'Writes and counter updates a second that one key serves. Null: no limit.',
    unit: 'writes/s',
    source: 'Amazon Keyspaces quotas: 1,000 write units a second a partition',
  }),
  keyQueueSeconds: field(seconds.default(1), {
    title: 'Queue of a key',
    description: 'Work that may wait in a key’s own queue, as time; what finds the queue full is rejected.',
    unit: 's',
    source: 'sized: a driver’s patience; not beyond the time-outs above',
  }),
});

export type PostDBConfig = z.output<typeof config>;

export const postDB = defineKind({
  kind: 'PostDB',
  layer: 'stores',
  title: 'Post database',
  summary: 'A Cassandra ring that holds posts by author, and the counters of likes and comments.',
  help: [
    'Reads ask one replica of the key’s range (LOCAL_ONE); writes go to all and wait for as many as their consistency says.',
    '',
    '- A key has limits of its own, however many ranges there are: what exceeds them waits in the key’s own first-come queue, and is `rejected` when that holds a second’s work. Waiting there holds the caller’s thread, not a place of the replica.',
    '- Counters are read before they are written.',
  ].join('\n'),
  config,
  targets: {},
  headline: 'utilization',
});
