import type { ConfigOf } from '../../scenarios/index.ts';
import { cassandra } from './cassandra.ts';
import type { Component } from './component.ts';
import { postgresql } from './postgresql.ts';
import { ringTransitions } from './ring-state.ts';
import { rewriteTransitions } from './schema-change.ts';
import { serverTransitions } from './server-state.ts';

/** Posts by author, and the counters of their likes and comments, on one of two engines. */
export const postDB: Component<ConfigOf<'PostDB'>> = {
  kind: 'PostDB',
  transitions: (entry, { id, config }) =>
    config.engine === 'postgresql'
      ? serverTransitions(entry, config.postgresql)
      : [...ringTransitions(entry, config), ...rewriteTransitions(entry, id, config)],
  build: (node) => (node.config.engine === 'postgresql' ? postgresql(node) : cassandra(node)),
};
