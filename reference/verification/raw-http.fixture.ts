import { connect } from 'node:net';

/** What came back on a raw connection. */
export interface RawAnswer {
  /** Everything received. */
  readonly text: string;
  /** Status of each answer, in order. */
  readonly statuses: readonly number[];
  /** Whether the other side closed the connection before the deadline. */
  readonly closed: boolean;
}

export interface RawOptions {
  /** How long to wait for the other side to close, ms. */
  readonly waitMs: number;
}

/**
 * Sends bytes as they are, which no HTTP client would, and collects what comes back: until the other side
 * closes, or the wait is over.
 */
export function sendRaw(
  port: number,
  chunks: readonly (string | { readonly afterMs: number; readonly text: string })[],
  { waitMs }: RawOptions,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    let closed = false;
    const timers: NodeJS.Timeout[] = [];
    const socket = connect(port, '127.0.0.1');
    const end = () => {
      for (const timer of timers) clearTimeout(timer);
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, closed });
    };
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed = true;
      end();
    });
    socket.on('connect', () => {
      for (const chunk of chunks)
        if (typeof chunk === 'string') socket.write(chunk);
        else timers.push(setTimeout(() => socket.write(chunk.text), chunk.afterMs));
    });
    timers.push(setTimeout(end, waitMs));
  });
}
