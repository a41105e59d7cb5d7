import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count, positiveMilliseconds, positiveSeconds, ratio } from '../format/quantities.ts';
import { field } from './field.ts';
import { constantMs, regionEdge } from './network.ts';

const haproxy = 'default of HAProxy (inter, rise, fall; a check without a time-out of its own has inter)';
const envoy = 'default of Envoy’s outlier detection';

/** Probes that tell whether an instance answers. */
const healthCheck = z.strictObject({
  intervalMs: field(positiveMilliseconds.default(2000), {
    title: 'Interval',
    description: 'Time between two checks of an instance; the instances take turns within it.',
    unit: 'ms',
    source: haproxy,
  }),
  timeoutMs: field(positiveMilliseconds.default(2000), {
    title: 'Time-out of a check',
    description: 'A check without an answer by then has failed. It needs a thread, like every request.',
    unit: 'ms',
    source: haproxy,
  }),
  fall: field(count(1, 1000).default(3), {
    title: 'Fall',
    description: 'Failed checks in a row that take an instance out.',
    unit: 'count',
    source: haproxy,
  }),
  rise: field(count(1, 1000).default(2), {
    title: 'Rise',
    description: 'Passed checks in a row that bring it back.',
    unit: 'count',
    source: haproxy,
  }),
});

const ejection = z.strictObject({
  consecutiveErrors: field(count(1, 1_000_000).default(5), {
    title: 'Errors in a row',
    description:
      'Requests to one instance that fail one after the other, by time-out, 503 or refusal, and eject it.',
    unit: 'count',
    source: envoy,
  }),
  baseSeconds: field(positiveSeconds.default(30), {
    title: 'Ejected for',
    description: 'Time without requests, times the number of ejections of that instance so far.',
    unit: 's',
    source: envoy,
  }),
  maximumRatio: field(ratio.default(0.1), {
    title: 'Most ejected',
    description: 'Share of the instances that may be ejected at a time; one always may.',
    unit: 'ratio',
    source: envoy,
  }),
});

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
  healthCheck: field(healthCheck.nullable().default(null), {
    title: 'Health checks',
    description:
      'Probes every instance in turn and sends requests only to those that answer. With none left it answers 503 at once. Null: requests go to dead instances too.',
    source: 'the seed names none',
  }),
  ejection: field(ejection.nullable().default(null), {
    title: 'Ejection',
    description: 'Takes out an instance whose requests keep failing, without asking it. Null: never.',
    source: 'the seed names none',
  }),
  redispatches: field(count(0, 3).default(0), {
    title: 'Redispatches',
    description:
      'Further instances that a request is sent to when one refuses the connection; not on time-outs or 503, which are for the retries of the edge. Another than the one that refused, where there is one.',
    unit: 'count',
    source: 'off in HAProxy unless asked for (option redispatch)',
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
