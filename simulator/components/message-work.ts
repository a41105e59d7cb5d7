import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Behaviour, NodeContext } from './component.ts';

/** Register that holds the worker that has the message in hand; the work leaves it alone. */
const WORKER = 2;

/** Name of the log between the stream and the workers of a topic. */
export const topicLog = 'topic';
/** Name of the root that a message is, from its acknowledged publish to the commit of its effect. */
export const messageRoot = (stream: string, consumer: string): string => `${consumer}/from/${stream}`;

/** After a failed step a worker waits this long, then tries again: nothing is committed before all is done. */
export const pauseBeforeAgain = { distribution: 'constant', ms: 100 } as const;

/**
 * Makes a node the consumer of an UploadStream's topic: its log, the root that each message is, and
 * what a crash of workers does. `work` runs in the message's own frame, so that a crash ends it; it
 * finds in register 1 what the message carries, and may use registers 0 and 1.
 */
export function consumeTopic(
  node: NodeContext,
  options: { readonly flow: string; readonly workers: number },
  work: (p: ProcedureBuilder) => void,
): Behaviour {
  const [source, more] = node.sources.filter((candidate) => candidate.node.kind === 'UploadStream');
  if (more !== undefined)
    node.refuse(
      'Workers take from one stream.',
      'Give each stream workers of its own, or publish to one stream.',
    );
  if (source === undefined) return { operations: {} };
  const stream = source.node;
  const { partitions, backlogLimit } = stream.config as ConfigOf<'UploadStream'>;
  const log = node.log(topicLog, {
    stream: stream.id,
    partitions,
    workers: options.workers,
    batch: 1,
    capacity: backlogLimit,
  });
  node.root(messageRoot(stream.id, node.id), {
    flow: options.flow,
    steps: (p) => {
      p.append(log, { by: 'draw', stream: `${node.id}.partition` }, WORKER);
      const { latency } = source.edge.config;
      if (latency !== null) p.delay(latency, 'network', 'fetch');
      work(p);
      p.commit(log, WORKER);
    },
  });
  return {
    operations: {},
    onEvent: (entry) =>
      entry.kind === 'workers-crash' && entry.target === node.id
        ? { effect: 'crash-workers', log, workers: entry.workers ?? Infinity }
        : null,
  };
}
