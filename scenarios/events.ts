import { findEdge, reportUnknown } from './apply-changes.ts';
import type { Draft, DraftItem } from './draft.ts';
import { check, type Finding } from './explain.ts';
import { edgeConfig } from './format/edges.ts';
import type { population as populationSchema } from './format/population.ts';
import type { run as runSchema } from './format/run.ts';
import { checkFault, checkTarget } from './fault-targets.ts';
import { timelineEntry, type TimelineEntryFile } from './format/timeline.ts';
import { copyJson, isObject, quote, type JsonObject } from './json-path.ts';
import { findKind } from './kinds/index.ts';
import { below, type Place, type Report } from './report.ts';
import type { Edge, Node, TimelineEntry } from './scenario.ts';
import { parseSetPath, PathError, reservedRoots, setAt } from './set-path.ts';
import { flowsOf } from './structure.ts';
import type { z } from './zod.ts';

const maximumEvents = 1000;
/** Bounds the work of checking `set` events: values in the changed configuration, summed over events. */
const maximumSetWork = 5_000_000;

interface Surroundings {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly population: z.output<typeof populationSchema> | null;
  readonly run: z.output<typeof runSchema> | null;
}

/** Checks the timeline against the design. Entries stay in the order of the file. */
export function readEvents(draft: Draft, around: Surroundings, report: Report): TimelineEntry[] {
  if (draft.timeline.length > maximumEvents) {
    report.error(
      { path: 'timeline', base: null },
      'FL-too-many',
      `The timeline has more than ${maximumEvents} events.`,
      'Remove some.',
    );
    return [];
  }
  const events: { entry: TimelineEntry; locate: (member: string) => Place }[] = [];
  const ids = new Set<string>();
  for (const item of draft.timeline) {
    const locate = (member: string) => draft.locateIn('timeline', item, [member]);
    const parsed = readShape(draft, item, report);
    if (parsed === null) continue;
    if (ids.has(parsed.id)) {
      report.error(
        locate('id'),
        'FL-duplicate-id',
        `Two events have the id "${parsed.id}".`,
        'Give each its own id.',
      );
    }
    ids.add(parsed.id);
    if (around.run !== null && parsed.atSeconds >= around.run.durationSeconds) {
      report.error(
        locate('atSeconds'),
        'FL-after-the-end',
        `The event "${parsed.id}" at ${parsed.atSeconds} s comes after the end of the run at ${around.run.durationSeconds} s.`,
        'Let it begin earlier, or lengthen `run.durationSeconds`.',
      );
    }
    const entry = checkEvent(parsed, draft, around, locate, report);
    if (entry !== null) events.push({ entry, locate });
  }
  checkSetEvents(events, draft, around, report);
  return events.map(({ entry }) => entry);
}

function readShape(draft: Draft, item: DraftItem, report: Report): TimelineEntryFile | null {
  const checked = check<TimelineEntryFile>(timelineEntry, item.entry);
  if (checked.ok) return checked.value;
  for (const { path, code, message, fix } of checked.findings) {
    report.error(draft.locateIn('timeline', item, path), code, message, fix);
  }
  return null;
}

type Locate = (member: string) => Place;

function checkEvent(
  event: TimelineEntryFile,
  draft: Draft,
  around: Surroundings,
  locate: Locate,
  report: Report,
): TimelineEntry | null {
  switch (event.kind) {
    case 'whale-post':
      return checkWhalePost(event, draft, around, locate, report);
    case 'traffic-spike':
      checkTarget(event, hasRole('client'), 'sends no requests of its own', draft, locate, report);
      checkFlows(event, around, locate, report);
      return event;
    case 'workers-crash':
      checkTarget(event, hasRole('workers'), 'has no workers', draft, locate, report);
      checkWorkers(event, around, locate, report);
      return event;
    case 'network-partition':
      checkFault(event, draft, around, locate, report);
      return { ...event, target: findEdge(draft, event.target) ?? event.target };
    case 'viral-post':
    case 'zone-loss':
    case 'set':
      return event;
    default:
      checkFault(event, draft, around, locate, report);
      return event;
  }
}

type EventOf<Kind extends TimelineEntryFile['kind']> = Extract<TimelineEntryFile, { kind: Kind }>;

function checkWhalePost(
  event: EventOf<'whale-post'>,
  draft: Draft,
  { nodes, population }: Surroundings,
  locate: Locate,
  report: Report,
): TimelineEntry | null {
  const uploads = nodes.some((node) => node.kind === 'UploadClient');
  const readsFeeds = nodes.some((node) => flowsOf(node).includes('feed-read'));
  if (!readsFeeds && nodes.length === draft.nodes.size) {
    report.error(
      locate('kind'),
      'FL-wrong-target',
      'A whale post shows in feeds, and nothing in the design reads feeds.',
      'Add a ReadClient, or remove the event.',
    );
  } else if (!uploads && nodes.length === draft.nodes.size) {
    report.error(
      locate('kind'),
      'FL-wrong-target',
      'A whale post is uploaded like any photo, and nothing in the design uploads photos.',
      'Add an UploadClient, or remove the event.',
    );
  }
  if (population === null) return null;
  const author = population.whales.find((whale) => whale.id === event.author);
  if (event.author !== null && author === undefined) {
    report.error(
      locate('author'),
      'FL-unknown-node',
      `\`population.whales\` has no whale "${event.author}".${report.didYouMean(
        event.author,
        population.whales.map((whale) => whale.id),
      )}`,
      'Name one of them, or leave `author` out for a new account.',
    );
    return null;
  }
  const followers = event.followers ?? author?.followers ?? 0;
  if (followers > population.users) {
    report.error(
      locate('followers'),
      'FL-out-of-range',
      `The author has ${followers} followers, more than there are users (${population.users}).`,
      'Lower `followers`, or raise `population.users`.',
    );
  }
  return { ...event, followers };
}

