/** `host:port`. */
export type Address = string;

/**
 * Where a client really connects for an address that a cluster told it: the fault proxies stand between.
 * An address that is not a key is connected to directly. Applied by ioredis' `natMap`, by the address
 * translator of cassandra-driver, by the socket factory of kafkajs, and by whoever opens a URL.
 */
export type Routes = Readonly<Record<Address, Address>>;

/** Takes `host:port` apart. */
export function parseAddress(address: Address): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** Host and port to connect to. */
export function routeOf(routes: Routes, host: string, port: number): { host: string; port: number } {
  const through = routes[`${host}:${port}`];
  return through === undefined ? { host, port } : parseAddress(through);
}
