import type { ErrorCode, Problem } from './errors.ts';
import { formatPath, isReservedKey, quote } from './json-path.ts';

/** Deepest nesting of a scenario file; the format itself needs about ten levels. */
export const maximumDepth = 64;
/** Longest list, traces apart: their own schema counts those. */
const maximumItems = 10_000;
/** Most objects, lists, texts and flags in a file; numbers are counted by the lists they are in. */
const maximumValues = 100_000;

/** Enough to see what is wrong. */
const maximumProblems = 1000;

interface Place {
  readonly value: unknown;
  readonly segment: string | number;
  readonly parent: Place | null;
  readonly depth: number;
}

/**
 * Rules that hold for any value anywhere in a document: depth, number of things, finite numbers, no
 * member through which a prototype could be reached. What passes here is safe to hand to recursive
 * code. No recursion; linear.
 */
export function inspect(document: unknown): Problem[] {
  const problems: Problem[] = [];
  const report = (place: Place | null, code: ErrorCode, message: string, fix: string) => {
    const path: (string | number)[] = [];
    for (let at = place; at !== null && at.parent !== null; at = at.parent) path.unshift(at.segment);
    problems.push({ code, path: formatPath(path), message, fix, severity: 'error' });
  };
  const open: Place[] = [{ value: document, segment: '', parent: null, depth: 0 }];
  let values = 0;
  for (let place = open.pop(); place !== undefined && problems.length < maximumProblems; place = open.pop()) {
    const { value, depth } = place;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        report(
          place,
          'FL-out-of-range',
          `The number is too large to be represented, and reads as ${quote(value)}.`,
          'Give a smaller number.',
        );
      }
      continue;
    }
    if (++values > maximumValues) {
      report(
        null,
        'FL-too-many',
        `The file holds more than ${maximumValues} values.`,
        'Split it, or check that it is the right file.',
      );
      return problems;
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maximumDepth) {
      report(
        null,
        'FL-too-deep',
        `The file nests more than ${maximumDepth} levels deep.`,
        'A scenario needs about ten levels: check that this is the right file.',
      );
      return problems;
    }
    if (Array.isArray(value)) {
      if (value.length > maximumItems && place.segment !== 'timesMs') {
        report(
          place,
          'FL-too-many',
          `The list has ${value.length} items, and may have ${maximumItems}.`,
          'Shorten it.',
        );
        continue;
      }
      for (let i = value.length - 1; i >= 0; i--) {
        const item: unknown = value[i];
        if (typeof item === 'number' && Number.isFinite(item)) continue;
        open.push({ value: item, segment: i, parent: place, depth: depth + 1 });
      }
      continue;
    }
    const members = Object.entries(value);
    for (let i = members.length - 1; i >= 0; i--) {
      const [key, member] = members[i]!;
      const inner: Place = { value: member, segment: key, parent: place, depth: depth + 1 };
      if (isReservedKey(key)) {
        report(inner, 'FL-reserved-key', `No member may be called "${key}".`, 'Remove it, or rename it.');
      } else open.push(inner);
    }
  }
  return problems;
}
