import type { Problem, Scenario, TimelineEntry } from '../../scenarios/index.ts';
import type { Endpoints, Part } from '../endpoints/index.ts';
import { canCut } from './cut-edges.ts';
import { realForms } from './kinds.ts';
import { mayMount } from './small-disk.ts';

/** Processes of which stack part a node is made of, where a fault stops or slows them. */
const partOfKind: Readonly<Record<string, Part>> = {
  FeedCache: 'redis',
  PostDB: 'cassandra',
  UploadStream: 'kafka',
  ObjectStorage: 'objectStore',
  CDN: 'cdn',
  ReadLB: 'readLb',
  UploadLB: 'uploadLb',
  ApiGateway: 'gateway',
  FeedService: 'gateway',
  UploadService: 'gateway',
  FanoutWorker: 'gateway',
  ImageWorker: 'gateway',
};

/**
 * What of a timeline real parts cannot do, before anything is started.
 *
 * @param managed Parts that the stack does not start: their processes are never touched.
 */
export function unreproducibleFaults(scenario: Scenario, managed: Endpoints): readonly Problem[] {
  const kindOf = new Map(scenario.design.nodes.map(({ id, kind }) => [id, kind]));
  return scenario.timeline.flatMap((entry, index): Problem[] => {
    const path = `timeline[${index}]`;
    const problem = (code: Problem['code'], message: string, fix: string): Problem[] => [
      { code, path, message, fix, severity: 'error' },
    ];
    const { by, text } = realForms[entry.kind];
    if (by === null)
      return problem(
        'FL-not-reproducible',
        `Real parts cannot replay \`${entry.kind}\` ("${entry.id}"). ${text}`,
        'Remove it from the scenario, or simulate it.',
      );
    const why = whyNot(entry, kindOf);
    if (why !== null)
      return problem(
        'FL-not-reproducible',
        `Real parts cannot replay "${entry.id}": ${why}.`,
        'Change it, or simulate it.',
      );
    const target = targetKind(entry, kindOf);
    const part = target === null || by === 'load' ? undefined : partOfKind[target];
    if (part === undefined || managed.parts[part] === undefined) return [];
    return problem(
      'FL-external',
      `"${entry.id}" would happen to a part that this stack did not start (${part}).`,
      'Let the stack start that part, or remove the event.',
    );
  });
}

function targetKind(entry: TimelineEntry, kindOf: ReadonlyMap<string, string>): string | null {
  if (entry.kind === 'kafka-outage' && entry.target === null) return 'UploadStream';
  if (!('target' in entry) || entry.target === null) return null;
  return kindOf.get(entry.target.split('->').at(-1)!) ?? null;
}

function whyNot(entry: TimelineEntry, kindOf: ReadonlyMap<string, string>): string | null {
  switch (entry.kind) {
    case 'redis-node-loss':
      return entry.replica === 'empty'
        ? 'a replica that is still empty cannot be made at a given time'
        : null;
    case 'deploy':
      return entry.strategy === 'blue-green' ? 'a second fleet has no ports here' : null;
    case 'network-partition': {
      const kinds = edgeKinds(entry.target, kindOf);
      return canCut(kinds) ? null : `no proxy can stand between ${kinds.replace('->', ' and ')}`;
    }
    case 'disk-full':
      return mayMount() ? null : 'a full disk is a small file system, which root can mount, and nobody else';
    default:
      return null;
  }
}

/** `FeedService->PostDB` of an edge between nodes of these kinds. */
export function edgeKinds(edge: string, kindOf: ReadonlyMap<string, string>): string {
  return edge
    .split('->')
    .map((node) => kindOf.get(node) ?? node)
    .join('->');
}
