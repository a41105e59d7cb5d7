import type { ConfigOf } from '../../scenarios/index.ts';
import { workersStopped } from '../faults/active-fault.ts';
import type { Component } from './component.ts';
import { callTargets } from './generic-calls.ts';

/** Name of the log between a queue and its worker. */
export const messageLog = 'messages';
/** Name of the root that a message is, from publication to the end of its work. */
export const messageRoot = (queue: string, worker: string): string => `${worker}/from/${queue}`;

const WORKER = 2;

/**
 * Consumes a queue: a partition feeds one worker, which takes a batch, serves it, and calls its
 * targets once for each batch. The flow of the messages has the node's id.
 */
export const worker: Component<ConfigOf<'Worker'>> = {
  kind: 'Worker',
  build(node) {
    const queues = node.sources.filter((source) => source.node.kind === 'Queue');
    if (queues.length > 1)
      node.refuse(
        'A worker takes from one queue.',
        'Give each queue a worker of its own, or publish to one queue.',
      );
    for (const { node: queue } of queues) {
      const { partitions, capacity } = queue.config as ConfigOf<'Queue'>;
      const { workers, batch, serviceTime } = node.config;
      const log = node.log(messageLog, { stream: queue.id, partitions, workers, batch, capacity });
      node.root(messageRoot(queue.id, node.id), {
        flow: node.id,
        steps: (p) =>
          p
            .append(
              log,
              partitions === 1 ? { by: 'fixed', index: 0 } : { by: 'draw', stream: `${node.id}.partition` },
              WORKER,
            )
            .ensure(
              (work) => {
                work.delay(serviceTime, 'service', 'service');
                callTargets(work, node, 'write', 'sequential');
              },
              (done) => done.commit(log, WORKER),
            ),
      });
    }
    return {
      operations: {},
      onEvent: (entry) => {
        const workers = workersStopped(entry, node.id, node.config.workers);
        if (workers === 0 || queues.length !== 1) return null;
        const log = node.findLog(messageLog, queues[0]!.node.id, node.id);
        return { effect: 'crash-workers', log, workers };
      },
    };
  },
};
