import { Client, type ClientOptions } from 'cassandra-driver';

/** What of the driver is not public. */
interface ControlConnection {
  _refresh(hosts?: unknown): Promise<void>;
}

/**
 * A client of the driver whose control connection looks for a new node once at a time.
 *
 * The driver begins again at every sign that a node has gone, also while it is at it, and takes the connection away
 * from under the first search, which ends the process (NODEJS-681, open in 4.10; a soak met it once in half an hour).
 * https://github.com/apache/cassandra-nodejs-driver/pull/462
 */
export function openClient(options: ClientOptions): Client {
  const client = new Client(options);
  const { controlConnection } = client as unknown as { readonly controlConnection: ControlConnection };
  const refresh = controlConnection._refresh.bind(controlConnection);
  let search: Promise<void> | null = null;
  // With `hosts` it is the search itself that goes on with the next node.
  controlConnection._refresh = (hosts) => {
    if (hosts !== undefined) return refresh(hosts);
    search ??= refresh().finally(() => {
      search = null;
    });
    return search;
  };
  return client;
}
