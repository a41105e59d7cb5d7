import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { feedQuery, postId, routes, verifyToken } from '../../contract/index.ts';
import {
  createPublicServer,
  parseInput,
  RequestFailure,
  type Log,
  type Telemetry,
} from '../platform/index.ts';
import { forward, registerForwarding, type Upstream } from './forward.ts';
import type { LimitedAction, RateLimits } from './limits.ts';

export interface GatewayOptions {
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly jwtSecret: string;
  readonly limits: RateLimits;
  /** Load balancers, as origins. */
  readonly readLb: string;
  readonly uploadLb: string;
}

/** Connections to each load balancer. */
const connections = 256;

/**
 * The only door of the system. Knows who asks (JWT), how often he may (rate limits), and where requests
 * go; a path that is not in the contract does not exist.
 */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { log, telemetry, jwtSecret, limits } = options;
  const server = createPublicServer({ log, telemetry, requestIds: 'own' });
  await registerForwarding(server, connections);
  const read: Upstream = { name: 'read', origin: options.readLb, timeoutMs: 5000 };
  const upload: Upstream = { name: 'upload', origin: options.uploadLb, timeoutMs: 8000 };

  const userOf = async (request: FastifyRequest): Promise<string> => {
    if (request.method === 'GET' && hasBody(request))
      throw new RequestFailure('invalid', 'A GET request has no body here.');
    const match = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(request.headers.authorization ?? '');
    const refused = new RequestFailure('unauthorized', 'A valid token is needed.', {
      'www-authenticate': 'Bearer',
    });
    if (match === null) throw refused;
    return verifyToken(match[1]!, jwtSecret).catch(() => {
      // Why a token is refused is nothing that its holder has to know.
      throw refused;
    });
  };
  const take = async (userId: string, action: LimitedAction) => {
    const waitMs = await limits.take(userId, action);
    if (waitMs > 0)
      throw new RequestFailure('rate-limited', `Too many of these in an hour: ${action}.`, {
        'retry-after': String(Math.ceil(waitMs / 1000)),
      });
  };
  const pass = (reply: FastifyReply, upstream: Upstream, target: string, userId: string) =>
    forward(reply, upstream, target, userId, telemetry);
  const postOf = (request: FastifyRequest) =>
    parseInput(postId, (request.params as { postId?: unknown }).postId, 'postId');

  server.route({
    ...at(routes.feed),
    async handler(request, reply) {
      const userId = await userOf(request);
      const { limit } = parseInput(feedQuery, request.query, 'query');
      return pass(reply, read, limit === undefined ? '/feed' : `/feed?limit=${limit}`, userId);
    },
  });
  server.route({
    ...at(routes.post),
    async handler(request, reply) {
      const userId = await userOf(request);
      return pass(reply, read, `/posts/${postOf(request)}`, userId);
    },
  });
  server.route({
    ...at(routes.presign),
    async handler(request, reply) {
      const userId = await userOf(request);
      await take(userId, 'upload');
      return pass(reply, upload, '/media', userId);
    },
  });
  server.route({
    ...at(routes.createPost),
    async handler(request, reply) {
      const userId = await userOf(request);
      return pass(reply, upload, '/posts', userId);
    },
  });
  server.route({
    ...at(routes.like),
    async handler(request, reply) {
      const userId = await userOf(request);
      const target = `/posts/${postOf(request)}/likes`;
      await take(userId, 'like');
      return pass(reply, upload, target, userId);
    },
  });
  server.route({
    ...at(routes.comment),
    async handler(request, reply) {
      const userId = await userOf(request);
      return pass(reply, upload, `/posts/${postOf(request)}/comments`, userId);
    },
  });
  return server;
}

const at = ({ method, path }: { readonly method: 'GET' | 'POST'; readonly path: string }) => ({
  method,
  url: path,
});

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
