import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import {
  count,
  milliseconds,
  positiveMilliseconds,
  positiveSeconds,
  rate,
  ratio,
  seconds,
} from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs } from './network.ts';
import { schemaChange } from './schema-change.ts';

const pg = 'PostgreSQL documentation';

const postgresql = z.strictObject({
  readReplicas: field(count(0, 1000).default(0), {
    title: 'Read replicas',
    description:
      'Further servers that repeat the writes of the primary and answer all reads. 0: the primary answers them.',
    unit: 'count',
    source: 'off unless asked for',
  }),
  cores: field(count(1, 1024).default(16), {
    title: 'Cores a server',
    description: 'Statements that a server executes at the same time.',
    unit: 'count',
    source: 'sized: a common size of a database server',
  }),
  maxConnections: field(count(1, 100_000).default(100), {
    title: 'Connections a server',
    description:
      'Statements in hand at a server, those that wait for a disk or a lock included; further ones wait for a connection.',
    unit: 'count',
    source: `${pg}: default of max_connections`,
  }),
  queryDemandMs: field(milliseconds.default(0.05), {
    title: 'Demand of a query',
    description: 'Core time of a statement that reads, besides its pages.',
    unit: 'ms',
    source: 'assumed: 20,000 prepared statements a second a core',
  }),
  writeDemandMs: field(milliseconds.default(0.2), {
    title: 'Demand of a write',
    description: 'Core time of a statement that writes, besides its pages.',
    unit: 'ms',
    source: 'assumed: four times a read, for the log record, the lock and the commit',
  }),
  replayDemandMs: field(milliseconds.default(0.05), {
    title: 'Demand of a replay',
    description: 'Core time in which a read replica repeats one write.',
    unit: 'ms',
    source: 'assumed: a quarter of the write, for nothing is parsed, planned or locked',
  }),
  pageDemandMs: field(milliseconds.default(0.001), {
    title: 'Demand of a page',
    description: 'Core time to find the way through one page of an index, or to read one row, in memory.',
    unit: 'ms',
    source: 'assumed: about a microsecond to pin, lock and search a page',
  }),
  feedDelay: field(distribution.default(constantMs(0)), {
    title: 'Delay of a feed query',
    description:
      'Further time of the statement that finds a feed, in which it holds a connection but no core.',
    unit: 'ms',
    source: 'none unless a design states how long a feed takes',
  }),
  commitDelay: field(distribution.default(constantMs(2)), {
    title: 'Delay of a commit',
    description: 'Time until the log of a write is safe on disk; writes that come together share it.',
    unit: 'ms',
    source: 'assumed: one synchronous write to a replicated network volume',
  }),
  rowLockMs: field(positiveMilliseconds.default(2.2), {
    title: 'Lock of a row',
    description:
      'Time for which an update keeps others from the same row. Whoever waits for it holds a connection.',
    unit: 'ms',
    source: `${pg}: a row is locked until the commit; the demand of a write and the delay of a commit`,
  }),
  detectionSeconds: field(seconds.default(10), {
    title: 'Detection',
    description: 'Time until the loss of a server is noticed; until then statements sent to it wait in vain.',
    unit: 's',
    source: 'assumed: a few failed health checks of the connection pool',
  }),
  failoverSeconds: field(seconds.default(60), {
    title: 'Fail-over',
    description: 'Time from the loss of the primary until a read replica writes in its place.',
    unit: 's',
    source:
      'Amazon RDS documentation: Multi-AZ fail-overs take 60 to 120 seconds as a rule; the least of that',
  }),
  rows: field(count(1, 1_000_000_000_000_000).default(1_000_000_000), {
    title: 'Rows',
    description: 'Posts in the table; the depth of its indexes is their logarithm.',
    unit: 'count',
    source: 'seed: billions of posts; the least that is',
  }),
  rowBytes: field(count(1, 1_000_000).default(200), {
    title: 'Size of a row',
    description: 'Of one post, with its header.',
    unit: 'bytes',
    source: 'assumed: ids, time, caption, links and two counters',
  }),
  indexes: field(count(1, 100).default(2), {
    title: 'Indexes',
    description: 'Each is maintained by every insert.',
    unit: 'count',
    source: 'seed: posts by author and time; the other is the primary key',
  }),
  entriesPerPage: field(count(2, 1000).default(263), {
    title: 'Entries a page',
    description: 'Entries of an index that one page holds.',
    unit: 'count',
    source: `${pg}: pages of 8 KiB, 90 % filled, 28 bytes an entry of two 8-byte columns with header and pointer`,
  }),
  hotRatio: field(ratio.default(0.1), {
    title: 'Hot share',
    description: 'Share of the rows that requests ask for, each as often as another.',
    unit: 'ratio',
    source: 'assumed: feeds show what is recent',
  }),
  cacheBytes: field(count(1, 1_000_000_000_000_000).default(96_000_000_000), {
    title: 'Memory for pages',
    description: 'Of one server; pages of hot rows that do not fit are read from disk.',
    unit: 'bytes',
    source: `${pg}: effective_cache_size is half to three quarters of memory; here of 128 GB`,
  }),
  diskReadMs: field(milliseconds.default(1), {
    title: 'Read from disk',
    description: 'Time to read one page from disk.',
    unit: 'ms',
    source: 'AWS: gp3 volumes answer within single-digit milliseconds; the least of that',
  }),
  diskQueueDepth: field(count(1, 10_000).default(16), {
    title: 'Reads at the same time',
    description: 'Pages that one server’s disk reads at the same time.',
    unit: 'count',
    source: 'AWS: at most 16,000 operations a second a gp3 volume, at 1 ms each',
  }),
});

