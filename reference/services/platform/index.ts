/**
 * Door of the platform: what every service process is made of, and the one port around each kind of
 * store. Services depend on the types here; tests replace the ports at these types.
 */
export {
  awaitCassandra,
  connectCassandra,
  outcomeOf,
  type Cassandra,
  type ExecuteOptions,
  type Page,
  type Parameter,
  type Statement,
} from './cassandra.ts';
export { failureBody, parseInput, RequestFailure, wordOf, type FailureWord } from './failure.ts';
export { connectBulkWriter, type BulkWriter } from './bulk.ts';
export { feedScripts } from './feed-scripts.ts';
export {
  createFeeds,
  shardOf,
  ShardUnavailable,
  slotOf,
  type CachedReader,
  type FeedEntry,
  type FeedLimits,
  type Feeds,
} from './feeds.ts';
export { keyspace } from './keyspace.ts';
export { createLog, type Log } from './log.ts';
export {
  connectObjects,
  ObjectTooLarge,
  type FormPolicy,
  type ObjectHead,
  type Objects,
  type SignedForm,
} from './objects.ts';
export {
  bucketOf,
  writeMediaState,
  writeOutbox,
  writePost,
  type MediaState,
  type OutboxRow,
  type Post,
} from './posts.ts';
export { publishPost } from './outbox.ts';
export { originOf, requirePart } from './part.ts';
export { runProcess, type ProcessContext, type Running } from './process.ts';
export { connectRedis, type Patience } from './redis.ts';
export { createSchema, outboxBuckets, tableNames, type Table } from './schema.ts';
export { repeatedly, type Loop } from './repeatedly.ts';
export {
  createPublicServer,
  createServer,
  requestIdHeader,
  requireUser,
  userHeader,
  type ServerOptions,
} from './server.ts';
export {
  consume,
  createProducer,
  kafkaClient,
  monitorLag,
  pingKafka,
  StreamBusy,
  Unprocessable,
  type ConsumeOptions,
  type Lag,
  type LagMonitor,
  type MessageContext,
  type Outgoing,
  type ProducerOptions,
  type StreamConsumer,
  type StreamProducer,
} from './stream/index.ts';
export { createTelemetry, type Hop, type Telemetry } from './telemetry.ts';
export { continueTrace, traceHeader, traceparent, type TraceContext } from './trace.ts';
