import { clientFlows, type ConfigOf } from '../../scenarios/index.ts';
import type { Component } from './component.ts';
import { callTargets } from './generic-calls.ts';

/** Starts requests: one root a flow, which calls the client's target and records the answer. */
export const client: Component<ConfigOf<'Client'>> = {
  kind: 'Client',
  build(node) {
    const { finished } = node;
    for (const { flow, operation, priority, arrivals } of clientFlows(node.config)) {
      const root = `${node.id}/${flow}`;
      node.root(root, {
        flow,
        priority,
        ...(arrivals.process === 'closed' ? { think: arrivals.thinkTime } : {}),
        finished,
        steps: (p) => callTargets(p, node, operation, 'any'),
      });
      node.source({ flow, root, arrivals });
    }
    return {
      operations: {},
      onEvent: (entry) =>
        entry.kind === 'traffic-spike' && entry.target === node.id
          ? { effect: 'scale-arrivals', flows: entry.flows, multiplier: entry.multiplier }
          : null,
    };
  },
};