const compaction = z.strictObject({
  periodSeconds: field(positiveSeconds.default(600), {
    title: 'Period',
    description: 'Time in which every replica compacts once; they take turns.',
    unit: 's',
    source: 'assumed: some compactions an hour under steady writes',
  }),
  seconds: field(positiveSeconds.default(10), {
    title: 'Length',
    description: 'How long one compaction takes.',
    unit: 's',
    source: 'assumed: a few hundred megabytes at the default throughput of 64 MiB/s',
  }),
  places: field(count(1, 64).default(2), {
    title: 'Places',
    description: 'Operations in whose place a compaction runs.',
    unit: 'count',
    source: 'default of Apache Cassandra (concurrent_compactors: 2 at least)',
  }),
});

const config = z.strictObject({
  engine: field(z.enum(['cassandra', 'postgresql']).default('cassandra'), {
    title: 'Engine',
    description:
      'Cassandra: a ring of replicas without a primary. PostgreSQL: one server that writes, and replicas that read; see `postgresql`, the other members but the queue of a key are Cassandra’s.',
    source: 'seed: Cassandra instead of PostgreSQL',
  }),
  postgresql: field(postgresql.prefault({}), {
    title: 'PostgreSQL',
    description: 'What PostgreSQL has in place of a ring. Means nothing to Cassandra.',
    source: 'see its members',
  }),
  schema: field(schemaChange.prefault({}), {
    title: 'Schema',
    description: 'What a change of the schema while the run goes on does, on either engine.',
    source: 'see its members',
  }),
  partitions: field(count(1, 4096).default(64), {
    title: 'Token ranges',
    description: 'Ranges of the token ring; a key (one author) lies in one of them.',
    unit: 'count',
    source: 'seed: 64 partitions',
  }),
  joiningPartitions: field(count(0, 4096).default(0), {
    title: 'Joining ranges',
    description:
      'Token ranges that are being streamed to nodes that join. They serve nothing yet, and the others are slower meanwhile. A timeline sets it, and then `addedPartitions`.',
    unit: 'count',
    source: 'off unless asked for',
  }),
  addedPartitions: field(count(0, 4096).default(0), {
    title: 'Added ranges',
    description:
      'Token ranges of nodes that have joined, besides the first ones. A key stays in its range or moves as a whole to an added one.',
    unit: 'count',
    source: 'off unless asked for',
  }),
  streamingFactor: field(z.number().min(1).max(100).default(1.2), {
    title: 'Demand while streaming',
    description:
      'Multiplies the demand of reads and writes while ranges join, or are rewritten for another schema.',
    unit: 'ratio',
    source: 'assumed: streams are throttled to a fraction of what a node can send',
  }),
  compaction: field(compaction.nullable().default(null), {
    title: 'Compaction',
    description: 'Merging of tables, replica by replica. Null: its cost is part of the demands.',
    source: 'off in the published design, which does not mention it',
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
  requestTimeoutMs: field(positiveMilliseconds.default(2000), {
    title: 'Time-out of a coordinator',
    description: 'Time for which a coordinator waits for replicas that do not answer, before it gives up.',
    unit: 'ms',
    source: 'default of Apache Cassandra (write_request_timeout)',
  }),
  speculativeRetryMs: field(milliseconds.default(20), {
    title: 'Speculative retry',
    description: 'Time after which a read of a replica that does not answer is sent to another one.',
    unit: 'ms',
    source:
      'default of Apache Cassandra: the 99th percentile of reads; 20 ms of it from Instagram Engineering on Rocksandra, 2018',
  }),
  phiConvictThreshold: field(z.number().min(1).max(16).default(8), {
    title: 'Conviction threshold',
    description:
      'Suspicion at which a node counts as down. Until then coordinators wait for its answers; from then on a quorum that is not there is `unavailable` at once.',
    unit: 'ratio',
    source: 'default of Apache Cassandra (phi_convict_threshold)',
  }),
  heartbeatIntervalMs: field(positiveMilliseconds.default(1000), {
    title: 'Interval of heartbeats',
    description:
      'Mean time between two heartbeats of a node, as its peers measure it; suspicion grows with the time since the last over this.',
    unit: 'ms',
    source: 'Apache Cassandra: nodes gossip once a second',
  }),
  rejoinSeconds: field(seconds.default(10), {
    title: 'Start of a node',
    description: 'From the end of an outage until a node answers again.',
    unit: 's',
    source: 'measured with Apache Cassandra 5.0: 7.5 to 12.5 s until a quorum of three nodes writes again',
  }),
  hintReplayRatio: field(ratio.default(0.5), {
    title: 'Replay of hints',
    description:
      'Writes that a node missed, and is given while new ones come, for each new one. 0: none, the replica stays behind.',
    unit: 'ratio',
    source: 'assumed: replay is throttled so as not to drown a node that has just started',
  }),
});

export type PostDBConfig = z.output<typeof config>;

export const postDB = defineKind({
  kind: 'PostDB',
  layer: 'stores',
  title: 'Post database',
  summary: 'Holds posts by author, and the counters of likes and comments: a Cassandra ring, or PostgreSQL.',
  help: [
    'On Cassandra reads ask one replica of the key’s range (LOCAL_ONE); writes go to all and wait for as many as their consistency says.',
    '',
    '- A key has limits of its own, however many ranges there are: what exceeds them waits in the key’s own first-come queue, and is `rejected` when that holds a second’s work. Waiting there holds the caller’s thread, not a place of the replica.',
    '- Counters are read before they are written.',
    '- Replica i of every range lies in zone i mod 3. While the ring does not know that a zone is gone, a read that would have gone there goes to another replica after the speculative retry, and a write waits for a quorum that may not be there until it times out. From the conviction on such a write is `unavailable` at once. Replicas that come back are given what they missed (hints).',
    '- Added nodes take whole keys over, never parts of one: what makes a single key hot stays in one range.',
    '- A column is added while requests go on: nodes hear of it by gossip. A change that rewrites the table makes replicas slower until each has rewritten its ranges.',
    '- With a full disk it refuses writes as `unavailable`, and reads on.',
    '',
    'On PostgreSQL every write is one server’s, and read replicas repeat it.',
    '',
    '- A statement holds a connection until it is done; with none left the next one waits. It occupies a core for each page on its way down the index, so that its cost grows with the logarithm of the rows.',
    '- Pages of hot rows that do not fit into memory are read from disk, which takes a limited number at a time.',
    '- A feed is one statement that joins the follow list with posts. An update locks its row until it is committed, so that updates of one row come one after the other, each holding a connection.',
    '- A change of the schema waits for the open transactions, and every statement on the table waits behind it: for a moment, or as long as the table is rewritten, each holding a connection.',
    '- LOCAL_ONE and LOCAL_QUORUM mean the same here: the primary.',
  ].join('\n'),
  config,
  targets: {},
  backgroundFlows: (id) => [`${id}-compactions`],
  headline: 'utilization',
});
