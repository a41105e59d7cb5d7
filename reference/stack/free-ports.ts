import { createServer } from 'node:net';
import { portBaseVariable } from './ports.ts';
import { stackError } from './stack-error.ts';

/** @throws InputError FL-stack naming the addresses on which something listens already */
export async function requireFreePorts(addresses: readonly string[]): Promise<void> {
  const problems = await Promise.all(addresses.map(tryToListen));
  const taken = addresses.filter((_, index) => problems[index] === 'EADDRINUSE');
  if (taken.length > 0)
    throw stackError(
      `Something else listens on ${taken.slice(0, 5).join(', ')}${taken.length > 5 ? ` and ${String(taken.length - 5)} more` : ''}.`,
      `End it, or choose other ports with ${portBaseVariable}.`,
    );
  const other = problems.findIndex((problem) => problem !== null);
  if (other >= 0)
    throw stackError(
      `Nobody can listen on ${addresses[other]!} (${problems[other]!}).`,
      'The stack needs the loopback addresses 127.0.0.1 to 127.0.0.3.',
    );
}

/** @returns the code of the error, or null */
function tryToListen(address: string): Promise<string | null> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port: Number(port) }, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });
}
