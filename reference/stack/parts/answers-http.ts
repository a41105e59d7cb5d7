import { connect } from 'node:net';
import { loopback } from './part.ts';

/** Whether something speaks HTTP there; any answer will do. @returns null, or what happened instead */
export function answersHttp(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port, timeout: 1000 });
    const end = (result: string | null): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => {
      socket.write(`GET / HTTP/1.1\r\nHost: ${loopback}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', () => {
      end(null);
    });
    socket.on('timeout', () => {
      end(`port ${String(port)} does not answer`);
    });
    socket.on('error', (error) => {
      end(error.message);
    });
    socket.on('close', () => {
      end(`port ${String(port)} closes connections`);
    });
  });
}
