import { Cluster } from 'ioredis';
import { parseAddress, routeOf, type Endpoints } from '../../endpoints/index.ts';
import { requirePart } from './part.ts';

/**
 * How long a command goes on when its shard is away.
 *
 * `fail-fast`: gives up within a fraction of a second, for what has another way out (a feed read goes to
 * Cassandra, a rate limit lets pass). `patient`: retries for some seconds, for work that is repeated from
 * Kafka anyway. Retrying until promotion (1,000 redirections) would also stall commands for other shards,
 * because they wait in the same queue: measured, p99 up to 1 s.
 */
export type Patience = 'fail-fast' | 'patient';

const patience = {
  'fail-fast': {
    // Commands that wait for a cluster to come back have no time-out at all.
    enableOfflineQueue: false,
    maxRedirections: 2,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    redisOptions: { connectTimeout: 500, commandTimeout: 500, maxRetriesPerRequest: 0 },
  },
  patient: {
    maxRedirections: 16,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 100,
    redisOptions: { connectTimeout: 1000, commandTimeout: 3000, maxRetriesPerRequest: 1 },
  },
} as const;

/**
 * The cache cluster. Connects in the background; commands before that wait no longer than their time-out.
 *
 * The caller adds an `error` listener: without one, ioredis prints to the console.
 */
export function connectRedis(endpoints: Endpoints, kind: Patience): Cluster {
  const { hosts, tls, user, password } = requirePart(endpoints, 'redis');
  const { redisOptions, ...times } = patience[kind];
  return new Cluster(
    hosts.map(({ host, port }) => routeOf(endpoints.routes, host, port)),
    {
      ...times,
      // Names of managed clusters must reach TLS unresolved, or no certificate matches.
      dnsLookup: (address, callback) => callback(null, address),
      natMap: (address) => {
        const through = endpoints.routes[address];
        return through === undefined ? null : parseAddress(through);
      },
      clusterRetryStrategy: () => 100,
      slotsRefreshTimeout: 1000,
      slotsRefreshInterval: 1000,
      enableAutoPipelining: true,
      redisOptions: {
        ...redisOptions,
        ...(tls ? { tls: {} } : {}),
        ...(user === null ? {} : { username: user }),
        ...(password === null ? {} : { password }),
      },
    },
  );
}
