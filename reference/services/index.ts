/**
 * Door of `reference/services`: what the stack, the replay and the checker use of the services. Each
 * service is a process of its own, `<name>/main.ts`, started by the stack.
 */
export {
  connectCassandra,
  connectRedis,
  createSchema,
  createTelemetry,
  keyspace,
  tableNames,
  type Cassandra,
  type Patience,
  type Statement,
  type Table,
  type Telemetry,
} from './platform/index.ts';
