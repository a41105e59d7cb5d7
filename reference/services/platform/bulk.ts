import { types } from 'cassandra-driver';
import type { Endpoints } from '../../endpoints/index.ts';
import { openClient } from './cassandra-client.ts';
import { clientOptions, type Parameter } from './cassandra.ts';
import { keyspace } from './keyspace.ts';

/** Writes many rows at set-up; no service uses it. */
export interface BulkWriter {
  /** Rows of one partition, in unlogged batches: each is one mutation of that partition. */
  write(cql: string, rows: readonly (readonly Parameter[])[]): Promise<void>;
  close(): Promise<void>;
}

/** Of 60-byte rows: below the 5 KiB from which Cassandra warns of a batch. */
const rowsPerBatch = 60;

export async function connectBulkWriter(endpoints: Endpoints): Promise<BulkWriter> {
  const client = openClient({ ...clientOptions(endpoints), keyspace });
  await client.connect();
  return {
    async write(cql, rows) {
      for (let from = 0; from < rows.length; from += rowsPerBatch)
        await client.batch(
          rows
            .slice(from, from + rowsPerBatch)
            .map((params) => ({ query: cql, params: params as Parameter[] })),
          {
            prepare: true,
            logged: false,
            isIdempotent: true,
            consistency: types.consistencies.localQuorum,
          },
        );
    },
    close: () => client.shutdown(),
  };
}
