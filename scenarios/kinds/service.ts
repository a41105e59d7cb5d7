import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';

const config = z.strictObject({
  servers: field(count(1, 1_000_000).default(1), {
    title: 'Servers',
    description: 'Requests served at the same time.',
    unit: 'count',
    source: 'the smallest queueing system',
  }),
  queueCapacity: field(count(0, 100_000_000).nullable().default(null), {
    title: 'Queue capacity',
    description: 'Waiting places. Null: no limit. 0: a request that finds no free server is rejected.',
    unit: 'count',
    source: 'the textbook queue has no limit',
  }),
  discipline: field(z.enum(['fcfs', 'processor-sharing', 'priority']).default('fcfs'), {
    title: 'Discipline',
    description:
      'First come first served; processor sharing, each job at rate min(1, servers / jobs); or by the priority of the flow, 0 first, without pre-emption.',
    source: 'what a thread pool does',
  }),
  serviceTime: field(distribution.default({ distribution: 'exponential', meanMs: 1 }), {
    title: 'Service time',
    description: 'Time on a server, calls not counted.',
    unit: 'ms',
    source: 'the textbook queue: exponential, 1 ms',
  }),
  calls: field(z.enum(['sequential', 'parallel', 'any']).default('sequential'), {
    title: 'Calls',
    description:
      'After serving: call every target one after the other in edge order, all at once, or one of them by edge weight.',
    source: 'plain code calls one after the other',
  }),
  holdsServerWhileCalling: field(z.boolean().default(true), {
    title: 'Holds server while calling',
    description: 'Whether the server stays occupied until the calls have ended, as a thread does.',
    source: 'a thread that waits for an answer does nothing else',
  }),
});

export type ServiceConfig = z.output<typeof config>;

export const service = defineKind({
  kind: 'Service',
  layer: 'generic',
  title: 'Service',
  summary: 'Servers behind one queue that serve a request, then call what they point at.',
  help: [
    'A multi-server station (Kendall: G/G/c). A request waits for a server, is served, then the service calls its targets.',
    '',
    '- `queueCapacity` 0 makes a loss system; a request that finds the queue full fails as `rejected`.',
    '- With `holdsServerWhileCalling` the server is occupied during calls, so a slow target starves this service.',
    '- A parallel call fails when one of its parts fails, after all of them have ended.',
    '- Under processor sharing a job that is calling uses no capacity.',
  ].join('\n'),
  config,
  targets: {
    Service: 'calls it',
    Cache: 'looks up in it',
    Database: 'queries it',
    Queue: 'publishes to it',
  },
  refusals: {
    Worker: 'A worker takes its work from a queue: put a Queue between the two.',
  },
  headline: 'utilization',
});
