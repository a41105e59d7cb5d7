import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { concernsBrokers, recoverySeconds } from './kafka-brokers.ts';
import { keptRoot, messageRoot, topicLog } from './message-work.ts';
import { POST, postEvent } from './post-event.ts';
import { disturbedAppends, stallLeaderless } from './publisher.ts';

/** Register that would hold the worker of a message that nobody takes. */
const WORKER = 2;

/**
 * A Kafka cluster: a publish is appended by a broker, is acknowledged, and is from then on a message
 * in the log of each consumer of its topic. Without a consumer messages pile up.
 */
export const uploadStream: Component<ConfigOf<'UploadStream'>> = {
  kind: 'UploadStream',
  // Requests go the long way, by partition, until the last broker is back.
  transitions: (entry, node) =>
    concernsBrokers(entry, node.id) && entry.durationSeconds !== null
      ? [entry.durationSeconds + recoverySeconds(node.config, entry)]
      : [],
  build(node) {
    const { config } = node;
    const brokers = node.stations('brokers', {
      count: config.brokers,
      servers: config.threadsPerBroker,
      counts: 'servers',
      shards: true,
    });
    const fanoutWorkers = node.targetsOf('FanoutWorker');
    const post = postEvent(node, node.id, fanoutWorkers);

    /** Logs and roots of a topic: one for each consumer, or one that nobody takes from. */
    const topic = (flow: string, consumers: readonly string[]): Topic => {
      if (consumers.length > 0)
        return {
          logs: () => consumers.map((consumer) => node.findLog(topicLog, node.id, consumer)),
          roots: consumers.map((consumer) => messageRoot(node.id, consumer)),
        };
      const log = node.log(flow, {
        stream: node.id,
        partitions: config.partitions,
        workers: 0,
        batch: 1,
        capacity: config.backlogLimit,
      });
      const root = keptRoot(node.id, flow);
      node.root(root, {
        flow,
        // Nobody takes it; only what makes room for others lets it go on.
        steps: (p) =>
          p.append(log, { by: 'draw', stream: `${node.id}.${flow}.partition` }, WORKER).fail('rejected'),
      });
      return { logs: () => [log], roots: [root] };
    };
    const uploads = topic(
      'image-processing',
      node.targetsOf('ImageWorker').map((target) => target.node.id),
    );
    const posts = topic(
      'fanout',
      fanoutWorkers.map((worker) => worker.node.id),
    );

    /** Figures of losses appear where something can be lost. */
    const losses =
      config.whenFull === 'drop-oldest' || node.timeline.some((entry) => concernsBrokers(entry, node.id))
        ? {
            lostMessages: node.counter('lostMessages', 'count'),
            lostLikeEvents: node.counter('lostLikeEvents', 'count'),
          }
        : null;
    const disturbed =
      losses !== null && node.faults.some(({ entry }) => concernsBrokers(entry, node.id))
        ? disturbedAppends(node, brokers, losses)
        : null;
    const appendAnywhere = (p: ProcedureBuilder): void => {
      p.visit(brokers, config.appendDemand).delay(config.publishDelay, 'service', 'publish');
    };
    const append = disturbed?.append ?? appendAnywhere;
    const makeRoom = (log: number) =>
      node.native('make-room', (run) => () => {
        if (!run.consumers.isFull(log)) return 0;
        run.consumers.dropOldest(log);
        run.count(losses!.lostMessages, 1);
        return 0;
      });
    const publish = (
      p: ProcedureBuilder,
      { logs, roots }: Topic,
      carry: (p: ProcedureBuilder) => void,
    ): void => {
      // An upload that began before a fault may publish seconds later.
      p.reenter('publish');
      for (const log of logs())
        if (config.whenFull === 'reject') p.admit(log);
        else p.native(makeRoom(log));
      append(p);
      carry(p);
      for (const root of roots) p.spawn(root, { pass: POST });
    };
    return {
      operations: {
        'publish-upload': (p) => publish(p, uploads, () => {}),
        'publish-post': (p) =>
          publish(p, posts, (q) =>
            q.native(post.followers, { into: POST, shared: false }).native(post.countPulled),
          ),
        'publish-like': disturbed?.appendOrForget ?? appendAnywhere,
      },
      onEvent: (entry) =>
        concernsBrokers(entry, node.id) ? stallLeaderless(node, [...uploads.logs(), ...posts.logs()]) : null,
    };
  },
};

/** Where the messages of a topic go. */
interface Topic {
  /** Looked up while procedures are written, when the consumers have made theirs. */
  readonly logs: () => readonly number[];
  readonly roots: readonly string[];
}
