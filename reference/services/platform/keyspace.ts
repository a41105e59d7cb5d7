/** Of all tables, in Cassandra. */
export const keyspace = 'fanout_lab';
