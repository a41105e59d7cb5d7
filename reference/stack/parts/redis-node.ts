import { Redis } from 'ioredis';
import { loopback } from './part.ts';

/** Asks one node, as it is, without the cluster's redirections. @returns an Error when it does not answer */
export async function askNode<Answer>(
  port: number,
  ask: (client: Redis) => Promise<Answer>,
): Promise<Answer | Error> {
  const client = new Redis({
    host: loopback,
    port,
    lazyConnect: true,
    connectTimeout: 1000,
    commandTimeout: 1000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  // Failures come from `connect` and from the commands.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } catch (error) {
    return error as Error;
  } finally {
    client.disconnect();
  }
}
