import type { Problem, Scenario } from '../../scenarios/index.ts';
import { maximumGraph } from '../../scenarios/sampling/index.ts';

/** Kinds that the stack is made of, and what a node's configuration must say for it to be what is measured. */
const parts: Readonly<
  Record<string, { readonly required: boolean; readonly only: Readonly<Record<string, unknown>> }>
> = {
  ReadClient: { required: false, only: {} },
  UploadClient: { required: false, only: { uploads: 'presigned' } },
  ApiGateway: { required: true, only: {} },
  ReadLB: { required: false, only: {} },
  UploadLB: { required: true, only: {} },
  FeedService: { required: false, only: { whaleCache: 'none', autoscaling: null } },
  UploadService: {
    required: true,
    only: {
      outbox: true,
      likeBuffer: 'none',
      writeConsistency: 'local-quorum',
      acks: 'all',
      autoscaling: null,
    },
  },
  FeedCache: { required: true, only: { addedShards: 0 } },
  PostDB: { required: true, only: { engine: 'cassandra', joiningPartitions: 0 } },
  ObjectStorage: { required: true, only: {} },
  UploadStream: { required: true, only: {} },
  ImageWorker: { required: true, only: { scaleOnLagSeconds: null } },
  FanoutWorker: { required: true, only: {} },
  CDN: { required: false, only: {} },
};

/** What of a design is not what the stack is, before anything is started. Events apart: see reference/faults. */
export function unreproducibleDesign({ design, population, timeline }: Scenario): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string, fix: string): void => {
    problems.push({ code: 'FL-not-reproducible', path, message, fix, severity: 'error' });
  };
  for (const [index, { id, kind, config }] of design.nodes.entries()) {
    const path = `design.nodes[${index}]`;
    const part = parts[kind];
    if (part === undefined) {
      refuse(path, `The stack has no ${kind} ("${id}").`, 'Replay a scenario of the Instagram designs.');
      continue;
    }
    for (const [member, value] of Object.entries(part.only))
      if (member in config && JSON.stringify(config[member]) !== JSON.stringify(value))
        refuse(
          `${path}.config.${member}`,
          `The stack has no ${kind} with \`${member}\` ${JSON.stringify(config[member])}.`,
          `Let \`reference\` set \`${id}.${member}\` to ${JSON.stringify(value)}.`,
        );
    for (const [flow, arrivals] of Object.entries(config))
      if (isClosed(arrivals))
        refuse(
          `${path}.config.${flow}`,
          'The load generator is open loop: it cannot send a closed flow.',
          `Let \`reference\` set \`${id}.${flow}\` to an open process.`,
        );
  }
  const kinds = design.nodes.map(({ kind }) => kind);
  for (const [kind, { required }] of Object.entries(parts)) {
    if (required && !kinds.includes(kind))
      refuse(
        'design.nodes',
        `The stack has a ${kind} and the design has none.`,
        'Replay a design that has all parts.',
      );
    if (kinds.filter((other) => other === kind).length > 1)
      refuse('design.nodes', `The stack has one ${kind} and the design has several.`, 'Leave one of them.');
  }
  if (!kinds.includes('ReadClient') && !kinds.includes('UploadClient') && timeline.length === 0)
    refuse('design.nodes', 'The design has no users.', 'Add a ReadClient or an UploadClient.');
  if (population.users > maximumGraph.users)
    refuse(
      'population.users',
      `Every user is written into the stores: ${population.users.toLocaleString('en-US')} are too many.`,
      `Let \`reference\` set \`population.users\` to at most ${maximumGraph.users.toLocaleString('en-US')}.`,
    );
  else if (population.users * population.followers.mean > maximumGraph.follows)
    refuse(
      'population.followers.mean',
      `Every follow is written into the stores: ${(population.users * population.followers.mean).toLocaleString('en-US')} are too many.`,
      `Let there be at most ${maximumGraph.follows.toLocaleString('en-US')}.`,
    );
  return problems;
}

const isClosed = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'process' in value && value.process === 'closed';
