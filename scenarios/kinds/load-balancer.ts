import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { field } from './field.ts';
import { constantMs, regionEdge } from './network.ts';

/** Configuration of both load balancers; they differ in the traffic that reaches them. */
export const loadBalancerConfig = z.strictObject({
  policy: field(
    z.enum(['round-robin', 'least-connections', 'power-of-two', 'random']).default('round-robin'),
    {
      title: 'Policy',
      description:
        'How an instance is chosen: in turn; the one with the fewest requests outstanding; the better of two drawn at random (Mitzenmacher, The Power of Two Choices, 2001); or at random.',
      source: 'the default of HAProxy, nginx and AWS Application Load Balancer',
    },
  ),
  queueLimit: field(count(0, 100_000_000).nullable().default(null), {
    title: 'Queue limit',
    description:
      'Requests that may wait for a thread of the chosen instance; one more is answered 503 and counts as rejected. Null: no limit.',
    unit: 'count',
    source: 'the seed names none',
  }),
  overhead: field(distribution.default(constantMs(0.1)), {
    title: 'Overhead',
    description: 'Time in the proxy itself. The balancer is managed and has no capacity of its own.',
    unit: 'ms',
    source: 'sized: far below the milliseconds that the seed gives to everything else',
  }),
});

export type LoadBalancerConfig = z.output<typeof loadBalancerConfig>;

export const toService = regionEdge(
  1200,
  'sized: a query held by a hot key for 1 s, and the rest of the request',
);
