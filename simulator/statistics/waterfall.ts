import type { RequestTrace, Span } from '../result.ts';

/** A line of a waterfall: the request, a call or a branch, with the time that it spent itself. */
export interface WaterfallRow {
  readonly span: Span;
  /** How many calls deep; 0: the request itself. */
  readonly depth: number;
  /** Its own parts that are time, in their order; none of a failed call without any. */
  readonly own: readonly Span[];
}

/** A trace as lines: spans of time lie in the line of what they are a part of. */
export function waterfallOf({ spans }: RequestTrace): readonly WaterfallRow[] {
  const rows = new Map<number, { span: Span; depth: number; own: Span[] }>();
  spans.forEach((span, position) => {
    const parent = span.parent === null ? null : rows.get(span.parent)!;
    if (isTime(span)) parent!.own.push(span);
    else rows.set(position, { span, depth: parent === null ? 0 : parent.depth + 1, own: [] });
  });
  return [...rows.values()];
}

/**
 * Turns the time since the start, ns, into the time that counts to the latency: it stands still while a
 * part of the request counts as one of another flow.
 */
export function latencyClock({ spans }: RequestTrace): (sinceStartNs: number) => number {
  const apart = spans.filter((span) => span.apart);
  return (ns) =>
    apart.reduce((left, { fromNs, toNs }) => left - Math.max(0, Math.min(ns, toNs) - fromNs), ns);
}

/** Is the span time that was spent, and no call? */
function isTime({ call, category, outcome }: Span): boolean {
  return call === null && category !== null && outcome === null;
}

/** Time of the critical path by component and category, ns; components in the order in which they come. */
export function criticalTimeNs({
  spans,
}: RequestTrace): ReadonlyMap<string, ReadonlyMap<NonNullable<Span['category']>, number>> {
  const times = new Map<string, Map<NonNullable<Span['category']>, number>>();
  for (const { critical, category, component, fromNs, toNs } of spans) {
    if (!critical || category === null) continue;
    const ofComponent = times.get(component) ?? new Map<NonNullable<Span['category']>, number>();
    times.set(component, ofComponent);
    ofComponent.set(category, (ofComponent.get(category) ?? 0) + toNs - fromNs);
  }
  return times;
}
