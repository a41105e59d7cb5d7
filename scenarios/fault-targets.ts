import { findEdge, reportUnknown } from './apply-changes.ts';
import type { Draft } from './draft.ts';
import type { TimelineEntryFile } from './format/timeline.ts';
import { quote } from './json-path.ts';
import { findKind } from './kinds/index.ts';
import type { Place, Report } from './report.ts';
import type { Node } from './scenario.ts';

type EventOf<Kind extends TimelineEntryFile['kind']> = Extract<TimelineEntryFile, { kind: Kind }>;
type Locate = (member: string) => Place;

/** Faults that happen to one node or edge. */
export type TargetedFault = EventOf<
  | 'kafka-outage'
  | 'redis-node-loss'
  | 'slow-node'
  | 'network-partition'
  | 'cdn-purge'
  | 'deploy'
  | 'disk-full'
>;

const oneOf =
  (...names: readonly string[]) =>
  (kind: string): boolean =>
    names.includes(kind);

/** Which kinds of nodes a fault may happen to, and what the others lack, as the end of a sentence. */
const targets: Readonly<
  Record<
    Exclude<TargetedFault['kind'], 'network-partition'>,
    { readonly fits: (kind: string) => boolean; readonly otherwise: string }
  >
> = {
  'kafka-outage': { fits: oneOf('UploadStream'), otherwise: 'has no brokers' },
  'redis-node-loss': { fits: oneOf('FeedCache'), otherwise: 'has no Redis nodes' },
  'slow-node': {
    fits: (kind) => findKind(kind)?.role !== 'client',
    otherwise: 'stands for users, not for a machine',
  },
  'cdn-purge': { fits: oneOf('CDN'), otherwise: 'has no caches that could be purged' },
  deploy: {
    fits: oneOf('FeedService', 'UploadService', 'ImageWorker', 'FanoutWorker'),
    otherwise: 'has no instances or workers that are replaced one by one',
  },
  'disk-full': {
    fits: oneOf('PostDB', 'Database', 'ObjectStorage', 'UploadStream'),
    otherwise: 'writes to no disk',
  },
};

/** Members of a configuration that say how many instances, shards, ... a node has. */
const instanceMembers = [
  'instances',
  'shards',
  'brokers',
  'partitions',
  'workers',
  'prefixes',
  'edges',
] as const;

/** Checks that the target is there, that the fault fits it, and that it has what the fault names by number. */
export function checkFault(
  event: TargetedFault,
  draft: Draft,
  { nodes }: { readonly nodes: readonly Node[] },
  locate: Locate,
  report: Report,
): void {
  if (event.kind === 'network-partition') {
    if (!event.target.includes('->'))
      report.error(
        locate('target'),
        'FL-wrong-target',
        `\`network-partition\` cuts an edge, and ${quote(event.target)} is none.`,
        'Write `<source>-><target>`.',
      );
    else if (findEdge(draft, event.target) === undefined)
      reportUnknown(draft, event.target, locate('target'), report);
    return;
  }
  const { target } = event;
  if (target === null) return;
  const { fits, otherwise } = targets[event.kind];
  checkTarget({ ...event, target }, fits, otherwise, draft, locate, report);
  const config = nodes.find((node) => node.id === target)?.config;
  if (config === undefined) return;
  if (event.kind === 'redis-node-loss') checkNumber('node', event.node, config['shards']);
  if (event.kind === 'kafka-outage' && event.brokers !== null)
    checkNumber('brokers', event.brokers - 1, config['brokers']);
  if (event.kind === 'slow-node') {
    const kind = draft.nodes.get(target)!.kind;
    const member = kind === 'Queue' ? undefined : instanceMembers.find((name) => name in config);
    checkNumber('instance', event.instance, member === undefined ? 1 : config[member]);
    if (event.replica !== null) checkNumber('replica', event.replica, config['replicas'] ?? 1);
  }

  function checkNumber(member: string, index: number, there: unknown): void {
    if (typeof there !== 'number' || index < there) return;
    report.error(
      locate(member),
      'FL-out-of-range',
      `"${target}" has ${there} of what \`${member}\` of \`${event.kind}\` counts.`,
      member === 'brokers' ? `Give at most ${there}, or null for all.` : `Give 0 to ${there - 1}.`,
    );
  }
}

/** Reports a target that is not there, or that the event does not fit. */
export function checkTarget(
  event: { readonly target: string; readonly kind: string },
  fits: (kind: string) => boolean,
  otherwise: string,
  draft: Draft,
  locate: Locate,
  report: Report,
): void {
  const node = draft.nodes.get(event.target);
  if (node === undefined) {
    if (!draft.brokenIds.has(event.target)) reportUnknown(draft, event.target, locate('target'), report);
    return;
  }
  if (fits(node.kind)) return;
  const fitting = [...draft.nodes.values()].filter((other) => fits(other.kind));
  report.error(
    locate('target'),
    'FL-wrong-target',
    `\`${event.kind}\` does not apply to ${node.kind} "${node.id}", which ${otherwise}.`,
    fitting.length === 0
      ? 'Remove the event.'
      : `Use one of: ${fitting.map((other) => other.id).join(', ')}.`,
  );
}
