import type { ErrorCode } from './errors.ts';
import { findKind } from './kinds/index.ts';
import type { KindDefinition } from './kinds/kind.ts';

/** Whether an edge makes sense, and what it would do or why not, in one sentence. */
export type Connection =
  | { readonly allowed: true; readonly purpose: string }
  | { readonly allowed: false; readonly code: ErrorCode; readonly reason: string };

/** The rule for an edge from one kind to another. The validator and the canvas both ask here. */
export function connect(sourceKind: string, targetKind: string): Connection {
  const source = findKind(sourceKind);
  const target = findKind(targetKind);
  if (source === undefined || target === undefined) {
    const unknown = source === undefined ? sourceKind : targetKind;
    return { allowed: false, code: 'FL-unknown-kind', reason: `There is no kind "${unknown}".` };
  }
  const purpose = purposeOf(source, target);
  if (purpose !== undefined) return { allowed: true, purpose };
  return { allowed: false, code: 'FL-wiring', reason: refusal(source, target) };
}

/**
 * Whether an edge drawn this way points against the work and is meant the other way round: to or
 * from a stream, where a drawing often shows who asks whom instead of where the work goes.
 */
export function pointsAgainstWork(sourceKind: string, targetKind: string): boolean {
  const source = findKind(sourceKind);
  const target = findKind(targetKind);
  if (source === undefined || target === undefined) return false;
  if (source.role !== 'stream' && target.role !== 'stream') return false;
  return purposeOf(source, target) === undefined && purposeOf(target, source) !== undefined;
}

/** Whether the caller waits for an answer over such an edge. Publishing and consuming are not calls. */
export function isSynchronous(sourceKind: string, targetKind: string): boolean {
  return findKind(sourceKind)?.role !== 'stream' && findKind(targetKind)?.role !== 'stream';
}

function purposeOf(source: KindDefinition, target: KindDefinition): string | undefined {
  return Object.hasOwn(source.targets, target.kind) ? source.targets[target.kind] : undefined;
}

function refusal(source: KindDefinition, target: KindDefinition): string {
  if (source.refusals !== undefined && Object.hasOwn(source.refusals, target.kind)) {
    return source.refusals[target.kind]!;
  }
  if (target.role === 'client') {
    return `Nothing calls a ${target.kind}: requests begin there.`;
  }
  const reverse = purposeOf(target, source);
  if (reverse !== undefined) {
    return `Work travels the other way here: a ${target.kind} ${reverse.replace(/\bit\b/, `a ${source.kind}`)}.`;
  }
  const others = Object.keys(source.targets);
  if (others.length === 0) return `A ${source.kind} calls nothing: it only answers.`;
  return `A ${source.kind} has nothing to do with a ${target.kind}; it can be wired to ${listed(others)}.`;
}

/** `A, B or C`. */
export function listed(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]!}`;
}
