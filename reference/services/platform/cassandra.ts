import { errors, policies, types, type ClientOptions } from 'cassandra-driver';
import { routeOf, type Endpoints, type Routes } from '../../endpoints/index.ts';
import { openClient } from './cassandra-client.ts';
import { requirePart } from './part.ts';
import { keyspace } from './keyspace.ts';
import type { Log } from './log.ts';
import type { Telemetry } from './telemetry.ts';
import { untilConnected } from './until-connected.ts';

/** A statement, written once: the name is its label in metrics. */
export interface Statement {
  readonly name: string;
  readonly cql: string;
  /** `one`: LOCAL_ONE, for reads that may be a little old; `quorum`: LOCAL_QUORUM. */
  readonly consistency: 'one' | 'quorum';
  /**
   * `idempotent`: repeated on another node when its outcome is not known. `increment`: never repeated
   * unless it certainly was not applied, because counters have no memory of who added what.
   */
  readonly kind: 'idempotent' | 'increment';
}

export type Parameter = string | number | boolean | Date | readonly string[] | null;

export interface ExecuteOptions {
  /** Write timestamp, µs since 1970; the driver's clock when left out. */
  readonly timestampUs?: number;
  /** Rows of one page, and where the page begins. Default: 5,000, from the beginning. */
  readonly pageSize?: number;
  readonly pageState?: string;
}

/** One page of rows; columns as the driver reads them (timestamps are Date, counters bigint). */
export interface Page {
  readonly rows: readonly types.Row[];
  /** For the next page; null at the end. */
  readonly pageState: string | null;
}

/** The post database. */
export interface Cassandra {
  execute(statement: Statement, parameters: readonly Parameter[], options?: ExecuteOptions): Promise<Page>;
  /** @throws Error when no node answers */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const consistencies = {
  one: types.consistencies.localOne,
  quorum: types.consistencies.localQuorum,
} as const;

/** The server gives up after 1 s (its time-outs in the stack); the client waits longer, to hear that. */
const readTimeoutMs = 2000;

/**
 * What every client of the cluster needs to know, with neither keyspace nor a connection yet. Contact
 * points are never translated by the driver, so they are routed here.
 */
export function clientOptions(endpoints: Endpoints): ClientOptions {
  const { hosts, tls, user, password, options } = requirePart(endpoints, 'cassandra');
  return {
    contactPoints: hosts.map(({ host, port }) => {
      const to = routeOf(endpoints.routes, host, port);
      return `${to.host}:${to.port}`;
    }),
    protocolOptions: { port: hosts[0]!.port },
    localDataCenter: options['datacenter'] ?? 'datacenter1',
    ...(user === null ? {} : { credentials: { username: user, password: password ?? '' } }),
    // The driver accepts any certificate unless told otherwise.
    ...(tls ? { sslOptions: { rejectUnauthorized: true } } : {}),
    encoding: { useBigIntAsLong: true },
    pooling: {
      coreConnectionsPerHost: { [types.distance.local]: 1, [types.distance.remote]: 1 },
      heartBeatInterval: 2000,
    },
    socketOptions: { connectTimeout: 1000, readTimeout: readTimeoutMs },
    policies: {
      addressResolution: detours(endpoints.routes),
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(500),
      retry: new AnotherNode(),
    },
  };
}

/** The driver takes no look-alikes, and its types do not name the class: one of its own is changed. */
function detours(routes: Routes): policies.addressResolution.AddressTranslator {
  return Object.assign(policies.defaultAddressTranslator(), {
    translate(address: string, port: number, callback: (endpoint: string) => void) {
      const to = routeOf(routes, address, port);
      callback(`${to.host}:${to.port}`);
    },
  });
}

/** Repeats an idempotent write once on another node when the first coordinator heard from too few. */
class AnotherNode extends policies.retry.RetryPolicy {
  override onWriteTimeout(
    info: policies.retry.OperationInfo,
    consistency: types.consistencies,
  ): policies.retry.DecisionInfo {
    return info.nbRetry === 0 ? this.retryResult(consistency, false) : this.rethrowResult();
  }
}

/**
 * For a service that starts: nobody starts it again, so it waits for a database that is away rather than end.
 */
export async function awaitCassandra(
  endpoints: Endpoints,
  telemetry: Telemetry,
  log: Log,
): Promise<Cassandra> {
  let connected: Cassandra | undefined;
  await untilConnected(
    async () => {
      connected = await connectCassandra(endpoints, telemetry);
    },
    new AbortController().signal,
    (error) => log.warn({ err: error }, 'Cassandra cannot be reached yet'),
  );
  return connected!;
}

/**
 * Connects to what answers; nodes that are away are tried again twice a second.
 *
 * @throws Error of the driver when no node answers
 */
export async function connectCassandra(endpoints: Endpoints, telemetry: Telemetry): Promise<Cassandra> {
  const client = openClient({ ...clientOptions(endpoints), keyspace });
  try {
    await client.connect();
  } catch (error) {
    await client.shutdown();
    throw error;
  }
  return {
    execute: (statement, parameters, options = {}) =>
      telemetry.time('cassandra', statement.name, async () => {
        const result = await client.execute(statement.cql, parameters as Parameter[], {
          prepare: true,
          consistency: consistencies[statement.consistency],
          isIdempotent: statement.kind === 'idempotent',
          ...(options.timestampUs === undefined ? {} : { timestamp: options.timestampUs }),
          ...(options.pageSize === undefined ? {} : { fetchSize: options.pageSize }),
          ...(options.pageState === undefined ? {} : { pageState: options.pageState }),
        });
        return { rows: result.rows ?? [], pageState: result.pageState ?? null };
      }),
    async ping() {
      await client.execute('SELECT key FROM system.local', [], {
        consistency: types.consistencies.localOne,
        isIdempotent: true,
      });
    },
    close: () => client.shutdown(),
  };
}

const neverApplied: ReadonlySet<number> = new Set([
  types.responseErrorCodes.unavailableException,
  types.responseErrorCodes.overloaded,
  types.responseErrorCodes.isBootstrapping,
  types.responseErrorCodes.syntaxError,
  types.responseErrorCodes.unauthorized,
  types.responseErrorCodes.invalid,
]);

/**
 * Whether a write that failed can still have happened. `not-applied` is said only when every node that
 * was asked refused before doing anything, or was not reached.
 */
export function outcomeOf(error: unknown): 'not-applied' | 'unknown' {
  if (error instanceof errors.NoHostAvailableError) {
    const refusals = Object.values((error.innerErrors ?? {}) as Record<string, unknown>);
    return refusals.every((refusal) => wasNotReached(refusal) || outcomeOf(refusal) === 'not-applied')
      ? 'not-applied'
      : 'unknown';
  }
  if (error instanceof errors.ResponseError) return neverApplied.has(error.code) ? 'not-applied' : 'unknown';
  const socket = error as { readonly isSocketError?: boolean; readonly requestNotWritten?: boolean } | null;
  return socket?.isSocketError === true && socket.requestNotWritten === true ? 'not-applied' : 'unknown';
}

/** The driver writes a text for a node that is down, and an error that is not its own without connection. */
const wasNotReached = (refusal: unknown): boolean =>
  typeof refusal === 'string' ||
  refusal instanceof errors.BusyConnectionError ||
  (refusal instanceof Error && !(refusal instanceof errors.DriverError));