const hasRole = (role: 'client' | 'workers') => (kind: string) => findKind(kind)?.role === role;

function checkFlows(
  event: EventOf<'traffic-spike'>,
  { nodes }: Surroundings,
  locate: Locate,
  report: Report,
): void {
  const node = nodes.find((other) => other.id === event.target);
  if (node === undefined || event.flows === null) return;
  const known = flowsOf(node);
  for (const flow of event.flows) {
    if (known.includes(flow) || known.length === 0) continue;
    report.error(
      locate('flows'),
      'FL-not-one-of',
      `"${node.id}" makes no flow "${flow}".${report.didYouMean(flow, known)}`,
      `Use some of: ${known.join(', ')}.`,
    );
  }
}

function checkWorkers(
  event: EventOf<'workers-crash'>,
  { nodes }: Surroundings,
  locate: Locate,
  report: Report,
): void {
  const workers = nodes.find((other) => other.id === event.target)?.config['workers'];
  if (event.workers === null || typeof workers !== 'number' || event.workers <= workers) return;
  report.error(
    locate('workers'),
    'FL-out-of-range',
    `"${event.target}" has ${workers} workers, so ${event.workers} cannot crash.`,
    'Give at most that many, or null for all.',
  );
}

/** Applies the `set` events one after the other to a copy, so that each is checked as it will find things. */
function checkSetEvents(
  events: readonly { entry: TimelineEntry; locate: Locate }[],
  draft: Draft,
  { nodes, edges }: Surroundings,
  report: Report,
): void {
  const configs = new Map<string, JsonObject>();
  const work = new Map<string, number>();
  const original = (root: string): JsonObject | undefined => {
    const node = nodes.find((other) => other.id === root);
    const found = node?.config ?? edges.find((edge) => edge.id === root)?.config;
    return found === undefined ? undefined : copyJson({ ...found });
  };
  let total = 0;
  const inOrder = [...events].sort((a, b) => a.entry.atSeconds - b.entry.atSeconds);
  for (const { entry, locate } of inOrder) {
    if (entry.kind !== 'set') continue;
    try {
      const [root, ...path] = parseSetPath(entry.path);
      const id = settableRoot(root, draft);
      const config = configs.get(id) ?? original(id);
      if (config === undefined) {
        // Either it does not exist, or its own configuration is not valid and is reported already.
        const known = draft.nodes.has(id) || draft.edges.has(id) || draft.brokenIds.has(id);
        if (!known) reportUnknown(draft, root, locate('path'), report);
        continue;
      }
      if (!configs.has(id)) work.set(id, countValues(config));
      configs.set(id, config);
      total += work.get(id)!;
      if (total > maximumSetWork) {
        report.error(
          { path: 'timeline', base: null },
          'FL-too-many',
          'The `set` events change too large configurations too often.',
          'Shorten the traces of the nodes that they change.',
        );
        return;
      }
      setAt(config, path, copyJson(entry.value));
      const schema = draft.nodes.has(id) ? findKind(draft.nodes.get(id)!.kind)!.config : edgeConfig;
      const checked = check(schema, config);
      if (checked.ok) configs.set(id, checked.value as JsonObject);
      else {
        for (const finding of checked.findings) reportSetFinding(finding, path, locate, report);
        configs.delete(id);
      }
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      report.error(locate('path'), error.code, error.message, error.fix);
    }
  }
}

function settableRoot(root: string, draft: Draft): string {
  if (reservedRoots.includes(root)) {
    throw new PathError(
      'FL-bad-path',
      `${quote(root)} cannot change while a run goes on.`,
      'Set a member of a node or of an edge.',
    );
  }
  return findEdge(draft, root) ?? root;
}

/** A finding at or below the path is about the value; one on the way there is about the path. */
function reportSetFinding(finding: Finding, path: readonly string[], locate: Locate, report: Report): void {
  const reaches = path.every((segment, i) => String(finding.path[i]) === segment);
  const isUnknown = finding.code === 'FL-unknown-key' && finding.path.length <= path.length;
  const place =
    reaches && !isUnknown ? below(locate('value'), finding.path.slice(path.length)) : locate('path');
  report.error(place, finding.code, finding.message, finding.fix);
}

function countValues(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countValues(item), 1);
  if (!isObject(value)) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + countValues(item), 1);
}
