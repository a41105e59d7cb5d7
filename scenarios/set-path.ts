import type { ErrorCode } from './errors.ts';
import { isObject, isReservedKey, quote } from './json-path.ts';

/** Thrown while a `set` key is followed; the caller knows where the key stands. */
export class PathError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/** First segments that mean something other than a node. No node may have such an id. */
export const reservedRoots: readonly string[] = ['run', 'population', 'timeline', 'expectations'];

/**
 * Splits a `set` key at its dots: `read-client.feedRead.ratePerSecond`, `a->b.timeoutMs`,
 * `run.seed`, `timeline.post.readBoost`. Throws PathError.
 */
export function parseSetPath(key: string): readonly [root: string, ...rest: string[]] {
  const [root, ...rest] = key.split('.');
  if (root === undefined || root === '' || rest.length === 0 || rest.includes('') || rest.length > 20) {
    throw new PathError(
      'FL-bad-path',
      `${quote(key)} is not a path.`,
      'Write `<node-id>.<member>`, `<source>-><target>.<member>`, `run.<member>`, `population.<member>`, `timeline.<event-id>.<member>` or `expectations.<id>.<member>`.',
    );
  }
  const reserved = [root, ...rest].find(isReservedKey);
  if (reserved !== undefined) {
    throw new PathError('FL-reserved-key', `No member may be called "${reserved}".`, 'Use another path.');
  }
  return [root, ...rest];
}

/**
 * Puts `value` at `path` inside `target`, which is changed. Objects that are not there yet, or are
 * null, are created, and the schema fills in their other members. Returns the length of the part of
 * the path that is new from there on. Throws PathError.
 */
export function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): number {
  let made = path.length;
  let at: Record<string, unknown> | unknown[] = target;
  for (const [i, segment] of path.entries()) {
    const last = i === path.length - 1;
    const key: string | number = Array.isArray(at) ? itemIndex(at, path, i) : segment;
    const container = at as Record<string | number, unknown>;
    if (last) {
      container[key] = value;
      return made;
    }
    let next: unknown = Object.hasOwn(container, key) ? container[key] : undefined;
    if (next === undefined || next === null) {
      made = Math.min(made, i + 1);
      next = {};
      container[key] = next;
    }
    if (!isObject(next) && !Array.isArray(next)) {
      throw new PathError(
        'FL-unknown-path',
        `\`${path.slice(0, i + 1).join('.')}\` is ${quote(next)}, and has no member \`${path[i + 1]!}\`.`,
        `End the path at \`${segment}\`, or set the whole of it.`,
      );
    }
    at = next;
  }
  return made;
}

function itemIndex(list: readonly unknown[], path: readonly string[], i: number): number {
  const segment = path[i]!;
  const index = /^(0|[1-9][0-9]{0,8})$/.test(segment) ? Number(segment) : -1;
  if (index >= 0 && index < list.length) return index;
  const name = path.slice(0, i).join('.');
  throw new PathError(
    'FL-unknown-path',
    `\`${name}\` is a list of ${list.length} items, and has no item ${quote(segment)}.`,
    list.length === 0
      ? `Set the whole of \`${name}\`.`
      : `Use an index from 0 to ${list.length - 1}, or set the whole of \`${name}\`.`,
  );
}
