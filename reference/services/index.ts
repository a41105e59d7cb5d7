/**
 * Door of `reference/services`: what the stack, the replay and the checker use of the services. Each
 * service is a process of its own, `<name>/main.ts`, started by the stack.
 */
export {
  connectBulkWriter,
  connectCassandra,
  connectObjects,
  connectRedis,
  createLog,
  createSchema,
  createTelemetry,
  feedScripts,
  kafkaClient,
  keyspace,
  monitorLag,
  tableNames,
  type BulkWriter,
  type Cassandra,
  type Lag,
  type LagMonitor,
  type Log,
  type Objects,
  type Page,
  type Parameter,
  type Patience,
  type Statement,
  type Table,
  type Telemetry,
} from './platform/index.ts';
export { yieldToOthers } from './images/niceness.ts';
export { encoders } from './images/variants.ts';
