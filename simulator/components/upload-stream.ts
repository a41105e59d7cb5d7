import type { ConfigOf } from '../../scenarios/index.ts';
import { followerLaw, streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { messageRoot, topicLog } from './message-work.ts';
import { whaleAccounts } from './whale-accounts.ts';

/** Register of the number of the `whale-post` that is published, then of its author's followers. */
const POST = 1;
/** Register that would hold the worker of a message that nobody takes. */
const WORKER = 2;
/** Largest number that a register holds. */
const MAXIMUM_REGISTER = 2 ** 31 - 1;

/**
 * A Kafka cluster: a publish is appended by a broker, is acknowledged, and is from then on a message
 * in the log of each consumer of its topic. Without a consumer messages pile up.
 */
export const uploadStream: Component<ConfigOf<'UploadStream'>> = {
  kind: 'UploadStream',
  build(node) {
    const { config } = node;
    const brokers = node.stations('brokers', {
      count: config.brokers,
      servers: config.threadsPerBroker,
      counts: 'servers',
      shards: true,
    });
    const fanoutWorkers = node.targetsOf('FanoutWorker');

    const law = followerLaw(node.population.followers);
    const followerStream = streamHash(`${node.id}.followers`);
    /** Followers of the author, which the message carries. */
    const followersOfAuthor = node.native('followers', (run) => {
      const whales = whaleAccounts(run);
      return (frame) => {
        const post = run.register(frame, POST);
        const followers =
          post > 0
            ? whales.posts[post - 1]!.entry.followers
            : law.quantile((run.draw(frame, followerStream, 0) + 0.5) / 2 ** 32);
        return Math.min(MAXIMUM_REGISTER, Math.round(followers));
      };
    });
    const fanoutLag = node.flow('fanout-lag');
    const thresholds = fanoutWorkers.map(
      (worker) => (worker.node.config as ConfigOf<'FanoutWorker'>).whaleThreshold ?? Infinity,
    );
    /** A post that is pulled is there for the next read: its lag is nothing. */
    const countPulled = node.native('pulled', (run) => (frame) => {
      const followers = run.register(frame, POST);
      for (const threshold of thresholds) if (followers >= threshold) run.sample(fanoutLag, run.time(frame));
      return 0;
    });

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
      const root = `${node.id}/kept/${flow}`;
      node.root(root, {
        flow,
        steps: (p) => p.append(log, { by: 'draw', stream: `${node.id}.${flow}.partition` }, WORKER),
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

    const append = (p: ProcedureBuilder): void => {
      p.visit(brokers, config.appendDemand).delay(config.publishDelay, 'service', 'publish');
    };
    const publish = (
      p: ProcedureBuilder,
      { logs, roots }: Topic,
      carry: (p: ProcedureBuilder) => void,
    ): void => {
      for (const log of logs()) p.admit(log);
      append(p);
      carry(p);
      for (const root of roots) p.spawn(root, { pass: POST });
    };
    return {
      operations: {
        'publish-upload': (p) => publish(p, uploads, () => {}),
        'publish-post': (p) =>
          publish(p, posts, (q) =>
            q.native(followersOfAuthor, { into: POST, shared: false }).native(countPulled),
          ),
        'publish-like': append,
      },
    };
  },
};

/** Where the messages of a topic go. */
interface Topic {
  /** Looked up while procedures are written, when the consumers have made theirs. */
  readonly logs: () => readonly number[];
  readonly roots: readonly string[];
}
