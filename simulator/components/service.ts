import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { serversLeft } from '../faults/active-fault.ts';
import type { Component } from './component.ts';
import { callTargets, type GenericOperation } from './generic-calls.ts';

/**
 * A queue with servers that serves and then calls. A server is held while its job calls, as a thread
 * is, unless the configuration says otherwise; a processor-sharing job uses no server while it calls.
 */
export const service: Component<ConfigOf<'Service'>> = {
  kind: 'Service',
  build(node) {
    const { servers, queueCapacity, discipline, serviceTime, calls, holdsServerWhileCalling } = node.config;
    const held = discipline !== 'processor-sharing' && holdsServerWhileCalling && node.targets.length > 0;
    const left = serversLeft(node, servers);
    const station = node.stations('servers', {
      servers: left,
      counts: 'servers',
      discipline,
      queueCapacity,
      held,
    });
    const answer = (operation: GenericOperation) => (p: ProcedureBuilder) => {
      if (left === 0) p.fail('unavailable');
      else if (!held) {
        p.visit(station, serviceTime, { at: { by: 'fixed', index: 0 } });
        callTargets(p, node, operation, calls);
      } else {
        p.hold(station, { at: { by: 'fixed', index: 0 }, category: 'queue' }, (inside) => {
          inside.delay(serviceTime, 'service', 'service');
          callTargets(inside, node, operation, calls);
        });
      }
    };
    return { operations: { read: answer('read'), write: answer('write') } };
  },
};
