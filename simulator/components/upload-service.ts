import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { deploymentTransitions } from './instance-pool.ts';
import { bufferLike } from './like-buffer.ts';
import { queueLimitOf } from './load-balancer.ts';
import { threadsOf } from './load-shedding.ts';
import { outboxOf } from './outbox.ts';
import { serviceInstances } from './service-instances.ts';
import { callOne, targetsThatOffer } from './request-routing.ts';

/** Register that holds the number of the `whale-post` that a request is about; 0: an ordinary one. */
const POST = 1;

/** Presigns, writes posts, likes and comments, and publishes, on the threads of its instances. */
export const uploadService: Component<ConfigOf<'UploadService'>> = {
  kind: 'UploadService',
  build(node) {
    const { config } = node;
    const { instances, threads, cores } = serviceInstances(node, queueLimitOf(node));
    const hold = threadsOf(node, threads, config.shedding);
    const here = { by: 'register', register: 0 } as const;
    const [storage] = node.targetsOf('ObjectStorage');
    if (config.likeBuffer === 'redis' && node.targetsOf('FeedCache').length === 0)
      node.refuse(
        'Likes are to be collected in Redis, and there is no FeedCache to collect them in.',
        'Wire it to a FeedCache, or set `likeBuffer` to "in-process" or "none".',
      );
    const consistency = config.writeConsistency === 'local-quorum' ? 'quorum' : 'one';
    const streams = (): boolean => targetsThatOffer(node, 'publish-post').length > 0;

    const outbox = config.outbox ? outboxOf(node) : null;
    const publishOrKeep = (p: ProcedureBuilder, topic: 'publish-upload' | 'publish-post'): void => {
      const publish = (q: ProcedureBuilder): void => callOne(q, node, topic, { pass: POST });
      if (outbox === null) publish(p);
      else p.attempt(publish, (late) => outbox.keep(late, topic));
    };
    const publish = (p: ProcedureBuilder): void => {
      p.parallel([
        (upload) => publishOrKeep(upload, 'publish-upload'),
        (post) => publishOrKeep(post, 'publish-post'),
      ]);
    };
    /** What a design without a stream does: the photo is made into variants while the user waits. */
    const makeImages = (p: ProcedureBuilder): void => {
      if (storage === undefined) return;
      p.visit(cores, config.inlineImageDemand, { at: here, stream: 'images' });
      p.parallel(
        Array.from(
          { length: config.inlineVariants },
          () => (q: ProcedureBuilder) => q.call(storage.edge, 'put'),
        ),
      );
    };
    const countViral = (p: ProcedureBuilder): void =>
      callOne(p, node, `count-followed-${consistency}`, { pass: POST });
    const createPost = (p: ProcedureBuilder): void => {
      if (!streams()) makeImages(p);
      callOne(p, node, `write-${consistency}`);
      if (!streams()) return;
      if (config.acks === 'all') publish(p);
      else p.detach(publish);
    };
    const request = (operation: string, steps: (p: ProcedureBuilder) => void) => (p: ProcedureBuilder) =>
      hold(p, operation, (q) => {
        q.visit(cores, config.requestDemand, { at: here, stream: 'request' });
        steps(q);
      });

    return {
      instances,
      operations: {
        presign: request('presign', (p) => p.delay(config.presignDelay, 'service', 'presign')),
        'create-post': request('create-post', (p) => {
          if (!streams() && storage !== undefined) p.call(storage.edge, 'get');
          createPost(p);
        }),
        // The photo came with the request: it is at hand, and its original is still to be stored.
        'upload-post': request('upload-post', (p) => {
          if (storage !== undefined) p.call(storage.edge, 'put');
          createPost(p);
        }),
        like: request('like', (p) => {
          p.switch(POST, [
            (ordinary) => callOne(ordinary, node, `count-${consistency}`),
            (viral) =>
              config.likeBuffer !== 'none' ? bufferLike(viral, node, countViral) : countViral(viral),
          ]);
          if (config.likeEvents && streams()) p.detach((later) => callOne(later, node, 'publish-like'));
        }),
        health: request('health', () => {}),
        comment: request('comment', (p) => callOne(p, node, `write-${consistency}`)),
      },
    };
  },
  transitions: deploymentTransitions,
};
