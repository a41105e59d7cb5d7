import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import {
  commentRequest,
  createPostRequest,
  postId,
  presignRequest,
  routes,
  topics,
  type LikeEvent,
} from '../../contract/index.ts';
import {
  createServer,
  parseInput,
  publishPost,
  requireUser,
  type Cassandra,
  type Log,
  type Objects,
  type ServerOptions,
  type StreamProducer,
  type Telemetry,
} from '../platform/index.ts';
import { createPost } from './create-post.ts';
import { comment, like } from './interactions.ts';
import { presign } from './presign.ts';
import { orUnavailable } from './write-failures.ts';

export interface UploadServiceOptions {
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly checks: ServerOptions['checks'];
  readonly cassandra: Cassandra;
  readonly objects: Objects;
  readonly producer: StreamProducer;
}

export interface UploadService {
  readonly server: FastifyInstance;
  /** Waits for the messages that are on their way. */
  settle(): Promise<void>;
}

/**
 * Presigned forms, posts, likes and comments. Answers do not wait for Kafka: what a post needs afterwards
 * is in the outbox, and what a like means to others is a message that may be lost.
 */
export function createUploadService(options: UploadServiceOptions): UploadService {
  const { log, telemetry, checks, cassandra, objects, producer } = options;
  const server = createServer({ log, telemetry, checks, requestIds: 'forwarded' });
  const left = new Counter({
    name: 'fanout_lab_posts_left_to_relay_total',
    help: 'Posts that could not be published at once',
    registers: [telemetry.registry],
  });
  const lost = new Counter({
    name: 'fanout_lab_like_events_lost_total',
    help: 'Like events that Kafka did not take',
    registers: [telemetry.registry],
  });
  const onTheirWay = new Set<Promise<void>>();
  const inBackground = (work: Promise<void>) => {
    onTheirWay.add(work);
    void work.finally(() => onTheirWay.delete(work));
  };

  server.route({
    ...at(routes.presign),
    async handler(request, reply) {
      const { contentType } = parseInput(presignRequest, request.body, 'body');
      const form = await orUnavailable(presign(objects, requireUser(request), contentType, Date.now()));
      return reply.code(201).header('cache-control', 'no-store').send(form);
    },
  });

  server.route({
    ...at(routes.createPost),
    async handler(request, reply) {
      const input = parseInput(createPostRequest, request.body, 'body');
      const { created, row } = await createPost(
        { cassandra, objects },
        requireUser(request),
        input,
        Date.now(),
      );
      if (row !== null)
        inBackground(
          publishPost({ cassandra, producer }, row, request.trace).catch((error: unknown) => {
            left.inc();
            request.log.warn({ err: error, postId: row.postId }, 'A post is left to the relay');
          }),
        );
      return reply.code(201).send(created);
    },
  });

  server.route({
    ...at(routes.like),
    async handler(request, reply) {
      const event: LikeEvent = {
        postId: postOf(request.params),
        userId: requireUser(request),
        atMs: Date.now(),
      };
      await like(cassandra, event.postId);
      inBackground(
        producer
          .send({ topic: topics.likeEvents, key: event.postId, value: event, trace: request.trace })
          .catch((error: unknown) => {
            lost.inc();
            request.log.debug({ err: error }, 'A like event is lost');
          }),
      );
      return reply.code(204).send();
    },
  });

  server.route({
    ...at(routes.comment),
    async handler(request, reply) {
      const input = parseInput(commentRequest, request.body, 'body');
      const userId = requireUser(request);
      await comment(cassandra, postOf(request.params), userId, input, Date.now(), request.log as Log);
      return reply.code(201).send({ commentId: input.commentId });
    },
  });

  return {
    server,
    async settle() {
      await Promise.all(onTheirWay);
    },
  };
}

const at = ({ method, path }: { readonly method: 'GET' | 'POST'; readonly path: string }) => ({
  method,
  url: path,
});

const postOf = (parameters: unknown): string =>
  parseInput(postId, (parameters as { postId?: unknown }).postId, 'postId');
