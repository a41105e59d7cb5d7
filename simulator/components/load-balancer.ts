import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Behaviour, NodeContext } from './component.ts';
import { oneOf, readOperations, targetsThatOffer, writeOperations } from './request-routing.ts';

/** Register that holds the instance chosen. */
const INSTANCE = 2;

type LoadBalancerConfig = ConfigOf<'ReadLB'>;

/** Both load balancers: a proxy that chooses a service by edge weight and its instance by policy. */
export function buildLoadBalancer(node: NodeContext<LoadBalancerConfig>): Behaviour {
  const { policy, overhead } = node.config;
  const { finished } = node;
  const balancers = new Map(
    node.targets.map(({ node: { id, config } }) => {
      const { instances } = config as ConfigOf<'FeedService'> | ConfigOf<'UploadService'>;
      return [id, node.balancer(id, { policy, instances })];
    }),
  );
  const answer = (operation: string) => (p: ProcedureBuilder) => {
    p.count(finished).delay(overhead, 'service', 'overhead');
    oneOf(p, targetsThatOffer(node, operation), (way, { edge }) => {
      const balancer = balancers.get(edge.target)!;
      const call = (chosen: ProcedureBuilder): void => {
        chosen.call(edge, operation, { at: { by: 'register', register: INSTANCE }, pass: 1 });
      };
      if (policy === 'random') way.call(edge, operation, { pass: 1 });
      else if (policy === 'round-robin') call(way.pick(balancer, INSTANCE));
      else way.balanced(balancer, INSTANCE, call);
    });
  };
  const operations = [
    ...(node.targetsOf('FeedService').length > 0 ? readOperations : []),
    ...(node.targetsOf('UploadService').length > 0 ? writeOperations : []),
  ];
  return { operations: Object.fromEntries(operations.map((operation) => [operation, answer(operation)])) };
}

/** Waiting places of a service's instance: the tightest limit of the balancers in front of it; null: none. */
export function queueLimitOf(node: NodeContext): number | null {
  const limits = node.sources
    .filter(({ node: { kind } }) => kind === 'ReadLB' || kind === 'UploadLB')
    .map(({ node: { config } }) => (config as LoadBalancerConfig).queueLimit)
    .filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}
