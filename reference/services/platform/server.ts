import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { failureBody, RequestFailure, wordOf } from './failure.ts';
import type { Log } from './log.ts';
import { lazyRequestLog } from './request-log.ts';
import type { Telemetry } from './telemetry.ts';
import { continueTrace, traceHeader, type TraceContext } from './trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** This hop's place in the trace. */
    trace: TraceContext;
  }
}

/** Of every request and answer. */
export const requestIdHeader = 'x-request-id';

/** Who asks, as the gateway found out. Services listen where only the gateway's side reaches them. */
export const userHeader = 'x-user-id';

/** @throws RequestFailure `unauthorized` when the request did not come through the gateway */
export function requireUser(request: FastifyRequest): string {
  const given = request.headers[userHeader];
  if (typeof given !== 'string' || given === '')
    throw new RequestFailure('unauthorized', 'Requests come through the gateway.');
  return given;
}

export interface PublicServerOptions {
  readonly log: Log;
  readonly telemetry: Telemetry;
  /**
   * `own`: requests come from outside, and what they call their id is not believed; `forwarded`: they come
   * from the gateway, which has given them one.
   */
  readonly requestIds: 'own' | 'forwarded';
}

export interface ServerOptions extends PublicServerOptions {
  /** By name, what has to answer for the process to be ready. A check that throws has failed. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
}

/** No request of ours carries more than a caption or a comment. */
const bodyLimitBytes = 16_384;
/** A whole request has to be here by then; slow clients lose their connection. */
const headersTimeoutMs = 5000;
const requestTimeoutMs = 10_000;
const checkTimeoutMs = 1500;

/**
 * A Fastify server with what every process offers to those who run it: `/healthz` (alive), `/readyz` (what it
 * depends on answers), `/metrics`.
 */
export function createServer({ checks, ...options }: ServerOptions): FastifyInstance {
  const server = createPublicServer(options);
  server.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await isFine(check)] as const),
    );
    const ready = results.every(([, fine]) => fine);
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'waiting', ...Object.fromEntries(results) });
  });
  const { registry } = options.telemetry;
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return server;
}

/**
 * A Fastify server that clients may reach: of its own routes it has `/healthz` only. Request ids and trace
 * contexts in and out; a latency histogram by route; one form of error, which tells a client what it needs
 * and nothing of our inside.
 */
export function createPublicServer({ log, telemetry, requestIds }: PublicServerOptions): FastifyInstance {
  const server = Fastify({
    loggerInstance: log,
    childLoggerFactory: (_parent, bindings) => lazyRequestLog(log, bindings),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (request) => requestIdOf(request, requestIds),
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 30_000,
    http: {
      headersTimeout: headersTimeoutMs,
      // Node looks for late requests only every 30 s unless told otherwise.
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 8192,
      requireHostHeader: true,
    },
    exposeHeadRoutes: false,
    clientErrorHandler: answerBadRequest,
    // Of a path that cannot be decoded. The generic type knows nothing of answers.
    frameworkErrors: (_error, request, reply: unknown) => {
      void (reply as FastifyReply)
        .code(400)
        .header(requestIdHeader, request.id)
        .send(failureBody('invalid', 'This is not a path.', request.id));
    },
  }) as unknown as FastifyInstance;

  server.decorateRequest('trace');
  server.addHook('onRequest', (request, reply, done) => {
    const header = request.headers[traceHeader];
    request.trace = continueTrace(typeof header === 'string' ? header : undefined);
    // Whatever text a user wrote into a caption, no browser takes an answer for anything but JSON.
    void reply.headers({ [requestIdHeader]: request.id, 'x-content-type-options': 'nosniff' });
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    telemetry.observe(
      'server',
      `${request.method} ${route}`,
      `${Math.floor(status / 100)}xx`,
      reply.elapsedTime / 1000,
    );
    const line = {
      route,
      method: request.method,
      status,
      ms: reply.elapsedTime,
      traceId: request.trace.traceId,
    };
    if (status >= 500) request.log.warn(line, 'answered');
    else request.log.debug(line, 'answered');
    done();
  });

  server.setErrorHandler((error, request, reply) => {
    const failure = toFailure(error);
    if (failure.status >= 500) request.log.error({ err: error, traceId: request.trace?.traceId }, 'failed');
    return reply
      .code(failure.status)
      .headers(failure.headers)
      .send(failureBody(failure.word, failure.message, request.id));
  });
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send(failureBody('not-found', 'There is nothing here.', request.id)),
  );

  server.get('/healthz', () => ({ status: 'ok' }));
  return server;
}

/** What a client is told: our own faults are a 500 without any detail. */
function toFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const { statusCode: status, message } = error as { statusCode?: number; message?: string };
  if (status !== undefined && status >= 400 && status < 500)
    return new RequestFailure(wordOf(status), message ?? 'The request cannot be served.');
  return new RequestFailure('internal', 'Something went wrong on our side.');
}

function requestIdOf(request: IncomingMessage, from: ServerOptions['requestIds']): string {
  const given = request.headers[requestIdHeader];
  if (from === 'forwarded' && typeof given === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(given)) return given;
  return randomUUID();
}

async function isFine(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), checkTimeoutMs);
  });
  const checked = check().then(
    () => true,
    () => false,
  );
  return Promise.race([checked, late]).finally(() => clearTimeout(timer));
}

/** For what is no HTTP request at all: said once, and the connection is closed. */
function answerBadRequest(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isLate
    ? '408 Request Timeout'
    : isLarge
      ? '431 Request Header Fields Too Large'
      : '400 Bad Request';
  const message = isLate
    ? 'The request took too long.'
    : isLarge
      ? 'The headers are too large.'
      : 'This is not HTTP.';
  const body = JSON.stringify(failureBody('invalid', message, randomUUID()));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
