import { z } from '../zod.ts';
import { count, positiveSeconds } from '../format/quantities.ts';
import { field } from './field.ts';

/** Members that the workers of a consumer group share: how the group notices who is there, and how it grows. */
export const consumerGroup = {
  sessionTimeoutSeconds: field(positiveSeconds.default(45), {
    title: 'Session time-out',
    description:
      'After a worker fell silent its partitions wait this long before the group hands them to others.',
    unit: 's',
    source: 'default of Apache Kafka (session.timeout.ms)',
  }),
  rebalanceSeconds: field(z.number().min(0).max(3600).default(0.8), {
    title: 'Rebalance',
    description: 'How long the whole group takes nothing when a worker joins, leaves or has timed out.',
    unit: 's',
    source: 'measured, Kafka 3.9.2: 0.8 s after the session time-out, 0.5-1.1 s for a join',
  }),
  firstJoinSeconds: field(z.number().min(0).max(3600).default(4.4), {
    title: 'First join',
    description: 'The same when the group was empty before.',
    unit: 's',
    source:
      'default of Apache Kafka (group.initial.rebalance.delay.ms, 3 s), and the 1.4 s measured beyond it on Kafka 3.9.2',
  }),
  membership: field(z.enum(['dynamic', 'static']).default('dynamic'), {
    title: 'Membership',
    description:
      '`static`: workers have names (group.instance.id). One that is back within its session has its partitions again, and nobody else notices; one that ends says no good-bye, and its partitions wait for the end of its session.',
    source: 'default of Apache Kafka (no group.instance.id); static membership is KIP-345, Kafka 2.3',
  }),
  rebalancing: field(z.enum(['eager', 'cooperative']).default('eager'), {
    title: 'Rebalancing',
    description:
      '`eager`: the whole group takes nothing until partitions are handed out. `cooperative`: workers go on with what they keep; only what moves from one to another waits, for one rebalance after the one in which it is given up.',
    source:
      'default of Apache Kafka (RangeAssignor comes first in partition.assignment.strategy); cooperative rebalancing in two rounds is KIP-429, Kafka 2.4',
  }),
  scaleOnLagSeconds: field(positiveSeconds.nullable().default(null), {
    title: 'Scale out on lag',
    description:
      'Age of the oldest waiting message at which workers are added: workers x age / this, as the autoscaler of Kubernetes reckons. Null: the number of workers stays.',
    unit: 's',
    source: 'off unless asked for; the seed names 30 s',
  }),
  maximumWorkers: field(count(1, 100_000).nullable().default(null), {
    title: 'Most workers',
    description: 'Scaling out ends here. Null: one for each partition, for more would stay idle.',
    unit: 'count',
    source: 'a partition feeds one member of a group',
  }),
  workerStartSeconds: field(positiveSeconds.default(120), {
    title: 'Start of a worker',
    description:
      'From the decision to add or replace a worker until it joins. With scaling on, a crashed worker is replaced after this time if it is not back by itself.',
    unit: 's',
    source: 'seed: crashed workers are replaced within 2 minutes',
  }),
};

export const consumerGroupHelp = [
  '- Workers are assigned partitions; a worker beyond their number stays idle.',
  '- When a worker crashes, its partitions wait until its session has timed out, and what it had in hand is done again by whoever gets them. Every change of the group pauses all of it for a moment, or with cooperative rebalancing what moves.',
];
