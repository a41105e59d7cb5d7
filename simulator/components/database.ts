import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { serversLeft } from '../faults/active-fault.ts';
import type { Component } from './component.ts';

/** Servers that read and write, behind a pool of connections that a request holds while it waits and runs. */
export const database: Component<ConfigOf<'Database'>> = {
  kind: 'Database',
  build(node) {
    const { servers, readTime, writeTime, connections } = node.config;
    const first = { by: 'fixed', index: 0 } as const;
    const left = serversLeft(node, servers);
    const station = node.stations('servers', { servers: left, counts: 'servers' });
    const pool =
      connections === null
        ? null
        : node.stations('connections', { servers: connections, counts: 'hidden', held: true });
    const run = (time: Distribution) => (p: ProcedureBuilder) => {
      if (left === 0) p.fail('unavailable');
      else if (pool === null) p.visit(station, time, { at: first });
      else p.hold(pool, { at: first }, (inside) => inside.visit(station, time, { at: first }));
    };
    return { operations: { read: run(readTime), write: run(writeTime) }, writes: ['write'] };
  },
};
