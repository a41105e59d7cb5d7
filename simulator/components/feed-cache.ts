import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';

/** A Redis cluster: shards that execute one command at a time. Whether a feed is there is drawn by the reader. */
export const feedCache: Component<ConfigOf<'FeedCache'>> = {
  kind: 'FeedCache',
  build(node) {
    const { shards, commandDemand, readDelay, lookupDelay } = node.config;
    const { hits, misses } = node;
    const station = node.stations('shards', { count: shards, servers: 1, counts: 'servers', shards: true });
    const nothing: Distribution = { distribution: 'constant', ms: 0 };
    const command = (p: ProcedureBuilder, delay: Distribution): void => {
      p.visit(station, commandDemand).delay(delay, 'service', 'delay');
    };
    return {
      operations: {
        'feed-hit': (p) => command(p.count(hits), readDelay),
        'feed-miss': (p) => command(p.count(misses), readDelay),
        vector: (p) => command(p, lookupDelay),
        fill: (p) => command(p, nothing),
        push: (p) => command(p, nothing),
      },
    };
  },
};
