import type { Readable } from 'node:stream';
import replyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Agent } from 'undici';
import {
  RequestFailure,
  requestIdHeader,
  traceHeader,
  traceparent,
  userHeader,
  wordOf,
  type Telemetry,
} from '../platform/index.ts';

/** Of a client's request nothing else goes on, whatever it is called. */
const requestHeaders = ['accept', 'content-length', 'content-type'] as const;
/** Of an answer nothing else goes back. */
const responseHeaders = ['cache-control', 'content-length', 'content-type', 'retry-after'] as const;

/** A load balancer behind the gateway. */
export interface Upstream {
  /** `http(s)://host:port`. */
  readonly origin: string;
  readonly name: 'read' | 'upload';
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
}

/** Makes {@link forward} possible on this server: one pool of connections, closed with the server. */
export async function registerForwarding(server: FastifyInstance, connections: number): Promise<void> {
  await server.register(replyFrom, {
    undici: new Agent({ connections, pipelining: 1, connect: { timeout: 1000 }, keepAliveTimeout: 10_000 }),
    destroyAgent: true,
    disableRequestLogging: true,
    // One URL a post: a cache of URLs would never hit.
    disableCache: true,
  });
}

/**
 * Sends a request on to a load balancer, as a request of our own: known headers only, the body framed
 * anew, the user as the gateway knows him. So nothing that a client writes in headers can pass for ours,
 * and the two sides cannot disagree where a request ends. Never sent twice: the load balancer retries
 * where that is safe.
 *
 * @param target path and query, made from checked parameters
 */
export function forward(
  reply: FastifyReply,
  upstream: Upstream,
  target: string,
  userId: string,
  telemetry: Telemetry,
): FastifyReply {
  const startedMs = performance.now();
  const observe = (outcome: string) =>
    telemetry.observe('upstream', upstream.name, outcome, (performance.now() - startedMs) / 1000);
  return reply.from(target, {
    getUpstream: () => upstream.origin,
    timeout: upstream.timeoutMs,
    retryDelay: () => null,
    // The target's own, never what the client wrote.
    queryString: (search) => search?.slice(1) ?? '',
    rewriteRequestHeaders: (request, headers) => ({
      ...pick(headers, requestHeaders),
      host: headers['host'],
      [requestIdHeader]: String(request.id),
      [traceHeader]: traceparent(reply.request.trace),
      [userHeader]: userId,
    }),
    rewriteHeaders: (headers) => {
      observe('ok');
      return pick(headers, responseHeaders);
    },
    onResponse: (_request, answer, response) => {
      const status = answer.statusCode;
      if (status < 400 || answer.getHeader('content-type')?.toString().startsWith('application/json')) {
        void answer.send(bodyOf(response));
        return;
      }
      // A page that the load balancer wrote for people.
      bodyOf(response).resume();
      for (const name of responseHeaders) answer.removeHeader(name);
      void (answer as unknown as FastifyReply).send(
        new RequestFailure(wordOf(status), 'The service did not answer this request.'),
      );
    },
    onError: (answer, { error }) => {
      observe('error');
      void (answer as unknown as FastifyReply).send(toFailure(error));
    },
  });
}

/** The types of the package know less than what it hands over. */
const bodyOf = (response: unknown): Readable => (response as { readonly stream: Readable }).stream;

/** By what is known: without a connection nothing was done, afterwards nobody can tell. */
function toFailure(error: Error): RequestFailure {
  const code = (error as { code?: string }).code;
  const cause = (error.cause as { code?: string } | undefined)?.code;
  if (cause === 'ECONNREFUSED' || cause === 'ENOTFOUND' || cause === 'UND_ERR_CONNECT_TIMEOUT')
    return new RequestFailure('unavailable', 'The service cannot be reached.');
  if (code === 'FST_REPLY_FROM_GATEWAY_TIMEOUT')
    return new RequestFailure('outcome-unknown', 'The service did not answer in time.');
  return new RequestFailure('bad-gateway', 'The service broke off its answer.');
}

function pick(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}
