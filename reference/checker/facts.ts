import type { History, Operation } from '../load/index.ts';
import type { Limits, Observed, StoredPost } from './observed.ts';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** What clients know of one post that they tried to create: the best of its attempts. */
export interface Attempt {
  readonly postId: string;
  readonly authorId: string;
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** When the first acknowledgement was there, ms since the start; infinite when none came. */
  readonly acknowledgedMs: number;
}

/** A post row with its id. */
export interface Row extends StoredPost {
  readonly postId: string;
}

/** History and observation, indexed once for all promises. */
export interface Facts {
  readonly history: History;
  readonly observed: Observed;
  readonly limits: Limits;
  /** By post id. */
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** Authors that a user follows, of those that have posts. */
  readonly followed: (userId: string) => ReadonlySet<string>;
  /** Rows by author, newest first. */
  readonly rows: (authorId: string) => readonly Row[];
}

/** Operations of one kind. */
export function operationsOf<Kind extends Operation['kind']>(history: History, kind: Kind): Of<Kind>[] {
  return history.operations.filter((operation): operation is Of<Kind> => operation.kind === kind);
}

export function gather(history: History, observed: Observed, limits: Limits): Facts {
  const followed = new Map<string, Set<string>>();
  for (const [authorId, { followers }] of observed.authors)
    for (const follower of followers) {
      const authors = followed.get(follower);
      if (authors === undefined) followed.set(follower, new Set([authorId]));
      else authors.add(authorId);
    }
  const rows = new Map<string, Row[]>();
  for (const [postId, post] of observed.posts) {
    const found = rows.get(post.authorId);
    if (found === undefined) rows.set(post.authorId, [{ ...post, postId }]);
    else found.push({ ...post, postId });
  }
  for (const found of rows.values()) found.sort((a, b) => b.createdAtMs - a.createdAtMs);
  return {
    history,
    observed,
    limits,
    attempts: attempts(history),
    followed: (userId) => followed.get(userId) ?? nobody,
    rows: (authorId) => rows.get(authorId) ?? [],
  };
}

const nobody: ReadonlySet<string> = new Set();

/** A client may try again under the same id: one acknowledgement makes the post acknowledged. */
function attempts(history: History): Map<string, Attempt> {
  const rank = { failed: 0, unknown: 1, ok: 2 } as const;
  const found = new Map<string, Attempt>();
  for (const { postId, authorId, outcome, endedMs } of operationsOf(history, 'create-post')) {
    const before = found.get(postId);
    found.set(postId, {
      postId,
      authorId,
      outcome: before === undefined || rank[outcome] > rank[before.outcome] ? outcome : before.outcome,
      acknowledgedMs: Math.min(before?.acknowledgedMs ?? Infinity, outcome === 'ok' ? endedMs : Infinity),
    });
  }
  return found;
}
