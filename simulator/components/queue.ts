import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { messageLog, messageRoot } from './worker.ts';

/** Takes messages in and keeps them, by partition, until a worker has done them; a full queue rejects. */
export const queue: Component<ConfigOf<'Queue'>> = {
  kind: 'Queue',
  build(node) {
    const workers = node.targetsOf('Worker').map((target) => target.node.id);
    const publish = (p: ProcedureBuilder): void => {
      for (const worker of workers) p.admit(node.findLog(messageLog, node.id, worker));
      p.delay(node.config.appendTime, 'service', 'append').count(node.finished);
      for (const worker of workers) p.spawn(messageRoot(node.id, worker));
    };
    return { operations: { read: publish, write: publish } };
  },
};
