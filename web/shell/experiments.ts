import {
  removeElements,
  setEntry,
  setNodeConfig,
  type Draft,
  type DraftEntry,
  type DraftNode,
  type Json,
} from '../document/index.ts';
import { badUtilization, warnUtilization } from '../run/index.ts';
import type { Result } from '../../simulator/index.ts';

/** A change worth trying after a run, with what it would show. */
export interface Experiment {
  readonly label: string;
  readonly question: string;
  apply(draft: Draft): Draft;
}

const mostExperiments = 3;
const moreWorkers = 8;
const fewerFollowers = 10;

/** What to try next, from what the run showed; the most telling first. */
export function experimentsOf(draft: Draft, result: Result): readonly Experiment[] {
  const { nodes } = draft.design;
  return [
    ...nodes.filter(({ kind }) => kind === 'FeedCache' || kind === 'Cache').map(withoutCache),
    ...draft.timeline.filter(({ kind }) => kind === 'whale-post').map(smallerWhale),
    ...nodes.flatMap((node) => moreOf(node, result.components[node.id]?.utilization ?? 0)),
  ].slice(0, mostExperiments);
}

function withoutCache({ id }: DraftNode): Experiment {
  return {
    label: `Take ${id} away`,
    question: 'Who does its work then, and can they?',
    apply: (draft) => removeElements(draft, new Set([id]), new Set()),
  };
}

function smallerWhale(entry: DraftEntry): Experiment {
  return {
    label: `A tenth of the followers for ${entry.id}`,
    question: 'How large may an account be before its key is too hot?',
    apply: (draft) =>
      setEntry(draft, entry.id, {
        ...entry,
        followers: Math.round(Number(entry.followers) / fewerFollowers),
      }),
  };
}

/** More of what was the bottleneck: a server for a busy pool, many for workers that fell behind. */
function moreOf(node: DraftNode, utilization: number): readonly Experiment[] {
  const { workers, servers } = node.config;
  if (typeof workers === 'number' && utilization >= badUtilization) {
    return [
      scaled(
        node.id,
        'workers',
        (value) => value * moreWorkers,
        `${moreWorkers} times the workers for ${node.id}`,
      ),
    ];
  }
  if (typeof servers === 'number' && utilization >= warnUtilization) {
    return [scaled(node.id, 'servers', (value) => value + 1, `One more server for ${node.id}`)];
  }
  return [];
}

/** Changes a figure in every form in which the scenario gives it. */
function scaled(id: string, member: string, change: (value: number) => number, label: string): Experiment {
  const changed = (value: Json | undefined): Json | undefined =>
    typeof value === 'number' ? change(value) : value;
  return {
    label,
    question: 'How much does it take, and what becomes the bottleneck next?',
    apply: (draft) => {
      const node = draft.design.nodes.find((candidate) => candidate.id === id);
      if (!node) return draft;
      const next = setNodeConfig(draft, id, {
        ...node.config,
        [member]: changed(node.config[member]) ?? null,
      });
      const path = `${id}.${member}`;
      const inShort = next.short?.set?.[path];
      if (!next.short?.set || inShort === undefined) return next;
      return {
        ...next,
        short: { ...next.short, set: { ...next.short.set, [path]: changed(inShort) ?? null } },
      };
    },
  };
}
