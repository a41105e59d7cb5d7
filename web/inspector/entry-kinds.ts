import { timelineEntry } from '../../scenarios/index.ts';
import { freeEntryId, type Draft, type DraftEntry } from '../document/index.ts';
import { fieldModel, initialChoice, type Choice } from '../form/index.ts';

/** Kinds of events that the simulator knows, in the order of the format. */
export function entryKinds(): readonly Choice[] {
  const model = fieldModel(timelineEntry);
  return model.type === 'choice' ? model.options : [];
}

/** Followers of an account that a live post assumes when the scenario names none. */
const followersOfACelebrity = 50_000_000;

/** A new event of a kind, complete but for what only the user knows. */
export function newEntry(draft: Draft, kind: string, atSeconds: number): DraftEntry {
  const model = fieldModel(timelineEntry);
  const option = entryKinds().find((candidate) => candidate.value === kind);
  const fresh = model.type === 'choice' && option ? initialChoice(model, option) : {};
  const edge = draft.design.edges[0];
  const target =
    kind === 'network-partition' && edge !== undefined
      ? `${edge.source}->${edge.target}`
      : draft.design.nodes.find((node) => fitting[kind]?.includes(node.kind))?.id;
  return {
    ...fresh,
    id: freeEntryId(draft, kind),
    kind,
    atSeconds,
    ...(kind === 'whale-post' ? whaleOf(draft) : {}),
    ...('durationSeconds' in fresh && fresh.durationSeconds !== null ? { durationSeconds: 10 } : {}),
    ...(kind === 'traffic-spike' ? { multiplier: 2 } : {}),
    ...(target === undefined ? {} : { target }),
  } as DraftEntry;
}

/** The post that the scenario has already, by another account of the same size; or a celebrity's. */
function whaleOf(draft: Draft): Partial<DraftEntry> {
  const known = draft.timeline.findLast((entry) => entry.kind === 'whale-post');
  if (!known) return { author: null, followers: followersOfACelebrity };
  const { id: _id, atSeconds: _at, author: _author, ...rest } = known;
  return { ...rest, author: null };
}

/** Kinds of nodes that an event of a kind is most likely meant for. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  'traffic-spike': ['ReadClient', 'Client', 'UploadClient'],
  'workers-crash': ['ImageWorker', 'FanoutWorker', 'Worker'],
  'kafka-outage': ['UploadStream'],
  'redis-node-loss': ['FeedCache'],
  'slow-node': ['FeedService', 'PostDB', 'Service', 'Database'],
  'cdn-purge': ['CDN'],
  deploy: ['FeedService', 'UploadService', 'ImageWorker', 'FanoutWorker'],
  'disk-full': ['PostDB', 'Database', 'ObjectStorage', 'UploadStream'],
};
