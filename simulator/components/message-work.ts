import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Behaviour, NodeContext } from './component.ts';
import { consumerGroup, groupOf } from './consumer-scaling.ts';
import { BrokerAvailability, concernsBrokers } from './kafka-brokers.ts';

/** Register of the partition, until the message is appended; then of what is to become of it (FATE). */
const PARTITION = 0;
const FATE = 0;
/** Register that counts attempts of the outbox down, until a worker has the message. */
const ATTEMPTS = 2;
/** Register that has the worker that has the message in hand, -1 when it was dropped; the work leaves it alone. */
const WORKER = 2;

const untilItIsDone = 2 ** 30;

/** Longer than any run, and still an exact number of ns. */
const NEVER_NS = 1e15;

/** What becomes of a message behind the APPEND. */
const fates = { work: 0, expired: 1, dropped: 2 } as const;

/** Name of the log between the stream and the workers of a topic. */
export const topicLog = 'topic';
/** Name of the root that a message is, from its acknowledged publish to the commit of its effect. */
export const messageRoot = (stream: string, consumer: string): string => `${consumer}/from/${stream}`;
/** The same of a message that is accepted by an outbox, and published later. */
export const outboxRoot = (stream: string, consumer: string): string => `${consumer}/outbox/${stream}`;

/** Messages that wait in the outbox of a consumer's publishers, in a run. */
export const keptPosts = (run: NativeContext, stream: string, consumer: string): { waiting: number } =>
  run.state(`${outboxRoot(stream, consumer)}/kept`, () => ({ waiting: 0 }));

/** Root of the messages of a topic that nobody consumes. */
export const keptRoot = (stream: string, flow: string): string => `${stream}/kept/${flow}`;

/** After a failed step a worker waits this long, then tries again: nothing is committed before all is done. */
export const pauseBeforeAgain = { distribution: 'constant', ms: 100 } as const;

type ConsumerConfig = ConfigOf<'ImageWorker'> | ConfigOf<'FanoutWorker'>;

/**
 * Makes a node the consumer of an UploadStream's topic: its log, the roots that messages are, and what
 * happens to the group of its workers. `work` runs in the message's own frame, so that a crash ends
 * it; it finds in register 1 what the message carries, and may use registers 0 and 1.
 */
export function consumeTopic(
  node: NodeContext<ConsumerConfig>,
  options: { readonly flow: string },
  work: (p: ProcedureBuilder) => void,
): Behaviour {
  const [source, more] = node.sources.filter((candidate) => candidate.node.kind === 'UploadStream');
  if (more !== undefined)
    node.refuse(
      'Workers take from one stream.',
      'Give each stream workers of its own, or publish to one stream.',
    );
  if (source === undefined) return { operations: {} };
  const stream = source.node.id;
  const config = source.node.config as ConfigOf<'UploadStream'>;
  const { partitions } = config;
  const log: number = node.log(topicLog, {
    stream,
    partitions,
    workers: node.config.workers,
    maximumWorkers: Math.max(node.config.workers, node.config.maximumWorkers ?? partitions),
    batch: 1,
    capacity: config.backlogLimit,
    onResize: (run, workers) => consumerGroup(node, run, log, partitions).resize(workers),
  });
  const retentionNs = config.retentionSeconds * 1e9;
  const fate = node.native('fate', (run) => (frame) => {
    if (run.register(frame, WORKER) < 0) return fates.dropped;
    return run.time(frame) - run.startNs(frame) > retentionNs ? fates.expired : fates.work;
  });
  /** From the append on. */
  const consume = (p: ProcedureBuilder): void => {
    p.reenter('taken').native(fate, { into: FATE, shared: false });
    p.switch(FATE, [
      (taken) => {
        const { latency } = source.edge.config;
        if (latency !== null) taken.delay(latency, 'network', 'fetch');
        work(taken);
        taken.commit(log, WORKER);
      },
      (expired) => expired.commit(log, WORKER).fail('timeout'),
      (dropped) => dropped.fail('rejected'),
    ]);
  };

  const disturbed = node.faults.some(({ entry }) => concernsBrokers(entry, stream));
  const brokers = new BrokerAvailability(config, stream, node.timeline);
  const partitionStream = streamHash(`${node.id}.partition`);
  /** A partition that takes writes now; the publish has waited for its own. */
  const writablePartition = node.native('writable-partition', (run) => (frame) => {
    const now = run.time(frame);
    const writable: number[] = [];
    for (let p = 0; p < partitions; p++) if (brokers.partition(p, now).writable) writable.push(p);
    const draw = run.draw(frame, partitionStream, 0) / 2 ** 32;
    return writable.length === 0
      ? Math.floor(draw * partitions)
      : writable[Math.floor(draw * writable.length)]!;
  });
  node.root(messageRoot(stream, node.id), {
    flow: options.flow,
    steps: (p) => {
      if (disturbed)
        p.native(writablePartition, { into: PARTITION }).append(
          log,
          { by: 'register', register: PARTITION },
          WORKER,
        );
      else p.append(log, { by: 'draw', stream: `${node.id}.partition` }, WORKER);
      consume(p);
    },
  });

  /** Outboxes publish one message after the other, when its partition takes writes. */
  const turn = node.native('outbox-turn', (run) => {
    const relay = run.state(`${stream}/outbox`, () => ({ freeNs: 0 }));
    return (frame) => {
      const now = run.time(frame);
      const wait = brokers.waitToWrite(run.register(frame, PARTITION), now);
      if (wait === Infinity) return NEVER_NS;
      relay.freeNs = Math.max(now + wait, relay.freeNs) + 1e9 / config.outboxPublishesPerSecond;
      return Math.round(relay.freeNs) - now;
    };
  });
  const changeKept = (name: string, by: 1 | -1) =>
    node.native(name, (run) => {
      const kept = keptPosts(run, stream, node.id);
      return () => (kept.waiting += by);
    });
  const keep = changeKept('keep', 1);
  const publish = changeKept('publish', -1);
  node.root(outboxRoot(stream, node.id), {
    flow: options.flow,
    steps: (p) => {
      p.native(keep).draw(PARTITION, partitions, 'partition').set(ATTEMPTS, untilItIsDone);
      p.repeat(ATTEMPTS, (again) =>
        again.attempt(
          (attempt) => {
            attempt.pause(turn, 'queue');
            attempt.visit(node.findStations(stream, 'brokers'), config.appendDemand);
            attempt.delay(config.publishDelay, 'service', 'publish');
            attempt.admit(log).set(ATTEMPTS, 1);
          },
          (full) => full.delay(pauseBeforeAgain, 'retry', 'pause'),
        ),
      );
      p.native(publish).append(log, { by: 'register', register: PARTITION }, WORKER);
      consume(p);
    },
  });
  return { operations: {}, ...groupOf(node, { log, partitions }) };
}
