import type { ConfigOf } from '../../scenarios/index.ts';
import type { Component } from './component.ts';
import { deploymentTransitions } from './instance-pool.ts';
import { buildLoadBalancer } from './load-balancer.ts';

/** Spreads uploads, likes and comments over UploadService. */
export const uploadLB: Component<ConfigOf<'UploadLB'>> = {
  kind: 'UploadLB',
  build: buildLoadBalancer,
  transitions: deploymentTransitions,
};
