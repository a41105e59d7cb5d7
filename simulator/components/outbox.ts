import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NodeContext } from './component.ts';
import { concernsBrokers } from './kafka-brokers.ts';
import { keptRoot, outboxRoot } from './message-work.ts';
import { POST, postEvent } from './post-event.ts';
import { oneOf, targetsThatOffer } from './request-routing.ts';

/** Keeps events beside the post that they are about, until the stream takes them. */
export interface Outbox {
  /** Register POST holds the number of the `whale-post`, or 0. */
  keep(p: ProcedureBuilder, operation: 'publish-upload' | 'publish-post'): void;
}

/**
 * From here on an event is a message of its consumers, which waits for its publish first: what it takes
 * counts from now, when the post is acknowledged.
 */
export function outboxOf(node: NodeContext<ConfigOf<'UploadService'>>): Outbox {
  const kept = node.timeline.some((entry) =>
    node.targetsOf('UploadStream').some((stream) => concernsBrokers(entry, stream.node.id)),
  )
    ? node.counter('keptEvents', 'count')
    : null;
  const spawn = (p: ProcedureBuilder, stream: string, kind: string, flow: string): void => {
    const consumers = node.targetsOfNode(stream).filter((target) => target.node.kind === kind);
    for (const consumer of consumers) p.spawn(outboxRoot(stream, consumer.node.id), { pass: POST });
    if (consumers.length === 0) p.spawn(keptRoot(stream, flow), { pass: POST });
  };
  return {
    keep: (p, operation) =>
      oneOf(p, targetsThatOffer(node, operation), (way, stream) => {
        const { id } = stream.node;
        if (kept !== null) way.count(kept);
        if (operation === 'publish-upload') return spawn(way, id, 'ImageWorker', 'image-processing');
        const workers = node.targetsOfNode(id).filter((target) => target.node.kind === 'FanoutWorker');
        const event = postEvent(node, id, workers);
        way.native(event.followers, { into: POST, shared: false }).native(event.countPulled);
        spawn(way, id, 'FanoutWorker', 'fanout');
      }),
  };
}
