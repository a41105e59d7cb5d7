import { z } from '../zod.ts';
import type { Arrivals } from '../scenario.ts';
import { arrivals } from '../format/arrivals.ts';
import { count, id } from '../format/quantities.ts';
import { firstFault } from '../format/rule.ts';
import { defineKind, field } from './field.ts';

/** One stream of requests of a client. */
export interface ClientFlow {
  readonly flow: string;
  readonly operation: 'read' | 'write';
  readonly priority: number;
  readonly arrivals: Arrivals;
}

/** Exactly one of the two forms; `clientFlows` reads both. */
export type ClientConfig = ClientFlow | { readonly flows: readonly ClientFlow[] };

const flowName = {
  title: 'Flow',
  description: 'Name of the flow in the result: `flows.<name>`.',
  source: 'convention of this product',
};
const operationMeta = {
  title: 'Operation',
  description: 'Whether a database or cache reads or writes for it; other kinds do not care.',
  source: 'most requests read',
};
const priorityMeta = {
  title: 'Priority',
  description: 'Rank at services with the discipline `priority`: 0 goes first.',
  source: 'all flows equal',
};
const arrivalsMeta = {
  title: 'Arrivals',
  description: 'When requests arrive.',
  source: 'a modest load: Poisson, 100 a second',
};
const operation = z.enum(['read', 'write']);
const priority = count(0, 100);
const defaultArrivals: Arrivals = { process: 'poisson', ratePerSecond: 100 };

const single = {
  flow: field(id.optional(), flowName),
  operation: field(operation.optional(), operationMeta),
  priority: field(priority.optional(), priorityMeta),
  arrivals: field(arrivals.optional(), arrivalsMeta),
};

const listed = z.strictObject({
  flow: field(id, flowName),
  operation: field(operation.default('read'), operationMeta),
  priority: field(priority.default(0), priorityMeta),
  arrivals: field(arrivals, arrivalsMeta),
});

const config = z
  .strictObject({
    ...single,
    flows: field(z.array(listed).min(1).max(100).optional(), {
      title: 'Flows',
      description: 'Several flows, in place of the single one.',
      source: 'one flow',
    }),
  })
  .check(
    firstFault((value) => {
      if (value.flows === undefined) return null;
      const both = Object.keys(single).find((key) => value[key as keyof typeof single] !== undefined);
      if (both !== undefined) {
        return {
          path: [both],
          code: 'FL-either-or',
          message: `A client has either \`flows\` or a single flow, and this one has both \`flows\` and \`${both}\`.`,
          fix: `Move \`${both}\` into an item of \`flows\`, or remove \`flows\`.`,
        };
      }
      const names = value.flows.map((item) => item.flow);
      const repeated = names.findIndex((name, i) => names.indexOf(name) !== i);
      if (repeated < 0) return null;
      return {
        path: ['flows', repeated, 'flow'],
        code: 'FL-duplicate-id',
        message: `The client lists the flow "${names[repeated]}" twice.`,
        fix: 'Give each flow its own name.',
      };
    }),
  )
  .overwrite((value) =>
    value.flows !== undefined
      ? value
      : {
          flow: value.flow ?? 'work',
          operation: value.operation ?? 'read',
          priority: value.priority ?? 0,
          arrivals: value.arrivals ?? defaultArrivals,
        },
  )
  .meta({ not: { required: ['flows', 'flow'] } }) as unknown as z.ZodType<ClientConfig, ClientConfig>;

/** The flows of a complete client configuration, whichever form it has. */
export function clientFlows(complete: ClientConfig): readonly ClientFlow[] {
  return 'flows' in complete ? complete.flows : [complete];
}

export const client = defineKind({
  kind: 'Client',
  layer: 'generic',
  title: 'Client',
  summary: 'Sends requests and measures what it gets back.',
  help: [
    'Open arrivals (Poisson, constant, bursty, trace) do not wait for answers; closed ones do.',
    'With several targets each request goes to one of them, chosen by edge weight.',
    '',
    'Latency is measured here, from the intended start of a request to its answer, network and retries included.',
  ].join('\n'),
  role: 'client',
  config,
  flows: (complete) => clientFlows(complete).map((item) => item.flow),
  targets: {
    Service: 'sends requests to it',
    Cache: 'looks up in it',
    Database: 'queries it',
    Queue: 'publishes to it',
  },
  refusals: {
    Worker: 'A worker takes its work from a queue: put a Queue between the two.',
  },
  needs: [
    {
      side: 'target',
      kinds: ['Service', 'Cache', 'Database', 'Queue'],
      without: 'has nothing to send its requests to',
    },
  ],
  headline: 'throughputPerSecond',
});
