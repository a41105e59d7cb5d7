import type { Endpoints, Part } from '../endpoints/index.ts';
import { planCassandra } from './parts/cassandra.ts';
import { planCdn } from './parts/cdn.ts';
import { planKafka } from './parts/kafka.ts';
import { planLoadBalancers } from './parts/load-balancers.ts';
import { planObjectStore } from './parts/object-store.ts';
import type { PartPlan, PlanContext } from './parts/part.ts';
import { planRedis } from './parts/redis.ts';
import { planServices } from './parts/services.ts';
import { stackParts, type StackPart } from './process-spec.ts';

/** In this order a part's configuration may name parts before it; all but the services start together. */
const planners: Readonly<Record<StackPart, (context: PlanContext, endpoints: Endpoints) => PartPlan>> = {
  redis: planRedis,
  cassandra: planCassandra,
  kafka: planKafka,
  'object-store': planObjectStore,
  cdn: planCdn,
  'load-balancers': planLoadBalancers,
  services: planServices,
};

/** Which endpoints a part provides; when all are given by the user, the part is not started. */
const provides: Readonly<Record<StackPart, readonly Part[]>> = {
  redis: ['redis'],
  cassandra: ['cassandra'],
  kafka: ['kafka'],
  'object-store': ['objectStore'],
  cdn: ['cdn'],
  'load-balancers': ['readLb', 'uploadLb'],
  services: ['gateway'],
};

export interface StackPlan {
  readonly parts: readonly { readonly name: StackPart; readonly plan: PartPlan }[];
  readonly endpoints: Endpoints;
}

/** Of the parts that are wanted, those that nobody else provides. */
export function partsToStart(wanted: readonly StackPart[], managed: Endpoints): readonly StackPart[] {
  return stackParts.filter(
    (name) => wanted.includes(name) && provides[name].some((part) => managed.parts[part] === undefined),
  );
}

/** Endpoints given by the user win over those of a part that is started for another of its endpoints. */
export function planStack(parts: readonly StackPart[], context: PlanContext, managed: Endpoints): StackPlan {
  let endpoints: Endpoints = managed;
  const planned = parts.map((name) => {
    const plan = planners[name](context, endpoints);
    endpoints = { ...endpoints, parts: { ...endpoints.parts, ...plan.endpoints, ...managed.parts } };
    return { name, plan };
  });
  return { parts: planned, endpoints };
}
