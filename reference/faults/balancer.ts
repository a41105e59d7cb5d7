import { connect } from 'node:net';
import { relative } from 'node:path';

/**
 * Has a load balancer send a server no new requests, or send it requests again (HAProxy Management Guide,
 * `set server`). Without being told it finds out by a request that fails, which for a write is not repeated.
 *
 * @param socket path of the balancer's administration socket
 * @throws Error with what the balancer says
 */
export async function setServerState(
  socket: string,
  server: string,
  state: 'drain' | 'ready',
): Promise<void> {
  // The shorter of two ways to say it: the system takes a hundred characters.
  const near = relative(process.cwd(), socket);
  const connection = connect({ path: near.length < socket.length ? near : socket });
  connection.setTimeout(answerTimeoutMs, () => connection.destroy(new Error('It does not answer.')));
  connection.end(`set server services/${server} state ${state}\n`);
  let answer = '';
  for await (const chunk of connection) answer += String(chunk);
  if (answer.trim() !== '') throw new Error(`The balancer of ${server}: ${answer.trim()}`);
}

const answerTimeoutMs = 2000;
