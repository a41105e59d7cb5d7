import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../endpoints/index.ts';

/**
 * What happens to bytes on their way. `delay`: each way takes that much longer. `drop`: packets vanish, so
 * that both ends wait; what was sent meanwhile arrives when it is over, as TCP would send it again.
 * `refuse`: connections are reset, and so is every new one.
 */
export type ProxyMode =
  | { readonly mode: 'pass' }
  | { readonly mode: 'delay'; readonly ms: number }
  | { readonly mode: 'drop' }
  | { readonly mode: 'refuse' };

/**
 * Stands between a client and one address: it listens on loopback, and passes bytes on unless told
 * otherwise. Clients find it by their routes (reference/endpoints).
 */
export class TcpProxy {
  private mode: ProxyMode = { mode: 'pass' };
  private readonly connections = new Set<Connection>();

  private constructor(
    private readonly server: Server,
    /** Where it listens. */
    readonly address: Address,
  ) {}

  static async listen(target: Address): Promise<TcpProxy> {
    const colon = target.lastIndexOf(':');
    const to = { host: target.slice(0, colon), port: Number(target.slice(colon + 1)) };
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const own = server.address();
    if (own === null || typeof own === 'string') throw new Error('A proxy listens on no port.');
    const proxy = new TcpProxy(server, `127.0.0.1:${own.port}`);
    server.on('connection', (client) => proxy.accept(client, to));
    return proxy;
  }

  set(mode: ProxyMode): void {
    this.mode = mode;
    if (mode.mode === 'refuse') this.reset();
    else for (const connection of this.connections) connection.resume();
  }

  /** Resets the connections that there are; new ones pass. */
  reset(): void {
    for (const connection of this.connections) connection.reset();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket, to: { readonly host: string; readonly port: number }): void {
    if (this.mode.mode === 'refuse') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const connection = new Connection(
      client,
      connect({ ...to, noDelay: true, allowHalfOpen: true }),
      () => this.mode,
    );
    this.connections.add(connection);
    connection.onClosed = () => this.connections.delete(connection);
  }
}

class Connection {
  onClosed: () => void = () => undefined;
  private readonly ways: readonly Way[];

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    mode: () => ProxyMode,
  ) {
    this.ways = [new Way(client, server, mode), new Way(server, client, mode)];
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) this.onClosed();
      });
    }
  }

  resume(): void {
    for (const way of this.ways) way.resume();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }
}

/** One direction: what came in and is not passed on yet, in order. */
class Way {
  private readonly waiting: { readonly chunk: Buffer | null; readonly atMs: number }[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly mode: () => ProxyMode,
  ) {
    from.on('data', (chunk: Buffer) => this.take(chunk));
    // A half-closed connection stays half-closed.
    from.on('end', () => this.take(null));
    to.on('drain', () => from.resume());
  }

  resume(): void {
    if (this.mode().mode === 'drop') return;
    this.from.resume();
    this.pass();
  }

  private take(chunk: Buffer | null): void {
    this.waiting.push({ chunk, atMs: performance.now() });
    // The sender's window fills up, and no more than that is kept here.
    if (this.mode().mode === 'drop') this.from.pause();
    else this.pass();
  }

  private pass(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (;;) {
      const next = this.waiting[0];
      const mode = this.mode();
      if (next === undefined || mode.mode === 'drop' || this.to.destroyed) return;
      const waitMs = mode.mode === 'delay' ? next.atMs + mode.ms - performance.now() : 0;
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.pass(), waitMs);
        return;
      }
      this.waiting.shift();
      if (next.chunk === null) this.to.end();
      else if (!this.to.write(next.chunk)) this.from.pause();
    }
  }
}
