import { Pool, type Dispatcher } from 'undici';
import { routeOf, type Routes } from '../endpoints/index.ts';

/** Connections to one host; a browser each, as far as the host can tell. */
const connectionsPerHost = 256;

export interface Request {
  readonly method: 'GET' | 'POST';
  /** With scheme and host. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeoutMs: number;
}

/** What became of a request, as its client can know it. */
export interface Reply {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** `failed`: surely without effect. `unknown`: anything else that was not acknowledged. */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** A word: that of the answer's body, or `timeout`, `refused`, `reset`; null when all is well. */
  readonly error: string | null;
}

/** HTTP/1.1 over connections that are kept, through the detours of the fault proxies. */
export class HttpClient {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly routes: Routes) {}

  /** Never throws for what a server or a network does. */
  async send({ method, url, headers, body, timeoutMs }: Request): Promise<Reply> {
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const to = routeOf(this.routes, hostname, Number(port || (protocol === 'https:' ? 443 : 80)));
    try {
      const answer = await this.pool(`${protocol}//${to.host}:${to.port}`).request({
        method,
        path: pathname + search,
        headers: { ...headers, host },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return replyOf(answer, Buffer.from(await answer.body.arrayBuffer()));
    } catch (error) {
      return { status: null, headers: {}, body: Buffer.alloc(0), ...failureOf(error) };
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private pool(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known !== undefined) return known;
    // Time-outs are ours, a request each: those of the pool would be rounded to seconds.
    const pool = new Pool(origin, {
      connections: connectionsPerHost,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: 10_000,
    });
    this.pools.set(origin, pool);
    return pool;
  }
}

function replyOf({ statusCode, headers }: Dispatcher.ResponseData, body: Buffer): Reply {
  const outcome = statusCode < 400 ? 'ok' : statusCode < 500 ? 'failed' : 'unknown';
  return {
    status: statusCode,
    headers,
    body,
    outcome,
    error: outcome === 'ok' ? null : wordOf(body, statusCode),
  };
}

/** The `error` of a `Failure`; balancers, caches and the object store answer in other forms. */
function wordOf(body: Buffer, status: number): string {
  try {
    const { error } = JSON.parse(body.toString('utf8')) as { readonly error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // Not JSON: the status says as much.
  }
  return `status-${status}`;
}

const refusals: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function failureOf(error: unknown): Pick<Reply, 'outcome' | 'error'> {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return { outcome: 'unknown', error: 'timeout' };
  const { code } = error as { readonly code?: unknown };
  if (refusals.has(code)) return { outcome: 'failed', error: 'refused' };
  if (typeof code === 'string') return { outcome: 'unknown', error: 'reset' };
  throw error;
}
