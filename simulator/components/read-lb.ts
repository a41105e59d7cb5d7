import type { ConfigOf } from '../../scenarios/index.ts';
import type { Component } from './component.ts';
import { deploymentTransitions } from './instance-pool.ts';
import { buildLoadBalancer } from './load-balancer.ts';

/** Spreads feed reads and post details over FeedService. */
export const readLB: Component<ConfigOf<'ReadLB'>> = {
  kind: 'ReadLB',
  build: buildLoadBalancer,
  transitions: deploymentTransitions,
};
