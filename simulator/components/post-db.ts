import type { ConfigOf } from '../../scenarios/index.ts';
import { cassandra } from './cassandra.ts';
import type { Component } from './component.ts';
import { postgresql } from './postgresql.ts';

/** Posts by author, and the counters of their likes and comments, on one of two engines. */
export const postDB: Component<ConfigOf<'PostDB'>> = {
  kind: 'PostDB',
  build: (node) => (node.config.engine === 'postgresql' ? postgresql(node) : cassandra(node)),
};
